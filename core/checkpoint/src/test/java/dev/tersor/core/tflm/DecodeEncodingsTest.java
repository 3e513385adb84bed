package dev.tersor.core.tflm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.Mutations;
import dev.tersor.core.bits.MalformedInputException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DecodeEncodingsTest {
  private static final HexFormat HEX = HexFormat.of();

  private static DecodedTensor plain(DecodedTensor.Type type, int count) {
    return new DecodedTensor(type, count, 1, false, new byte[1], true);
  }

  private static DecodeForm encode(DecodeEncoding encoding, DecodedTensor tensor, byte[] data) {
    return encoding.encode(tensor, data).orElseThrow();
  }

  @Test
  void lookupAsDocumented() {
    DecodedTensor tensor = plain(DecodedTensor.Type.INT8, 4);
    DecodeForm form = encode(new LookupTables(), tensor, new byte[] {5, 9, 5, 5});
    assertEquals("40", HEX.formatHex(form.encoded()));
    assertEquals("00010000010102" + "00".repeat(9) + "0509", HEX.formatHex(form.ancillary()));
  }

  @Test
  void pruningAsDocumented() {
    DecodedTensor tensor = plain(DecodedTensor.Type.INT8, 9);
    DecodeForm form = encode(new PrunedBitmap(), tensor, new byte[] {0, 7, 0, 0, 0, 0, 0, 0, 9});
    assertEquals("4080", HEX.formatHex(form.encoded()));
    assertEquals("0201000001" + "00".repeat(11) + "0709", HEX.formatHex(form.ancillary()));
  }

  @Test
  void huffmanAsDocumented() {
    DecodedTensor tensor = plain(DecodedTensor.Type.INT8, 4);
    DecodeForm form = encode(new HuffmanTables(), tensor, new byte[] {3, 3, 3, -1});
    assertEquals("10000000", HEX.formatHex(form.encoded()));
    assertEquals(
        "010100000100" + "00".repeat(10) + "0388" + "ff88", HEX.formatHex(form.ancillary()));
  }

  @Test
  void aBitmapAsDocumented() {
    DecodedTensor tensor = plain(DecodedTensor.Type.INT8, 9);
    DecodeForm form =
        encode(IndexedLayer.ALL.get(0), tensor, new byte[] {0, 7, 0, 0, 0, 0, 0, 0, 9});
    assertEquals("02010709", HEX.formatHex(form.encoded()));
    assertEquals(
        "800100000102" + "00".repeat(10) + "080000000200000002000000".repeat(2),
        HEX.formatHex(form.ancillary()));
  }

  private static DecodedTensor randomTensor(Random random) {
    List<DecodedTensor.Type> types = List.of(DecodedTensor.Type.values());
    DecodedTensor.Type type = types.get(random.nextInt(types.size()));
    int channels = random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(6);
    int count = channels * (1 + random.nextInt(40));
    byte[] zeros = new byte[channels];
    if (type == DecodedTensor.Type.INT8 && random.nextBoolean()) {
      random.nextBytes(zeros);
    }
    boolean isLast = channels > 1 && random.nextBoolean();
    return new DecodedTensor(type, count, channels, isLast, zeros, true);
  }

  private static byte[] randomData(DecodedTensor tensor, Random random) {
    byte[] data = new byte[tensor.bytes()];
    int distinct = 1 << random.nextInt(9);
    for (int i = 0; i < tensor.count(); i++) {
      double skewed = Math.pow(random.nextDouble(), 1 + random.nextInt(4));
      long level = (long) (distinct * skewed);
      long value = level * 0x0101_0307_0101_0301L;
      boolean isZero = random.nextInt(3) == 0;
      tensor.setElement(data, i, isZero ? tensor.zero(tensor.channel(i)) : value);
    }
    return data;
  }

  @Test
  void everyFormDecodesToWhatItWas() {
    Map<String, Integer> made = new HashMap<>();
    for (int seed = 0; seed < 6000; seed++) {
      Random random = new Random(seed);
      DecodedTensor tensor = randomTensor(random);
      byte[] data = randomData(tensor, random);
      for (DecodeEncoding encoding : DecodeEncodings.ALL) {
        Optional<DecodeForm> form = encoding.encode(tensor, data);
        if (form.isPresent()) {
          made.merge(encoding.name(), 1, Integer::sum);
          String what = encoding.name() + " of seed " + seed;
          assertArrayEquals(data, DecodeEncodings.decode(tensor, form.get()), what);
          if (DecodeEncodings.STANDARD.contains(encoding)) {
            assertArrayEquals(data, LiteralDecode.decode(tensor, form.get()), what);
          }
        }
      }
    }
    assertEquals(DecodeEncodings.ALL.size(), made.size());
    assertTrue(made.values().stream().allMatch(count -> count > 400), made::toString);
  }

  @Test
  void aSteepCodeTakesSeveralTables() {
    // Fibonacci's numbers make the deepest tree.
    long[] often = new long[24];
    often[0] = 1;
    often[1] = 1;
    int count = 2;
    for (int i = 2; i < often.length; i++) {
      often[i] = often[i - 1] + often[i - 2];
      count += (int) often[i];
    }
    byte[] data = new byte[count];
    int at = 0;
    for (int value = 0; value < often.length; value++) {
      for (int i = 0; i < often[value]; i++) {
        data[at++] = (byte) value;
      }
    }
    DecodedTensor tensor = plain(DecodedTensor.Type.INT8, count);
    DecodeForm form = encode(new HuffmanTables(), tensor, data);
    assertArrayEquals(data, LiteralDecode.decode(tensor, form));
    // A tree of n leaves in steps of one bit takes two entries an inner node; no cut takes fewer.
    assertEquals(DecodeForm.FRAME + 2 * 2 * (often.length - 1), form.ancillary().length);
  }

  @Test
  void allTheSameTakesNoBits() {
    for (DecodedTensor.Type type :
        new DecodedTensor.Type[] {DecodedTensor.Type.INT8, DecodedTensor.Type.INT16}) {
      DecodedTensor tensor = plain(type, 1000);
      byte[] data = new byte[tensor.bytes()];
      Arrays.fill(data, (byte) 7);
      DecodeForm form = encode(new HuffmanTables(), tensor, data);
      assertEquals(4, form.encoded().length);
      assertArrayEquals(data, LiteralDecode.decode(tensor, form));
    }
  }

  @Test
  void channelsShareATableWhereThatIsSmaller() {
    byte[] data = new byte[600];
    Random random = new Random(1);
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) random.nextInt(4);
    }
    DecodedTensor tensor =
        new DecodedTensor(DecodedTensor.Type.INT8, 600, 6, false, new byte[6], true);
    assertEquals(0, encode(new LookupTables(), tensor, data).ancillary()[6]);
    for (int i = 0; i < data.length; i++) {
      data[i] += (byte) (20 * (i / 100));
    }
    assertEquals(4, encode(new LookupTables(), tensor, data).ancillary()[6]);
  }

  @Test
  void whatTheOperatorDoesNotTakeHasNoForm() {
    DecodedTensor middle =
        new DecodedTensor(DecodedTensor.Type.INT8, 8, 2, false, new byte[2], false);
    assertFalse(new LookupTables().encode(middle, new byte[8]).isPresent());
    assertFalse(new PrunedBitmap().encode(middle, new byte[8]).isPresent());
    assertTrue(new HuffmanTables().encode(middle, new byte[8]).isPresent());
    DecodedTensor shifted =
        new DecodedTensor(DecodedTensor.Type.INT16, 8, 1, false, new byte[] {1}, true);
    assertFalse(new PrunedBitmap().encode(shifted, new byte[16]).isPresent());
    byte[] many = new byte[4 * 129];
    for (int i = 0; i < 129; i++) {
      many[4 * i] = (byte) i;
    }
    assertFalse(
        new LookupTables().encode(plain(DecodedTensor.Type.FLOAT32, 129), many).isPresent());
    assertFalse(
        new HuffmanTables().encode(plain(DecodedTensor.Type.FLOAT32, 129), many).isPresent());
  }

  @Test
  void damaged() {
    Mutations.run(
        "DECODE",
        Mutations.third() / 4,
        seed -> damaged(seed).ancillary(),
        seed -> {
          DecodedTensor tensor = randomTensor(new Random(seed));
          try {
            assertEquals(tensor.bytes(), DecodeEncodings.decode(tensor, damaged(seed)).length);
          } catch (MalformedInputException e) {
            // As it should be.
          }
        });
  }

  private static DecodeForm damaged(int seed) {
    Random random = new Random(seed);
    DecodedTensor tensor = randomTensor(random);
    byte[] data = randomData(tensor, random);
    DecodeEncoding encoding = DecodeEncodings.ALL.get(seed % DecodeEncodings.ALL.size());
    DecodeForm form =
        encoding.encode(tensor, data).orElse(new DecodeForm(data, new byte[DecodeForm.FRAME]));
    return random.nextBoolean()
        ? new DecodeForm(form.encoded(), Mutations.damage(form.ancillary(), random))
        : new DecodeForm(Mutations.damage(form.encoded(), random), form.ancillary());
  }
}
