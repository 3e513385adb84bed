package dev.tersor.core.exact;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tersor.core.bits.MalformedInputException;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeflatedTest {
  private static byte[] deflate(byte[] bytes, int level, int strategy) {
    Deflater deflater = new Deflater(level, true);
    deflater.setStrategy(strategy);
    deflater.setInput(bytes);
    deflater.finish();
    byte[] out = new byte[2 * bytes.length + 100];
    int size = 0;
    while (!deflater.finished()) {
      size += deflater.deflate(out, size, out.length - size);
    }
    deflater.end();
    return Arrays.copyOf(out, size);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9})
  void isMadeAgainAtItsLevel(int level) {
    byte[] bytes = Contents.text(200_000);
    byte[] deflated = deflate(bytes, level, Deflater.DEFAULT_STRATEGY);
    Deflated found = Deflated.of(deflated, bytes.length);
    assertArrayEquals(bytes, found.inflated());
    assertArrayEquals(deflated, Deflated.again(bytes, found.level(), deflated.length));
    assertNull(Deflated.again(bytes, found.level(), deflated.length - 1));
    assertNull(Deflated.again(bytes, found.level(), deflated.length + 1));
    assertNull(Deflated.of(deflated, bytes.length - 1), "longer than the bound");
  }

  @Test
  void isNotMadeAgainOtherwise() {
    byte[] bytes = Contents.text(50_000);
    byte[] huffman = deflate(bytes, 6, Deflater.HUFFMAN_ONLY);
    assertNull(Deflated.of(huffman, bytes.length));
    byte[] deflated = deflate(bytes, 6, Deflater.DEFAULT_STRATEGY);
    assertNull(Deflated.of(Arrays.copyOf(deflated, deflated.length - 1), bytes.length));
    assertNull(Deflated.of(Arrays.copyOf(deflated, deflated.length + 1), bytes.length));
    assertNull(Deflated.of(Contents.noise(1_000, new Random(1)), 1 << 20));
    assertNull(Deflated.of(new byte[0], 1 << 20));
  }

  @Test
  void isStoredByWhatItInflatesTo() {
    ChunkCodec codec = new ChunkCodec(Effort.FAST);
    byte[] bytes = Contents.floats(300_000, new Random(2));
    byte[] stored = DeflatedCodec.encode(bytes, 4, codec);
    assertArrayEquals(bytes, DeflatedCodec.decode(stored, bytes.length, codec));
    for (int length : new int[] {bytes.length - 4, bytes.length + 4}) {
      assertThrows(
          MalformedInputException.class, () -> DeflatedCodec.decode(stored, length, codec));
    }
    assertEquals(2, 1 + bytes.length / ExactFile.PIECE, "pieces");
  }
}
