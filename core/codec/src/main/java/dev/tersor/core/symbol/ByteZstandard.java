package dev.tersor.core.symbol;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.tersor.core.bits.MalformedInputException;
import java.util.Arrays;

/**
 * One Zstandard frame (RFC 8878) of bytes, without content size, checksum and dictionary: whoever
 * stores it has the number of bytes and a checksum.
 */
public final class ByteZstandard {
  private ByteZstandard() {}

  /**
   * @param level of zstd, 1 to 19
   */
  public static byte[] encode(byte[] bytes, int from, int count, int level) {
    byte[] out = new byte[Math.toIntExact(Zstd.compressBound(count))];
    try (ZstdCompressCtx context = new ZstdCompressCtx()) {
      context.setLevel(level).setContentSize(false).setChecksum(false).setDictID(false);
      int length = context.compressByteArray(out, 0, out.length, bytes, from, count);
      return Arrays.copyOf(out, length);
    }
  }

  /**
   * The inverse.
   *
   * @param into its first {@code count} bytes are written
   * @throws MalformedInputException if it is not one frame of so many bytes; positions count from
   *     the frame's first byte
   */
  public static void decode(byte[] frame, byte[] into, int count) {
    if (frame.length == 0) {
      throw new MalformedInputException("no frame", 0);
    }
    try {
      long length = Zstd.findFrameCompressedSize(frame);
      if (length != frame.length) {
        throw new MalformedInputException((frame.length - length) + " bytes after the frame", 0);
      }
      long got = Zstd.decompressByteArray(into, 0, count, frame, 0, frame.length);
      if (got != count) {
        throw new MalformedInputException("the frame has " + got + " bytes, not " + count, 0);
      }
    } catch (ZstdException e) {
      throw new MalformedInputException("Zstandard: " + e.getMessage(), 0);
    }
  }
}
