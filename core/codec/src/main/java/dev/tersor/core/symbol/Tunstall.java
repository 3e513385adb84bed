package dev.tersor.core.symbol;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.bits.PackedInts;
import java.util.Arrays;

/**
 * Tunstall coding (Tunstall, "Synthesis of noiseless compression codes", 1967): words of several
 * symbols become codewords of the same number of bits, so that a codeword is found without those
 * before it and decoding is a copy from a table. Streams of up to 8 bits a symbol.
 *
 * <p><b>Words</b>. At first each symbol that occurs is a word, numbered in ascending order. Then
 * the most probable word is made longer, as often as there are codewords for all: with k symbols it
 * is replaced by its k extensions; the one by the first symbol takes its number, the others the
 * next numbers that are free. The probability of a word is the product of the scaled frequencies of
 * its symbols over 2^r, multiplied one by one as an IEEE 754 binary64; among equal ones the word
 * with the least last symbol counts as more probable, then the one that was made first.
 *
 * <p><b>Table</b>: the frequencies, as {@link RansTable} lays them out, then a byte with the bits
 * of a codeword: 8, 12 or 16, whichever should give the shortest payload. <b>Payload</b>: the
 * numbers of the words, packed as {@link PackedInts}. The last word is the first one that begins
 * with what is left; all that goes beyond the end is the first symbol. A stream with one distinct
 * symbol has an empty payload, an empty stream also an empty table.
 *
 * <p>Example: symbols 0 0 1 2 of width 2 have the frequencies 128 64 64 of 256. Of the words 0, 1,
 * 2 the first becomes 00 (number 0), 01 (3) and 02 (4); of those of 1/4, 00 is longer next, then 1,
 * then 2, and so on until there are 255 words of 8 bits. Number 32 is 001200: the table is {@code
 * C2 80 02 08}, the payload {@code 20}.
 */
public final class Tunstall implements SymbolCoder {
  private static final int MAX_WIDTH = 8;

  private static final int[] CODEWORD_BITS = {8, 12, 16};

  /** Words a symbol from which on a longer codeword is not tried. */
  private static final int MANY_WORDS = 4;

  @Override
  public String name() {
    return "tunstall";
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
    int[] counts = symbols.frequencies();
    if (symbols.count() == 0) {
      return new Coded(new byte[0], new byte[0]);
    }
    RansFrequencies frequencies = RansFrequencies.of(counts);
    if (isConstant(frequencies)) {
      return new Coded(table(frequencies, symbols.width(), CODEWORD_BITS[0]), new byte[0]);
    }
    int bits = 0;
    TunstallWords words = null;
    for (int candidate : CODEWORD_BITS) {
      if (words == null || 1L << candidate <= (long) MANY_WORDS * symbols.count()) {
        TunstallWords longer = TunstallWords.of(frequencies, candidate);
        if (words == null || candidate / longer.meanLength() < bits / words.meanLength()) {
          bits = candidate;
          words = longer;
        }
      }
    }
    return new Coded(
        table(frequencies, symbols.width(), bits),
        PackedInts.pack(words.parse(symbols.values()), bits));
  }

  private static boolean isConstant(RansFrequencies frequencies) {
    return frequencies.scaled()[frequencies.scaled().length - 1] == frequencies.total();
  }

  private static byte[] table(RansFrequencies frequencies, int width, int bits) {
    byte[] scaled = RansTable.write(frequencies, width);
    byte[] table = Arrays.copyOf(scaled, scaled.length + 1);
    table[scaled.length] = (byte) bits;
    return table;
  }

  @Override
  public Symbols decode(Coded coded, int count, int width) {
    byte[] table = coded.table();
    if (coded.isEmpty(count)) {
      return Symbols.ofBytes(new byte[0], width);
    }
    int last = table.length - 1;
    int bits = table[last];
    if (Arrays.stream(CODEWORD_BITS).noneMatch(known -> known == bits)) {
      throw new MalformedInputException("codewords of " + bits + " bits, not 8, 12 or 16", last);
    }
    RansFrequencies frequencies = RansTable.read(Arrays.copyOf(table, last), width);
    if (isConstant(frequencies)) {
      if (coded.payload().length != 0) {
        throw new MalformedInputException("one symbol needs no payload", table.length);
      }
      byte[] values = new byte[count];
      Arrays.fill(values, (byte) (frequencies.scaled().length - 1));
      return Symbols.ofBytes(values, width);
    }
    int[] codewords = codewords(coded, bits);
    return Symbols.ofBytes(
        symbols(codewords, TunstallWords.of(frequencies, bits), count, bits, table.length), width);
  }

  private static int[] codewords(Coded coded, int bits) {
    int count = (int) ((long) coded.payload().length * Byte.SIZE / bits);
    try {
      return PackedInts.unpack(coded.payload(), count, bits);
    } catch (MalformedInputException e) {
      throw new MalformedInputException(e.getMessage(), coded.table().length + e.position());
    }
  }

  /**
   * @param start position of the payload, for errors
   */
  private static byte[] symbols(
      int[] codewords, TunstallWords words, int count, int bits, int start) {
    if (count > (long) codewords.length * words.longest()) {
      throw new MalformedInputException(
          count + " symbols cannot be in " + codewords.length + " codewords", start);
    }
    byte[] out = new byte[count + TunstallWords.TAIL];
    int at = 0;
    int last = codewords.length - 1;
    for (int i = 0; i < last; i++) {
      int word = codewords[i];
      if (word >= words.count() || words.length(word) >= count - at) {
        throw wrong(word, i, words, bits, start);
      }
      at = words.copy(word, out, at);
    }
    int word = codewords[last];
    if (word >= words.count() || words.length(word) < count - at) {
      throw wrong(word, last, words, bits, start);
    }
    byte[] end = new byte[words.length(word) + TunstallWords.TAIL];
    words.copy(word, end, 0);
    System.arraycopy(end, 0, out, at, count - at);
    for (int i = count - at; i < words.length(word); i++) {
      if ((end[i] & 0xFF) != words.firstSymbol()) {
        throw new MalformedInputException(
            "the last word goes on with symbol " + (end[i] & 0xFF), position(last, bits, start));
      }
    }
    return Arrays.copyOf(out, count);
  }

  private static MalformedInputException wrong(
      int word, int codeword, TunstallWords words, int bits, int start) {
    return new MalformedInputException(
        word < words.count()
            ? "codeword " + codeword + " does not end where the stream does"
            : "codeword " + codeword + " is " + word + ", there are " + words.count() + " words",
        position(codeword, bits, start));
  }

  private static long position(int codeword, int bits, int start) {
    return start + (long) codeword * bits / Byte.SIZE;
  }
}
