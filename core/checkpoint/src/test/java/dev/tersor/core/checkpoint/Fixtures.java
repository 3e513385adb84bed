package dev.tersor.core.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Small files of the formats, written by other means than the readers. */
public final class Fixtures {
  private Fixtures() {}

  public static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  public static byte[] f32(float... values) {
    byte[] bytes = new byte[4 * values.length];
    for (int i = 0; i < values.length; i++) {
      LittleEndian.putInt(bytes, 4 * i, Float.floatToRawIntBits(values[i]));
    }
    return bytes;
  }

  public static byte[] u16(int... values) {
    byte[] bytes = new byte[2 * values.length];
    for (int i = 0; i < values.length; i++) {
      LittleEndian.putShort(bytes, 2 * i, (short) values[i]);
    }
    return bytes;
  }

  public static byte[] u64(long value) {
    byte[] bytes = new byte[8];
    LittleEndian.putLong(bytes, 0, value);
    return bytes;
  }

  /** 0, 1, 2, ... */
  public static float[] ramp(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i;
    }
    return values;
  }

  public static byte[] safetensors(String json, byte[] data) {
    byte[] text = json.getBytes(StandardCharsets.UTF_8);
    return concat(u64(text.length), text, data);
  }

  public static byte[] npy(String dict, byte[] data) {
    byte[] text = (dict + "\n").getBytes(StandardCharsets.ISO_8859_1);
    return concat(npyPrefix(1), u16(text.length), text, data);
  }

  public static byte[] npyPrefix(int major) {
    return new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) major, 0};
  }

  public static byte[] npy(String descr, boolean fortran, String shape, byte[] data) {
    String dict =
        "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }"
            .formatted(descr, fortran ? "True" : "False", shape);
    return npy(dict, data);
  }

  /** A zip of names and contents in turn. */
  public static byte[] zip(boolean deflated, Object... namesAndContents) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (int i = 0; i < namesAndContents.length; i += 2) {
        byte[] content = (byte[]) namesAndContents[i + 1];
        ZipEntry entry = new ZipEntry((String) namesAndContents[i]);
        entry.setTime(0);
        if (!deflated) {
          CRC32 crc = new CRC32();
          crc.update(content);
          entry.setMethod(ZipEntry.STORED);
          entry.setSize(content.length);
          entry.setCrc(crc.getValue());
        }
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  public static Checkpoint open(byte[] file) throws IOException {
    return Checkpoint.open(new BytesSource("dir/file", file));
  }

  public static float[] readAll(byte[] file, String tensor) throws IOException {
    BytesSource source = new BytesSource("dir/file", file);
    StoredTensor stored = Checkpoint.open(source).find(tensor).orElseThrow();
    return Checkpoint.read(stored, source, 0, (int) stored.shape().size());
  }

  /** Opening must fail with a message of all these parts and the file's name. */
  public static void assertMalformed(byte[] file, String... parts) {
    MalformedInputException e = assertThrows(MalformedInputException.class, () -> open(file));
    assertMessage(e, "dir/file");
    assertMessage(e, parts);
    assertTrue(e.position() >= 0, e.getMessage());
  }

  public static void assertMessage(Exception e, String... parts) {
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e.getMessage() + " lacks " + part);
    }
  }

  /** Every run of a small tensor must be the same run of its values. */
  public static void assertRuns(StoredTensor tensor, ByteSource source, float[] values)
      throws IOException {
    for (int from = 0; from <= values.length; from++) {
      for (int to = from; to <= values.length; to++) {
        float[] run = Checkpoint.read(tensor, source, from, to - from);
        assertArrayEquals(
            Arrays.copyOfRange(values, from, to), run, tensor.name() + " from " + from);
      }
    }
  }
}
