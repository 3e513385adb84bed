package dev.tersor.core.symbol;

import dev.tersor.core.bits.CodeLengths;
import dev.tersor.core.bits.HuffmanTable;
import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import java.util.Arrays;

/**
 * Canonical Huffman coding (Deep Compression, section 4), code lengths at most 20.
 *
 * <p><b>Table</b>: the code lengths, as {@link HuffmanTable} lays them out. Codes are assigned as
 * in RFC 1951, section 3.2.2: in order of length, then of symbol, counting up. <b>Payload</b>: the
 * codes one after another, each with its most significant bit first, into bits counted from bit 0
 * of byte 0; the filling bits are zero. A stream with one distinct symbol has an empty payload. A
 * long payload is cut in {@link ChunkedHuffman chunks}.
 *
 * <p>Example: symbols 0 0 1 2 of width 2 get lengths 1 2 2 and codes 0, 10, 11; the payload is the
 * bits 0 0 1 0 1 1 in this order, the byte {@code 34}.
 */
public final class Huffman implements SymbolCoder {
  private static final int MAX_WIDTH = 16;

  @Override
  public String name() {
    return "huffman";
  }

  @Override
  public boolean accepts(Symbols symbols) {
    return symbols.width() <= MAX_WIDTH;
  }

  @Override
  public boolean isRandomAccess() {
    return false;
  }

  @Override
  public Coded encode(Symbols symbols) {
    int[] frequencies = symbols.frequencies();
    byte[] lengths = CodeLengths.of(frequencies, HuffmanTable.MAX_LENGTH);
    byte[] table = HuffmanTable.write(lengths);
    int distinct = 0;
    for (byte length : lengths) {
      distinct += length > 0 ? 1 : 0;
    }
    if (distinct < 2) {
      return new Coded(table, new byte[0]);
    }
    long bits = bits(frequencies, lengths);
    int chunks = chunks(symbols, lengths.length, bits);
    return chunks > 1
        ? ChunkedHuffman.encode(symbols, frequencies, lengths, bits, chunks)
        : new Coded(table, encode(symbols.values(), entries(lengths), 0, symbols.count(), bits));
  }

  /** What the codes of all symbols take. */
  static long bits(int[] frequencies, byte[] lengths) {
    long bits = 0;
    for (int s = 0; s < lengths.length; s++) {
      bits += (long) lengths[s] * frequencies[s];
    }
    return bits;
  }

  private static int chunks(Symbols symbols, int alphabet, long bits) {
    return ChunkedHuffman.accepts(symbols.width(), alphabet)
        ? Chunks.number((double) bits / Byte.SIZE)
        : 1;
  }

  /** By symbol its code, bit-reversed, and below it the code's length. */
  static long[] entries(byte[] lengths) {
    int[] codes = reversedCodes(lengths);
    long[] entries = new long[codes.length];
    for (int s = 0; s < codes.length; s++) {
      entries[s] = (long) codes[s] << 8 | lengths[s];
    }
    return entries;
  }

  /** Codes of the symbols from one on up to another, which take so many bits. */
  static byte[] encode(int[] values, long[] entries, int first, int last, long bits) {
    byte[] out = new byte[Math.toIntExact((bits + 7) >>> 3)];
    long pending = 0;
    int pendingBits = 0;
    int at = 0;
    for (int i = first; i < last; i++) {
      long entry = entries[values[i]];
      pending |= (entry >>> 8) << pendingBits;
      pendingBits += (int) (entry & 0xFF);
      if (pendingBits >= 32) {
        LittleEndian.putInt(out, at, (int) pending);
        at += 4;
        pending >>>= 32;
        pendingBits -= 32;
      }
    }
    for (; pendingBits > 0; pendingBits -= 8) {
      out[at++] = (byte) pending;
      pending >>>= 8;
    }
    return out;
  }

  /** Canonical codes, bit-reversed so that the first code bit is the lowest. */
  private static int[] reversedCodes(byte[] lengths) {
    int[] next = new int[HuffmanTable.MAX_LENGTH + 2];
    for (byte length : lengths) {
      next[length + 1] += length > 0 ? 1 : 0;
    }
    for (int length = 1; length < next.length; length++) {
      next[length] = (next[length] + next[length - 1]) << 1;
    }
    int[] codes = new int[lengths.length];
    for (int s = 0; s < lengths.length; s++) {
      if (lengths[s] > 0) {
        codes[s] = Integer.reverse(next[lengths[s]]++) >>> (32 - lengths[s]);
      }
    }
    return codes;
  }

  @Override
  public Symbols decode(Coded coded, int count, int width) {
    boolean isChunked = ChunkedHuffman.isOne(coded.table(), width);
    byte[] table = isChunked ? ChunkedHuffman.lengths(coded.table()) : coded.table();
    byte[] lengths = HuffmanTable.read(table, 1 << width);
    int longest = 0;
    int distinct = 0;
    long kraft = 0;
    for (byte length : lengths) {
      if (length > 0) {
        distinct++;
        longest = Math.max(longest, length);
        kraft += 1L << (HuffmanTable.MAX_LENGTH - length);
      }
    }
    if (distinct < 2) {
      if (isChunked) {
        throw new MalformedInputException("one symbol needs no chunks", 0);
      }
      return constant(coded, lengths, distinct, count, width);
    }
    if (kraft != 1L << HuffmanTable.MAX_LENGTH) {
      throw new MalformedInputException("code lengths are not those of a complete code", 0);
    }
    if (count == 0 || count > 8L * coded.payload().length) {
      throw new MalformedInputException(
          count + " symbols cannot be in " + coded.payload().length + " bytes",
          coded.table().length);
    }
    HuffmanLookup lookup = HuffmanLookup.of(lengths, reversedCodes(lengths), longest, count);
    int[] values = new int[count];
    if (isChunked) {
      ChunkedHuffman.decode(coded, lookup, values);
    } else {
      byte[] padded =
          Arrays.copyOf(coded.payload(), coded.payload().length + HuffmanDecoder.PADDING);
      new HuffmanDecoder(padded, coded.table().length, 0, coded.payload().length, lookup, 0, count)
          .finish(values);
    }
    return new Symbols(values, width);
  }

  private static Symbols constant(Coded coded, byte[] lengths, int distinct, int count, int width) {
    if (coded.payload().length != 0 || (distinct == 0) != (count == 0)) {
      throw new MalformedInputException(
          "a stream of " + count + " symbols has " + distinct + " codes", coded.table().length);
    }
    int[] values = new int[count];
    Arrays.fill(values, lengths.length - 1);
    return new Symbols(values, width);
  }
}
