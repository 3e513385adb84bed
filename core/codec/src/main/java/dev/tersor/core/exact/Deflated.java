package dev.tersor.core.exact;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Deflated bytes (RFC 1951, without a zlib header) that deflating makes again: the library that
 * deflated them was the one of this Java, at some level and else as it comes.
 *
 * @param level 1 to 9
 * @param inflated what they are made from
 */
@SuppressWarnings("ArrayRecordComponent") // megabytes not to copy
public record Deflated(int level, byte[] inflated) {
  /** Levels by how often they are met: zlib's own is 6. */
  private static final int[] LEVELS = {6, 9, 1, 5, 7, 8, 4, 3, 2};

  private static final int BUFFER = 1 << 16;

  /**
   * How bytes are made again, or null if they are not, or are no deflated bytes, or inflate to more
   * than a bound.
   *
   * @param most bytes of what they inflate to
   */
  public static Deflated of(byte[] bytes, int most) {
    byte[] inflated = inflate(bytes, most);
    if (inflated == null || inflated.length == 0) {
      return null;
    }
    byte[] buffer = new byte[BUFFER];
    for (int level : LEVELS) {
      if (isMadeAt(level, inflated, bytes, buffer)) {
        return new Deflated(level, inflated);
      }
    }
    return null;
  }

  private static byte[] inflate(byte[] bytes, int most) {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(bytes);
      byte[] out = new byte[(int) Math.min(most, 4L * bytes.length + BUFFER)];
      int size = 0;
      while (!inflater.finished()) {
        if (size == out.length) {
          if (size == most) {
            return null;
          }
          out = Arrays.copyOf(out, (int) Math.min(most, 2L * size));
        }
        int got = inflater.inflate(out, size, out.length - size);
        if (got == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
          return null;
        }
        size += got;
      }
      return inflater.getRemaining() == 0 ? Arrays.copyOf(out, size) : null;
    } catch (DataFormatException e) {
      return null;
    } finally {
      inflater.end();
    }
  }

  private static boolean isMadeAt(int level, byte[] inflated, byte[] expected, byte[] buffer) {
    Deflater deflater = new Deflater(level, true);
    try {
      deflater.setInput(inflated);
      deflater.finish();
      int size = 0;
      while (!deflater.finished()) {
        int got = deflater.deflate(buffer);
        if (got > expected.length - size
            || !Arrays.equals(buffer, 0, got, expected, size, size + got)) {
          return false;
        }
        size += got;
      }
      return size == expected.length;
    } finally {
      deflater.end();
    }
  }

  /**
   * Deflates bytes.
   *
   * @param length that is expected
   * @return as many, or null if it makes another number of them
   */
  public static byte[] again(byte[] inflated, int level, int length) {
    Deflater deflater = new Deflater(level, true);
    try {
      deflater.setInput(inflated);
      deflater.finish();
      byte[] out = new byte[length];
      int size = 0;
      while (!deflater.finished() && size < length) {
        size += deflater.deflate(out, size, length - size);
      }
      if (!deflater.finished() && deflater.deflate(new byte[1]) > 0) {
        return null;
      }
      return size == length && deflater.finished() ? out : null;
    } finally {
      deflater.end();
    }
  }
}
