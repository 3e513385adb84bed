package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.Fixtures.concat;
import static dev.tersor.core.checkpoint.Fixtures.u16;
import static dev.tersor.core.checkpoint.Fixtures.u64;

import dev.tersor.core.bits.LittleEndian;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Files as torch.save writes them. A pickle is text in which a character is a byte, put together
 * from the pieces that push its values.
 */
final class TorchBytes {
  static final String NONE = "N";
  static final String FALSE = "\u0089";
  private static final String STOP = ".";
  private static final String MAGIC = "\u0080\u0002\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.";

  /** The bytes of a storage, by its key. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Stored(String key, long count, byte[] bytes) {}

  private TorchBytes() {}

  static String global(String module, String name) {
    return "c" + module + "\n" + name + "\n";
  }

  static String text(String text) {
    String utf8 = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    return "X" + littleEndian(utf8.length(), 4) + utf8;
  }

  static String number(long value) {
    if (value >= 0 && value < 256) {
      return "K" + (char) value;
    }
    if (value >= 0 && value < 65_536) {
      return "M" + littleEndian(value, 2);
    }
    return value == (int) value
        ? "J" + littleEndian(value, 4)
        : "\u008a\u0008" + littleEndian(value, 8);
  }

  static String real(double value) {
    return "G" + littleEndian(Long.reverseBytes(Double.doubleToRawLongBits(value)), 8);
  }

  private static String littleEndian(long value, int bytes) {
    return new String(Arrays.copyOf(u64(value), bytes), StandardCharsets.ISO_8859_1);
  }

  static String tuple(String... items) {
    return "(" + String.join("", items) + "t";
  }

  static String tuple(long... items) {
    return tuple(Arrays.stream(items).mapToObj(TorchBytes::number).toArray(String[]::new));
  }

  static String list(String... items) {
    return "](" + String.join("", items) + "e";
  }

  /** Of keys and values in turn. */
  static String dict(String... keysAndValues) {
    return "}(" + String.join("", keysAndValues) + "u";
  }

  /** An ordered dict with the attribute that a module's state dict has. */
  static String ordered(String... keysAndValues) {
    return global("collections", "OrderedDict")
        + ")R("
        + String.join("", keysAndValues)
        + "u}"
        + text("_metadata")
        + dict(text(""), dict(text("version"), number(1)))
        + "sb";
  }

  static String storage(String type, String key, long count) {
    String module = type.equals("UntypedStorage") ? "torch.storage" : "torch";
    return tuple(text("storage"), global(module, type), text(key), text("cpu"), number(count))
        + "Q";
  }

  /** The storage of the old form, which says whether it is a view of another. */
  static String oldStorage(String type, String key, long count, String view) {
    return tuple(
            text("storage"), global("torch", type), text(key), text("cpu"), number(count), view)
        + "Q";
  }

  static String tensor(String storage, long offset, long[] dims, long[] strides) {
    return global("torch._utils", "_rebuild_tensor_v2")
        + tuple(
            storage,
            number(offset),
            tuple(dims),
            tuple(strides),
            FALSE,
            global("collections", "OrderedDict") + ")R")
        + "R";
  }

  static String typed(String storage, long[] dims, long[] strides, String dtype) {
    return global("torch._utils", "_rebuild_tensor_v3")
        + tuple(
            storage,
            number(0),
            tuple(dims),
            tuple(strides),
            FALSE,
            NONE,
            global("torch", dtype),
            NONE)
        + "R";
  }

  static String parameter(String tensor) {
    return global("torch._utils", "_rebuild_parameter")
        + tuple(tensor, "\u0088", global("collections", "OrderedDict") + ")R")
        + "R";
  }

  static String quantised(String storage, long[] dims, long[] strides, String by) {
    return global("torch._utils", "_rebuild_qtensor")
        + tuple(storage, number(0), tuple(dims), tuple(strides), by, FALSE, NONE)
        + "R";
  }

  static byte[] pickle(String body) {
    return ("\u0080\u0002" + body + STOP).getBytes(StandardCharsets.ISO_8859_1);
  }

  static byte[] zip(boolean deflated, String order, byte[] pickle, Stored... storages)
      throws IOException {
    List<Object> members = new ArrayList<>(List.of("net/data.pkl", pickle));
    if (order != null) {
      members.addAll(List.of("net/byteorder", order.getBytes(StandardCharsets.US_ASCII)));
    }
    for (Stored storage : storages) {
      members.addAll(List.of("net/data/" + storage.key(), storage.bytes()));
    }
    members.addAll(List.of("net/version", "3\n".getBytes(StandardCharsets.US_ASCII)));
    return withZip64End(Fixtures.zip(deflated, members.toArray()));
  }

  /** PyTorch writes a zip64 end record and its locator whether they are needed or not. */
  private static byte[] withZip64End(byte[] zip) {
    int end = zip.length - 22;
    long entries = LittleEndian.getShort(zip, end + 10);
    long bytes = LittleEndian.getInt(zip, end + 12);
    long start = LittleEndian.getInt(zip, end + 16);
    return concat(
        Arrays.copyOf(zip, end),
        u16(0x4b50, 0x0606),
        u64(44),
        u16(45, 45, 0, 0, 0, 0),
        u64(entries),
        u64(entries),
        u64(bytes),
        u64(start),
        u16(0x4b50, 0x0706, 0, 0),
        u64(end),
        u16(1, 0),
        Arrays.copyOfRange(zip, end, zip.length));
  }

  static byte[] zip(String body, Stored... storages) throws IOException {
    return zip(false, "little", pickle(body), storages);
  }

  static byte[] old(byte[] pickle, Stored... storages) {
    byte[] head =
        concat(
            MAGIC.getBytes(StandardCharsets.ISO_8859_1),
            pickle(number(1001)),
            pickle(dict(text("little_endian"), "\u0088")),
            pickle,
            pickle(
                list(Arrays.stream(storages).map(one -> text(one.key())).toArray(String[]::new))));
    byte[] all = head;
    for (Stored storage : storages) {
      all = concat(all, u64(storage.count()), storage.bytes());
    }
    return all;
  }
}
