package dev.tersor.core.symbol;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.bits.PackedInts;
import java.util.Arrays;

/**
 * The general-purpose compressor Zstandard (RFC 8878) at level 19, through zstd-jni: what a stream
 * takes if it is just given to a compressor.
 *
 * <p><b>Table</b>: one byte, what was compressed: {@code 00} the packed symbols ({@link
 * PackedInts}), {@code 01} symbols packed as if they had the next multiple of 8 bits. The writer
 * takes whole bytes for widths that do not divide 8 or are no multiple of it: there packed symbols
 * would lie across bytes, and a compressor of bytes sees nothing in them. <b>Payload</b>: one
 * Zstandard frame without content size, checksum and dictionary, since the container has the count
 * and a checksum. An empty stream has neither.
 *
 * <p>Example: symbols 0 0 1 2 of width 2 are packed the byte {@code 90}, and the table is {@code
 * 00}. The frame is its magic {@code 28 B5 2F FD}, a header {@code 00 00} (a window of 1 KiB), and
 * one last raw block of a byte, {@code 09 00 00 90}.
 */
public final class Zstandard implements SymbolCoder {
  private static final int LEVEL = 19;
  private static final int QUICK = 1;
  private static final byte PACKED = 0;
  private static final byte WHOLE_BYTES = 1;

  /** A block has at most this many bytes, and takes at least four if it has any. */
  private static final long BLOCK = 1 << 17;

  private static final int LEAST_BLOCK = 4;

  private static final double MOST_GAIN = 2;
  private static final double NEAR = 0.03;
  private static final double SHARE_WHERE_NEAR = 0.5;
  private static final double SHARE_ELSE = 0.02;

  @Override
  public String name() {
    return "zstd";
  }

  @Override
  public boolean accepts(Symbols symbols) {
    return true;
  }

  @Override
  public boolean isRandomAccess() {
    return false;
  }

  /**
   * A guess, since only compressing tells: a quick level is tried. Where that finds repetitions,
   * level 19 is taken to save at most twice as much of the entropy. Where it is above the entropy,
   * by less than 3 %, level 19 is taken to keep half of that at least; where by more, which is
   * mostly the quick level's fault, a fiftieth.
   */
  @Override
  public double leastBits(Symbols symbols) {
    double entropy = Entropy.of(symbols).bits();
    if (symbols.count() == 0) {
      return entropy;
    }
    byte[] quick = compressed(bytes(symbols, layout(symbols.width())), QUICK);
    double above = (double) Byte.SIZE * quick.length - entropy;
    if (above < 0) {
      return Math.max(0, entropy + MOST_GAIN * above);
    }
    return entropy + (above < NEAR * entropy ? SHARE_WHERE_NEAR : SHARE_ELSE) * above;
  }

  @Override
  public Coded encode(Symbols symbols) {
    if (symbols.count() == 0) {
      return new Coded(new byte[0], new byte[0]);
    }
    byte layout = layout(symbols.width());
    return new Coded(new byte[] {layout}, compressed(bytes(symbols, layout), LEVEL));
  }

  private static byte layout(int width) {
    return Byte.SIZE % width == 0 || width % Byte.SIZE == 0 ? PACKED : WHOLE_BYTES;
  }

  /** Bits that a symbol has in what is compressed. */
  private static int bitsOfSymbol(byte layout, int width) {
    return layout == PACKED ? width : (width + Byte.SIZE - 1) / Byte.SIZE * Byte.SIZE;
  }

  private static byte[] bytes(Symbols symbols, byte layout) {
    int width = symbols.width();
    if (layout == PACKED) {
      return SymbolCoders.PACKED.encode(symbols).payload();
    }
    int union = 0;
    for (int value : symbols.values()) {
      union |= value;
    }
    if (union >>> width != 0) {
      throw new IllegalArgumentException("a symbol does not fit in " + width + " bits");
    }
    return PackedInts.pack(symbols.values(), bitsOfSymbol(layout, width));
  }

  private static byte[] compressed(byte[] bytes, int level) {
    byte[] out = new byte[Math.toIntExact(Zstd.compressBound(bytes.length))];
    try (ZstdCompressCtx context = new ZstdCompressCtx()) {
      context.setLevel(level).setContentSize(false).setChecksum(false).setDictID(false);
      int length = context.compressByteArray(out, 0, out.length, bytes, 0, bytes.length);
      return Arrays.copyOf(out, length);
    }
  }

  @Override
  public Symbols decode(Coded coded, int count, int width) {
    byte[] table = coded.table();
    byte[] payload = coded.payload();
    if (coded.isEmpty(count)) {
      return new Symbols(new int[0], width);
    }
    if (table.length != 1 || (table[0] != PACKED && table[0] != WHOLE_BYTES)) {
      throw new MalformedInputException("no layout of symbols", 0);
    }
    int bits = bitsOfSymbol(table[0], width);
    byte[] packed = decompressed(payload, PackedInts.bytes(count, bits), table.length);
    Symbols symbols;
    try {
      symbols = SymbolCoders.PACKED.decode(new Coded(new byte[0], packed), count, bits);
    } catch (MalformedInputException e) {
      throw new MalformedInputException("decompressed: " + e.getMessage(), table.length);
    }
    return bits == width ? symbols : narrowed(symbols, width, table.length);
  }

  /**
   * @param start position of the payload, for errors
   */
  private static Symbols narrowed(Symbols symbols, int width, int start) {
    int[] values = symbols.values();
    for (int i = 0; i < values.length; i++) {
      if (values[i] >>> width != 0) {
        throw new MalformedInputException(
            "symbol " + i + " is " + values[i] + ", of " + width + " bits", start);
      }
    }
    return new Symbols(values, width);
  }

  /**
   * @param start position of the payload, for errors
   */
  private static byte[] decompressed(byte[] payload, long length, int start) {
    if (payload.length == 0 || length > (payload.length / LEAST_BLOCK + 1) * BLOCK) {
      throw new MalformedInputException(
          length + " bytes cannot be compressed to " + payload.length, start);
    }
    byte[] out = new byte[Math.toIntExact(length)];
    try {
      long frame = Zstd.findFrameCompressedSize(payload);
      if (frame != payload.length) {
        throw new MalformedInputException(
            (payload.length - frame) + " bytes after the frame", start + frame);
      }
      long got = Zstd.decompressByteArray(out, 0, out.length, payload, 0, payload.length);
      if (got != length) {
        throw new MalformedInputException("the frame has " + got + " bytes, not " + length, start);
      }
    } catch (ZstdException e) {
      throw new MalformedInputException("Zstandard: " + e.getMessage(), start);
    }
    return out;
  }
}
