package dev.tersor.core.symbol;

import dev.tersor.core.bits.ForkedLoop;
import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import java.util.function.IntConsumer;

/**
 * Where the chunks of a long payload lie. A decoder waits for each symbol to know where the next
 * one begins; chunks do not wait for each other, so that several are decoded at once, by one core
 * or by many.
 *
 * <p><b>Layout</b>: a number C of 32 bits, a multiple of 4 below 2^16; the lengths in bytes of all
 * chunks but the last, 32 bits each; the chunks. All little-endian. With n symbols, chunk q has the
 * symbols from floor(q n / C) up to floor((q + 1) n / C) - 1.
 *
 * <p>Example: C = 4 and chunks of 3, 2, 2 and 2 bytes begin with {@code 04 00 00 00 03 00 00 00 02
 * 00 00 00 02 00 00 00}.
 *
 * @param from where each chunk begins in the payload, and at last where that ends
 * @param first the first symbol of each chunk, and at last how many there are
 */
@SuppressWarnings("ArrayRecordComponent") // handed from index to decoder, never compared
record Chunks(int[] from, int[] first) {
  /** Chunks that one core decodes at once. */
  static final int GROUP = 4;

  private static final int MOST = 1 << 16;

  /** Bytes of a number of the index. */
  private static final int ENTRY = Integer.BYTES;

  /** From these bytes of payload on an index of one group, and of four, is below a thousandth. */
  private static final int LONG = 1 << 17;

  private static final int LONGER = 1 << 20;

  /** In how many chunks a payload of about so many bytes is cut; 1 where that does not pay. */
  static int number(double bytes) {
    return bytes < LONG ? 1 : bytes < LONGER ? GROUP : GROUP * GROUP;
  }

  static int first(int chunk, int chunks, int count) {
    return (int) ((long) chunk * count / chunks);
  }

  int number() {
    return from.length - 1;
  }

  /**
   * Decodes all groups, with the cores of a pool where it is called in one ({@link ForkedLoop}).
   *
   * @param decode given the first chunk of a group
   */
  void eachGroup(IntConsumer decode) {
    ForkedLoop.run(number() / GROUP, group -> decode.accept(GROUP * group));
  }

  /** Puts chunks behind their index. */
  static byte[] join(byte[][] chunks) {
    int size = ENTRY * chunks.length;
    for (byte[] chunk : chunks) {
      size = Math.addExact(size, chunk.length);
    }
    byte[] payload = new byte[size];
    LittleEndian.putInt(payload, 0, chunks.length);
    int at = ENTRY * chunks.length;
    for (int q = 0; q < chunks.length; q++) {
      if (q < chunks.length - 1) {
        LittleEndian.putInt(payload, ENTRY * (q + 1), chunks[q].length);
      }
      System.arraycopy(chunks[q], 0, payload, at, chunks[q].length);
      at += chunks[q].length;
    }
    return payload;
  }

  /**
   * @param count symbols of the stream
   * @param position of the payload, for errors
   * @throws MalformedInputException if there is no such index
   */
  static Chunks read(byte[] payload, int count, long position) {
    int number = payload.length < ENTRY ? 0 : LittleEndian.getInt(payload, 0);
    if (number < GROUP || number >= MOST || number % GROUP != 0 || number > count) {
      throw new MalformedInputException(
          number + " chunks of " + count + " symbols, expected a multiple of " + GROUP, position);
    }
    if ((long) ENTRY * number > payload.length) {
      throw new MalformedInputException("payload ends in the index of its chunks", position);
    }
    int[] from = new int[number + 1];
    int[] first = new int[number + 1];
    from[0] = ENTRY * number;
    for (int q = 0; q < number; q++) {
      int left = payload.length - from[q];
      int length = q < number - 1 ? LittleEndian.getInt(payload, ENTRY * (q + 1)) : left;
      if (length < 0 || length > left) {
        throw new MalformedInputException(
            "chunk " + q + " of " + length + " bytes, " + left + " are left",
            position + (long) ENTRY * (q + 1));
      }
      from[q + 1] = from[q] + length;
      first[q + 1] = first(q + 1, number, count);
    }
    return new Chunks(from, first);
  }
}
