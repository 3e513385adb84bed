package dev.tersor.core.symbol;

import dev.tersor.core.bits.CodeLengths;
import dev.tersor.core.bits.HuffmanTable;
import java.util.Arrays;

/**
 * The payload of a long stream of {@link Huffman}: {@link Chunks}, each of which begins with a byte
 * of its own. Its table begins with the bytes {@code FF FF}, which no other does: the alphabet has
 * fewer symbols.
 */
final class ChunkedHuffman {
  private static final byte MARK = (byte) 0xFF;
  private static final int MARKS = 2;

  /** Symbols that a stream in chunks may have; what they are decoded with is made for few. */
  private static final int ALPHABET = 1 << Byte.SIZE;

  /** Codes of a look-up's bits need no second one; they may cost a part in so many more. */
  private static final int SHORTER_CODES = 2048;

  private ChunkedHuffman() {}

  /**
   * @param alphabet the largest symbol that occurs and one
   */
  static boolean accepts(int width, int alphabet) {
    return width < Character.SIZE && alphabet <= ALPHABET;
  }

  /** Whether a table is that of a stream in chunks. */
  static boolean isOne(byte[] table, int width) {
    return width < Character.SIZE && table.length > MARKS && table[0] == MARK && table[1] == MARK;
  }

  /** The table of code lengths in one of chunks. */
  static byte[] lengths(byte[] table) {
    return Arrays.copyOfRange(table, MARKS, table.length);
  }

  /**
   * @param lengths the best ones
   * @param bits what these make
   */
  static Coded encode(Symbols symbols, int[] frequencies, byte[] lengths, long bits, int chunks) {
    byte[] best = lengths;
    byte[] shorter = CodeLengths.of(frequencies, HuffmanLookup.WIDE_BITS);
    if (Huffman.bits(frequencies, shorter) - bits <= bits / SHORTER_CODES) {
      best = shorter;
    }
    int[] values = symbols.values();
    long[] entries = Huffman.entries(best);
    byte[][] parts = new byte[chunks][];
    for (int q = 0; q < chunks; q++) {
      int first = Chunks.first(q, chunks, values.length);
      int last = Chunks.first(q + 1, chunks, values.length);
      long own = 0;
      for (int i = first; i < last; i++) {
        own += best[values[i]];
      }
      parts[q] = Huffman.encode(values, entries, first, last, own);
    }
    byte[] code = HuffmanTable.write(best);
    byte[] table = new byte[MARKS + code.length];
    Arrays.fill(table, 0, MARKS, MARK);
    System.arraycopy(code, 0, table, MARKS, code.length);
    return new Coded(table, Chunks.join(parts));
  }

  /** Decodes all of {@code values}, the codes of two symbols or more. */
  static void decode(Coded coded, HuffmanLookup lookup, int[] values) {
    byte[] payload = coded.payload();
    long position = coded.table().length;
    Chunks chunks = Chunks.read(payload, values.length, position);
    byte[] padded = Arrays.copyOf(payload, payload.length + HuffmanDecoder.PADDING);
    char[] wide = HuffmanGroup.wide(lookup);
    chunks.eachGroup(
        q -> {
          HuffmanDecoder[] group = group(padded, position, chunks, q, lookup);
          new HuffmanGroup(padded, lookup, wide, values).decode(group);
          for (HuffmanDecoder decoder : group) {
            decoder.finish(values);
          }
        });
  }

  /**
   * @param first chunk of the group
   */
  private static HuffmanDecoder[] group(
      byte[] padded, long position, Chunks chunks, int first, HuffmanLookup lookup) {
    HuffmanDecoder[] group = new HuffmanDecoder[Chunks.GROUP];
    for (int i = 0; i < group.length; i++) {
      group[i] =
          new HuffmanDecoder(
              padded,
              position,
              chunks.from()[first + i],
              chunks.from()[first + i + 1],
              lookup,
              chunks.first()[first + i],
              chunks.first()[first + i + 1]);
    }
    return group;
  }
}
