package dev.tersor.core.bits;

/**
 * The stored form of code lengths: a 16-bit number {@code n} (last used symbol, so that n + 1
 * lengths follow) and 5-bit tokens, least significant bit first.
 *
 * <pre>
 * 0        the symbol does not occur
 * 1 .. 20  its code length
 * 29 rr    the length before, repeated 3 + r times (2 bits)
 * 30 rrr   zeros, 3 + r of them (3 bits)
 * 31 r{7}  zeros, 11 + r of them (7 bits)
 * </pre>
 *
 * An empty stream has an empty table.
 */
public final class HuffmanTable {
  public static final int MAX_LENGTH = 20;
  private static final int REPEAT = 29;
  private static final int FEW_ZEROS = 30;
  private static final int MANY_ZEROS = 31;

  /** What one token holds at most. */
  private static final int LONGEST_RUN = 138;

  private HuffmanTable() {}

  public static byte[] write(byte[] lengths) {
    int last = lengths.length - 1;
    while (last >= 0 && lengths[last] == 0) {
      last--;
    }
    if (last < 0) {
      return new byte[0];
    }
    BitWriter out = new BitWriter();
    out.write(last, 16);
    for (int at = 0; at <= last; ) {
      int run = 1;
      while (run < LONGEST_RUN && at + run <= last && lengths[at + run] == lengths[at]) {
        run++;
      }
      at += lengths[at] == 0 ? writeZeros(out, run) : writeLengths(out, lengths[at], run);
    }
    return out.toByteArray();
  }

  private static int writeZeros(BitWriter out, int run) {
    if (run >= 11) {
      int count = Math.min(run, LONGEST_RUN);
      out.write(MANY_ZEROS, 5);
      out.write(count - 11, 7);
      return count;
    }
    if (run >= 3) {
      out.write(FEW_ZEROS, 5);
      out.write(run - 3, 3);
      return run;
    }
    out.write(0, 5);
    return 1;
  }

  private static int writeLengths(BitWriter out, int length, int run) {
    out.write(length, 5);
    if (run >= 4) {
      int repeats = Math.min(run - 1, 6);
      out.write(REPEAT, 5);
      out.write(repeats - 3, 2);
      return 1 + repeats;
    }
    return 1;
  }

  /**
   * @param alphabet number of symbols that the stream's width allows
   * @return the code lengths of symbols 0 .. last used
   */
  public static byte[] read(byte[] table, int alphabet) {
    if (table.length == 0) {
      return new byte[0];
    }
    BitReader in = new BitReader(table);
    int last = in.read(16, "code table");
    if (last >= alphabet) {
      throw new MalformedInputException(
          "code table names symbol " + last + ", the stream has " + alphabet, 0);
    }
    byte[] lengths = new byte[last + 1];
    for (int at = 0; at <= last; ) {
      int token = in.read(5, "code table");
      int run = 1;
      int length = token;
      if (token == REPEAT) {
        if (at == 0) {
          throw new MalformedInputException("code table repeats nothing", in.bytePosition());
        }
        run = 3 + in.read(2, "code table");
        length = lengths[at - 1];
      } else if (token == FEW_ZEROS) {
        run = 3 + in.read(3, "code table");
        length = 0;
      } else if (token == MANY_ZEROS) {
        run = 11 + in.read(7, "code table");
        length = 0;
      } else if (token > MAX_LENGTH) {
        throw new MalformedInputException("code length " + token + " above 20", in.bytePosition());
      }
      if (run > last + 1 - at) {
        throw new MalformedInputException("code table runs past its end", in.bytePosition());
      }
      for (int i = 0; i < run; i++) {
        lengths[at++] = (byte) length;
      }
    }
    if (lengths[last] == 0 || in.remainingBits() >= 8) {
      throw new MalformedInputException("code table has a wrong length", in.bytePosition());
    }
    if (in.read((int) in.remainingBits(), "code table") != 0) {
      throw new MalformedInputException("filling bits are not zero", table.length - 1L);
    }
    return lengths;
  }
}
