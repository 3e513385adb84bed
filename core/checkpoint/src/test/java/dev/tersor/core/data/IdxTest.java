package dev.tersor.core.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.MalformedInputException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class IdxTest {
  private static final List<String> CLASSES = List.of("zero", "one", "two");
  private static final ImageShape SHAPE = new ImageShape(1, 2, 3);

  private static byte[] idx(int magic, int[] dims, byte... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * dims.length + values.length).putInt(magic);
    for (int dim : dims) {
      bytes.putInt(dim);
    }
    return bytes.put(values).array();
  }

  private static byte[] images(int count) {
    byte[] values = new byte[6 * count];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) (250 + i);
    }
    return idx(0x803, new int[] {count, 2, 3}, values);
  }

  private static byte[] labels(byte... values) {
    return idx(0x801, new int[] {values.length}, values);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  private static Idx read(String file, byte[] bytes) throws IOException {
    return Idx.read(file, new ByteArrayInputStream(bytes));
  }

  private static LabelledImages pair(byte[] images, byte[] labels) throws IOException {
    return Idx.pair("few", SHAPE, CLASSES, read("i.idx", images), read("l.idx", labels));
  }

  private static void assertDamaged(byte[] images, byte[] labels, long position, String... parts) {
    MalformedInputException damage =
        assertThrows(MalformedInputException.class, () -> pair(images, labels));
    for (String part : parts) {
      assertTrue(damage.getMessage().contains(part), damage.getMessage());
    }
    assertEquals(position, damage.position(), damage.getMessage());
  }

  @Test
  void plainAndPackedFilesAreTheSame() throws IOException {
    byte[] labels = labels((byte) 2, (byte) 0, (byte) 1);
    LabelledImages plain = pair(images(3), labels);
    LabelledImages packed = pair(gzip(images(3)), gzip(labels));
    assertEquals("few: 3 images of 1x2x3, 3 classes", plain.toString());
    assertArrayEquals(plain.pixels(), packed.pixels());
    assertArrayEquals(plain.labels(), packed.labels());
    assertEquals(2, plain.label(0));
    assertEquals(250, plain.pixel(0, 0), "values are unsigned");
    assertEquals(2, plain.pixel(1, 2), "the ninth value, past 255");
  }

  @Test
  void everyCutIsNoticed() throws IOException {
    byte[] images = images(2);
    byte[] labels = labels((byte) 0, (byte) 1);
    for (int length = 0; length < images.length; length++) {
      assertDamaged(Arrays.copyOf(images, length), labels, length, "i.idx", "ends after");
    }
    for (int length = 0; length < labels.length; length++) {
      assertDamaged(images, Arrays.copyOf(labels, length), length, "l.idx", "ends after");
    }
    byte[] packed = gzip(images);
    for (int length = 2; length < packed.length; length++) {
      byte[] cut = Arrays.copyOf(packed, length);
      assertTrue(
          assertThrows(MalformedInputException.class, () -> read("i.idx", cut))
              .getMessage()
              .startsWith("i.idx: damaged gzip"));
    }
    packed[packed.length - 6] ^= 1;
    assertTrue(
        assertThrows(MalformedInputException.class, () -> read("i.idx", packed))
            .getMessage()
            .contains("damaged gzip"),
        "the checksum");
  }

  @Test
  void headersAreChecked() {
    byte[] labels = labels((byte) 0);
    assertDamaged(idx(0x903, new int[] {1, 2, 3}), labels, 0, "i.idx", "0x00000903", "0x0000080N");
    assertDamaged(idx(0x800, new int[0]), labels, 0, "0x00000800");
    assertDamaged(idx(0x805, new int[5]), labels, 0, "0x00000805");
    assertDamaged(idx(0x803, new int[] {1, -1, 3}), labels, 8, "dimension 1 is 4294967295");
    assertDamaged(idx(0x803, new int[] {1 << 30, 2, 3}), labels, 8, "dimension 1 is 2", "at most");
    assertDamaged(
        idx(0x803, new int[] {1 << 30, 1, 1}), labels, 16, "ends after 0 of the 1073741824");
    assertDamaged(Arrays.copyOf(images(1), 23), labels, 22, "goes on");
  }

  @Test
  void imagesAndLabelsHaveToFit() {
    assertDamaged(images(2), labels((byte) 0), 4, "l.idx", "1 labels, expected 2", "i.idx");
    assertDamaged(
        images(2), labels((byte) 0, (byte) 3), 9, "l.idx", "image 1 is 3", "expected one in 0..2");
    assertDamaged(images(1), labels((byte) -1), 8, "is 255");
    assertDamaged(
        idx(0x803, new int[] {1, 3, 2}, new byte[6]), labels((byte) 0), 8, "1x3x2", "1x2x3");
    assertDamaged(labels((byte) 0), labels((byte) 0), 3, "i.idx", "1 dimensions (1), expected 3");
    assertDamaged(images(1), images(1), 3, "l.idx", "3 dimensions (1x2x3), expected 1");
  }
}
