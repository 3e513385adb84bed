package dev.tersor.core.bits;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BitStreamsTest {
  @Test
  void fieldsOfMixedWidthsComeBack() {
    SplittableRandom random = new SplittableRandom(1);
    int n = 5000;
    int[] widths = new int[n];
    int[] values = new int[n];
    BitWriter out = new BitWriter();
    long bits = 0;
    for (int i = 0; i < n; i++) {
      widths[i] = random.nextInt(33);
      values[i] = widths[i] == 0 ? 0 : random.nextInt() >>> (32 - widths[i]);
      out.write(values[i], widths[i]);
      bits += widths[i];
    }
    byte[] bytes = out.toByteArray();
    assertEquals((bits + 7) / 8, bytes.length);
    BitReader in = new BitReader(bytes);
    long at = 0;
    for (int i = 0; i < n; i++) {
      assertEquals(values[i], in.read(widths[i], "field"), "field " + i);
      at += widths[i];
      assertEquals(at / 8, in.bytePosition());
      assertEquals(8L * bytes.length - at, in.remainingBits());
    }
    assertTrue(in.remainingBits() < 8);
    assertEquals(0, in.read((int) in.remainingBits(), "filling"));
  }

  @Test
  void theFirstBitIsTheLowest() {
    BitWriter out = new BitWriter();
    out.write(1, 1);
    out.write(0, 2);
    out.write(3, 2);
    out.write(0x1FF, 9);
    assertArrayEquals(new byte[] {(byte) 0xF9, 0x3F}, out.toByteArray());
  }

  @Test
  void readingPastTheEndIsMalformed() {
    BitReader in = new BitReader(new byte[] {7});
    assertEquals(7, in.read(5, "start"));
    MalformedInputException e =
        assertThrows(MalformedInputException.class, () -> in.read(4, "the rest"));
    assertEquals(0, e.position());
    assertTrue(e.getMessage().contains("the rest"), e.getMessage());
    assertEquals(0, in.read(3, "the last bits"));
    assertThrows(MalformedInputException.class, () -> in.read(1, "nothing"));
    assertEquals(0, new BitReader(new byte[0]).read(0, "nothing"));
  }

  @Test
  void bytesComeBack() {
    byte[] bytes =
        new ByteWriter(0)
            .u8(255)
            .u32(0xFEDCBA98L)
            .f32(-1.5f)
            .name("relative5")
            .raw(new byte[] {1, 2, 3})
            .toByteArray();
    ByteReader in = new ByteReader(bytes, 0, bytes.length);
    assertEquals(255, in.u8("byte"));
    assertEquals(0xFEDCBA98, in.bits32("word"));
    assertEquals(-1.5f, in.f32("float"));
    assertEquals("relative5", in.name("name"));
    assertArrayEquals(new byte[] {1, 2, 3}, in.raw(3, "bytes"));
    assertEquals(0, in.remaining());
    assertEquals(bytes.length, in.position());
    assertThrows(MalformedInputException.class, () -> in.u8("nothing"));
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        1,
        127,
        128,
        16_383,
        16_384,
        2_097_151,
        2_097_152,
        1 << 28,
        (1 << 28) - 1,
        Integer.MAX_VALUE
      })
  void varintsTakeSevenBitsAByte(int value) {
    byte[] bytes = new ByteWriter(0).varint(value).toByteArray();
    int expected = Math.max(1, (32 - Integer.numberOfLeadingZeros(value) + 6) / 7);
    assertEquals(expected, bytes.length);
    ByteReader in = new ByteReader(bytes, 0, bytes.length);
    assertEquals(value, in.varint("number"));
    assertEquals(0, in.remaining());
    for (int length = 0; length < bytes.length; length++) {
      ByteReader cut = new ByteReader(bytes, 0, length);
      assertThrows(MalformedInputException.class, () -> cut.varint("number"));
    }
  }

  @Test
  void varintsAboveTwoToThe31AreMalformed() {
    int[][] tooLarge = {
      {0x80, 0x80, 0x80, 0x80, 0x08}, // 2^31
      {0xFF, 0xFF, 0xFF, 0xFF, 0x0F}, // 2^32 - 1
      {0xFF, 0xFF, 0xFF, 0xFF, 0x7F}, // 2^35 - 1
      {0x80, 0x80, 0x80, 0x80, 0x80, 0x00}, // zero in six bytes
    };
    for (int[] number : tooLarge) {
      byte[] bytes = new byte[number.length + 1];
      for (int i = 0; i < number.length; i++) {
        bytes[i + 1] = (byte) number[i];
      }
      ByteReader in = new ByteReader(bytes, 1, bytes.length);
      MalformedInputException e =
          assertThrows(MalformedInputException.class, () -> in.varint("number"));
      assertEquals(1, e.position());
    }
  }

  @Test
  void aReaderKeepsToItsRange() {
    ByteReader in = new ByteReader(new byte[10], 2, 6);
    assertEquals(4, in.remaining());
    assertThrows(MalformedInputException.class, () -> in.raw(5, "five"));
    assertThrows(MalformedInputException.class, () -> in.raw(-1, "fewer than none"));
    assertEquals(0, in.bits32("four"));
    MalformedInputException e = assertThrows(MalformedInputException.class, () -> in.u8("fifth"));
    assertEquals(6, e.position());
  }

  @Test
  void namesAreAtMost255Bytes() {
    String longest = "x".repeat(255);
    byte[] bytes = new ByteWriter(0).name(longest).toByteArray();
    assertEquals(longest, new ByteReader(bytes, 0, bytes.length).name("name"));
    assertThrows(IllegalArgumentException.class, () -> new ByteWriter(0).name(longest + "x"));
  }
}
