package dev.tersor.core.checkpoint.gguf;

import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The keys and values ahead of the tensors. Numbers, flags and short texts are kept as text;
 * arrays, such as a tokenizer's words, and long texts, such as templates, are passed over.
 *
 * <p>A value is its type in 4 bytes and its content; an array is a type, a count in 8 bytes and the
 * contents. Example: {@code 04 00 00 00 | 20 00 00 00} is the unsigned number 32.
 */
final class GgufMetadata {
  private static final int MAX_VALUES = 1 << 16;
  private static final int MAX_KEY_BYTES = 65_535;
  private static final int MAX_KEPT_BYTES = 1 << 10;
  private static final int MAX_DEPTH = 8;

  private static final int FLOAT32 = 6;
  private static final int BOOL = 7;
  private static final int STRING = 8;
  private static final int ARRAY = 9;
  private static final int UINT64 = 10;
  private static final int FLOAT64 = 12;

  /** Of each type's value, the least that a text and an array have. */
  private static final int[] BYTES = {1, 1, 2, 2, 4, 4, 4, 1, 8, 12, 8, 8, 8};

  private static final String ALIGNMENT = "general.alignment";
  private static final int DEFAULT_ALIGNMENT = 32;

  private final GgufInput in;
  private final Map<String, String> values = new TreeMap<>();
  private final Set<String> keys = new HashSet<>();
  private long alignment = DEFAULT_ALIGNMENT;

  private GgufMetadata(GgufInput in) {
    this.in = in;
  }

  static GgufMetadata read(GgufInput in, long count) throws IOException {
    if (count < 0 || count > MAX_VALUES) {
      throw in.malformed(
          "%s values of metadata, at most %d".formatted(Long.toUnsignedString(count), MAX_VALUES));
    }
    GgufMetadata metadata = new GgufMetadata(in);
    for (long i = 0; i < count; i++) {
      metadata.add();
    }
    return metadata;
  }

  /** What the file says about itself. */
  Map<String, String> values() {
    return values;
  }

  /** Tensors begin at multiples of it. */
  long alignment() {
    return alignment;
  }

  private void add() throws IOException {
    String key = in.text(MAX_KEY_BYTES);
    if (!keys.add(key)) {
      throw in.malformed("the key '" + key + "' given twice");
    }
    int type = type();
    if (type == ARRAY) {
      array(1);
      return;
    }
    if (type == STRING) {
      long length = in.textLength();
      if (length > MAX_KEPT_BYTES) {
        in.skip(length);
      } else {
        values.put(key, in.textOf(length));
      }
      return;
    }
    long bits = in.unsigned(BYTES[type]);
    values.put(key, number(type, bits));
    if (key.equals(ALIGNMENT)) {
      if (type != 4 || bits == 0 || Long.bitCount(bits) != 1) {
        throw in.malformed(
            ALIGNMENT + " is " + values.get(key) + ", expected a power of two in 32 bits");
      }
      alignment = bits;
    }
  }

  private int type() throws IOException {
    int type = in.u32();
    if (type < 0 || type >= BYTES.length) {
      throw in.malformed("a value of the type " + Integer.toUnsignedString(type));
    }
    return type;
  }

  private void array(int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw in.malformed("arrays in arrays, deeper than " + MAX_DEPTH);
    }
    int type = type();
    long count = in.unsigned(8);
    in.need(count, BYTES[type], "an array");
    if (type != STRING && type != ARRAY) {
      in.skip(count * BYTES[type]);
      return;
    }
    for (long i = 0; i < count; i++) {
      if (type == ARRAY) {
        array(depth + 1);
      } else {
        in.skip(in.textLength());
      }
    }
  }

  private static String number(int type, long bits) {
    return switch (type) {
      case FLOAT32 -> Float.toString(Float.intBitsToFloat((int) bits));
      case FLOAT64 -> Double.toString(Double.longBitsToDouble(bits));
      case BOOL -> Boolean.toString(bits != 0);
      case UINT64 -> Long.toUnsignedString(bits);
      default -> {
        // Types of odd numbers have signs.
        int unused = 64 - 8 * BYTES[type];
        yield Long.toString(type % 2 == 0 ? bits : bits << unused >> unused);
      }
    };
  }
}
