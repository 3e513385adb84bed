package dev.tersor.core.exact;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.Mutations;
import dev.tersor.core.bits.MalformedInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChunkCodecTest {
  private static byte[] back(ChunkCodec codec, byte[] stored, int length, byte[] base) {
    byte[] into = new byte[length + 5];
    codec.decode(stored, into, 3, length, base);
    byte[] run = new byte[length];
    System.arraycopy(into, 3, run, 0, length);
    assertEquals(0, into[0] | into[2] | into[length + 3] | into[length + 4]);
    return run;
  }

  @ParameterizedTest
  @EnumSource(Effort.class)
  void givesBackWhatItGot(Effort effort) {
    ChunkCodec codec = new ChunkCodec(effort);
    Contents.all(new Random(1))
        .forEach(
            (name, bytes) -> {
              int[] all = {0, 1, 2, 4, 8};
              for (int width : effort == Effort.FAST ? all : new int[] {0, 4}) {
                byte[] stored = codec.encode(bytes, 0, bytes.length, width, null);
                assertArrayEquals(bytes, back(codec, stored, bytes.length, null), name);
                assertTrue(stored.length <= bytes.length + 10, name + " takes " + stored.length);
              }
            });
  }

  /** What is known of a tensor and what a look at its bytes finds are as good. */
  @Test
  void findsTheWidthAndTheFirstElement() {
    ChunkCodec codec = new ChunkCodec(Effort.FAST);
    Map<String, byte[]> all = Contents.all(new Random(2));
    Map<String, Double> most =
        Map.of("F32", 0.86, "BF16", 0.72, "F16", 0.93, "F64 of F32", 0.62, "I64", 0.27);
    most.forEach(
        (name, share) -> {
          byte[] bytes = all.get(name);
          byte[] stored = codec.encode(bytes, 0, bytes.length, 0, null);
          assertTrue(stored.length < share * bytes.length, name + " takes " + stored.length);
        });
    byte[] between = all.get("F32 between");
    assertTrue(codec.encode(between, 0, between.length, 0, null).length < 0.86 * between.length);
    assertEquals(3, codec.encode(between, 0, between.length, 0, null)[0] >>> 3 & 7);
    byte[] text = all.get("text");
    assertTrue(codec.encode(text, 0, text.length, 0, null).length < 0.15 * text.length);
  }

  @Test
  void smallerWhereSizeGoesFirst() {
    Random random = new Random(3);
    byte[] bytes = Contents.bfloats(100_000, random);
    int fast = new ChunkCodec(Effort.FAST).encode(bytes, 0, bytes.length, 2, null).length;
    int small = new ChunkCodec(Effort.SMALLEST).encode(bytes, 0, bytes.length, 2, null).length;
    assertTrue(small < fast, small + " of " + fast);
  }

  @ParameterizedTest
  @EnumSource(Effort.class)
  void storesWhatDiffersFromABase(Effort effort) {
    Random random = new Random(4);
    ChunkCodec codec = new ChunkCodec(effort);
    for (int width : new int[] {2, 4}) {
      byte[] base = width == 2 ? Contents.bfloats(50_000, random) : Contents.floats(50_000, random);
      byte[] tuned = base.clone();
      for (int at = 0; at < tuned.length; at += width) {
        long element = Planes.element(tuned, at, width);
        Planes.put(tuned, at, element + random.nextInt(7) - 3, width);
      }
      for (int hint : new int[] {0, width}) {
        byte[] stored = codec.encode(tuned, 0, tuned.length, hint, base);
        assertTrue(stored.length < 0.25 * tuned.length, width + ": " + stored.length);
        assertArrayEquals(tuned, back(codec, stored, tuned.length, base));
        assertThrows(MalformedInputException.class, () -> back(codec, stored, tuned.length, null));
      }
      byte[] other = Contents.noise(tuned.length, random);
      byte[] stored = codec.encode(tuned, 0, tuned.length, width, other);
      assertArrayEquals(tuned, back(codec, stored, tuned.length, other));
      assertTrue(stored.length < 0.9 * tuned.length, "another base does no harm");
    }
  }

  /** Without their checksum, so that damage goes as deep as it can. */
  @Test
  void damageIsOneException() {
    Random random = new Random(5);
    List<byte[]> chunks = new ArrayList<>();
    List<Integer> lengths = new ArrayList<>();
    for (Effort effort : Effort.values()) {
      ChunkCodec codec = new ChunkCodec(effort);
      for (byte[] bytes : Contents.all(random).values()) {
        int length = Math.min(bytes.length, 4_000);
        chunks.add(codec.encode(bytes, 0, length, 0, null));
        lengths.add(length);
      }
    }
    Contents.all(random)
        .forEach(
            (name, bytes) -> {
              if (name.equals("F32")) {
                chunks.add(new ChunkCodec(Effort.FAST).encode(bytes, 0, bytes.length, 4, null));
                lengths.add(bytes.length);
              }
            });
    ChunkCodec codec = new ChunkCodec(Effort.FAST);
    int[] refused = new int[1];
    Mutations.run(
        "chunks",
        3_000,
        number -> damaged(chunks, number),
        number -> {
          try {
            codec.decode(
                damaged(chunks, number),
                new byte[lengths.get(number % lengths.size())],
                0,
                lengths.get(number % lengths.size()),
                null);
          } catch (MalformedInputException e) {
            refused[0]++;
          }
        });
    assertTrue(refused[0] > 1_000, refused[0] + " refused");
  }

  private static byte[] damaged(List<byte[]> chunks, int number) {
    return Mutations.damage(chunks.get(number % chunks.size()), new Random(number));
  }
}
