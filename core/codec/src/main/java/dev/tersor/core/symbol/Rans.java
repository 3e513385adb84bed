package dev.tersor.core.symbol;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import java.util.Arrays;

/**
 * Static order-0 range coding with asymmetric numeral systems (rANS: Duda, "Asymmetric numeral
 * systems", 2013, arXiv 1311.2540), several states interleaved into one stream of words (Giesen,
 * "Interleaved entropy coders", 2014, arXiv 1402.3392). A symbol takes its share of bits without
 * rounding to whole ones, so that skewed streams come within a few thousandths of their entropy.
 *
 * <p><b>Table</b>: r and a frequency f(s) for each symbol, all together 2^r, as {@link RansTable}
 * lays them out; b(s) is the sum of the frequencies of the symbols below s. <b>Payload</b>: the
 * states, 32 bits each, then words of 16 bits, all little-endian. There is one state for a stream
 * of fewer than 1,024 symbols, else four; symbol i belongs to state i mod 4. A long payload of
 * symbols below 256 is cut in {@link Chunks} of their own, each with eight states; its first number
 * is that of the chunks, below 2^16, as no state is. To decode a symbol from its state x:
 *
 * <pre>
 * v = x mod 2^r
 * s = the symbol with b(s) &lt;= v &lt; b(s) + f(s)
 * x = f(s) floor(x / 2^r) + v - b(s)
 * if x &lt; 2^16: x = 2^16 x + the next word
 * </pre>
 *
 * After the last symbol all states are 2^16 and all words are used. The encoder starts there and
 * takes the symbols, and writes the words, from the last to the first. A stream with one distinct
 * symbol has an empty payload.
 *
 * <p>Example: symbols 0 0 1 2 of width 2 get r = 8 and frequencies 128 64 64. The table is the bits
 * 01 0000 1 1 0000000 1 01 000000 in order of position, the bytes {@code C2 80 02}. The encoder's
 * state goes from 65,536 by symbol 2 to 262,336, by 1 to 1,049,472, by 0 to 2,098,944 and by 0 to
 * 4,197,888: the payload is the state {@code 00 0E 40 00}.
 */
public final class Rans implements SymbolCoder {
  private static final int MAX_WIDTH = 16;

  /** Streams of fewer symbols have one state: twelve bytes less, and no time to be saved. */
  private static final int SHORT = 1024;

  /** Symbols that a stream in chunks may have: kernels are made for bytes. */
  private static final int CHUNKED = 1 << Byte.SIZE;

  /** Interleaved states of a longer stream. */
  static final int STATES = 4;

  /** Least state between two symbols, and each state's first in the encoder; all are below 2^32. */
  static final long LOW = 1L << 16;

  static final int STATE_BYTES = 4;
  static final int WORD_BYTES = 2;

  /** The word at a place. */
  static long word(byte[] payload, int from) {
    return LittleEndian.getShort(payload, from) & 0xFFFFL;
  }

  /** States of a stream of that many symbols. */
  static int states(int count) {
    return count < SHORT ? 1 : STATES;
  }

  @Override
  public String name() {
    return "rans";
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
    byte[] table = RansTable.write(frequencies, symbols.width());
    boolean constant = counts[symbols.values()[0]] == symbols.count();
    return new Coded(
        table, constant ? new byte[0] : payload(symbols.values(), counts, frequencies));
  }

  private static byte[] payload(int[] values, int[] counts, RansFrequencies frequencies) {
    // A symbol takes a word at most, so that most streams need no look at their frequencies.
    boolean mayBeCut =
        frequencies.scaled().length <= CHUNKED
            && Chunks.number((double) WORD_BYTES * values.length) > 1;
    int chunks = mayBeCut ? Chunks.number(frequencies.bytes(counts)) : 1;
    return chunks > 1
        ? ChunkedRans.encode(values, frequencies, chunks)
        : RansEncoder.encode(values, frequencies);
  }

  @Override
  public Symbols decode(Coded coded, int count, int width) {
    byte[] table = coded.table();
    byte[] payload = coded.payload();
    if (coded.isEmpty(count)) {
      return new Symbols(new int[0], width);
    }
    RansFrequencies frequencies = RansTable.read(table, width);
    int last = frequencies.scaled().length - 1;
    int[] values = new int[count];
    if (frequencies.scaled()[last] == frequencies.total()) {
      if (payload.length != 0) {
        throw new MalformedInputException("one symbol needs no payload", table.length);
      }
      Arrays.fill(values, last);
      return new Symbols(values, width);
    }
    if (ChunkedRans.isOne(payload)) {
      ChunkedRans.decode(payload, frequencies, values, table.length, RansKernel.forMore(count));
    } else {
      RansDecoder.decode(coded, frequencies, values);
    }
    return new Symbols(values, width);
  }
}
