package dev.tersor.core.checkpoint.keras;

import static dev.tersor.core.checkpoint.Fixtures.zip;

import dev.tersor.core.Mutations;
import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.BytesSource;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.StoredTensor;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KerasFuzzTest {
  /** Of each file, a thousand and more. */
  private static final int SHARE = 16;

  /** Tensors that are read of each. */
  private static final int READ = 6;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.h5",
        "model.weights.h5",
        "latest.h5",
        "chunked.h5",
        "indexes.h5",
        "model.keras"
      })
  void damaged(String name) throws IOException {
    byte[] file =
        name.endsWith(".keras")
            ? zip(true, "model.weights.h5", KerasTest.file("model.weights.h5"))
            : KerasTest.file(name);
    Mutations.run(
        name,
        Mutations.third() / SHARE,
        seed -> damaged(file, seed),
        seed -> {
          byte[] bytes = damaged(file, seed);
          try {
            openAndRead(new BytesSource("fuzzed", bytes));
          } catch (MalformedInputException e) {
            // As it should be.
          }
        });
  }

  /** Half of them have an address, a length or a count changed, which lie at every eighth byte. */
  private static byte[] damaged(byte[] file, int seed) {
    Random random = new Random(seed);
    if (seed % 2 == 0) {
      return Mutations.damage(file, random);
    }
    byte[] damaged = file.clone();
    int places = file.length / 8;
    long[] lies = {
      0, -1, file.length, 1L << 40, random.nextInt(file.length), 8L * random.nextInt(places)
    };
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = 8 * (1 + random.nextInt(places - 1));
      LittleEndian.putLong(damaged, at, lies[random.nextInt(lies.length)]);
    }
    return damaged;
  }

  private static void openAndRead(BytesSource source) throws IOException {
    List<StoredTensor> all = Checkpoint.open(source).tensors();
    for (int i = 0; i < Math.min(READ, all.size()); i++) {
      StoredTensor tensor = all.get(i * all.size() / Math.min(READ, all.size()));
      long size = tensor.shape().size();
      if (tensor.dtype().isKnown() && size > 0) {
        Checkpoint.read(tensor, source, 0, 1);
        Checkpoint.read(tensor, source, size - 1, 1);
        Checkpoint.read(tensor, source, 0, (int) Math.min(size, 1 << 16));
      }
    }
  }
}
