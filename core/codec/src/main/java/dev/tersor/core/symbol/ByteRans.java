package dev.tersor.core.symbol;

import dev.tersor.core.bits.MalformedInputException;

/**
 * {@link Rans} for streams of bytes that are many and short: what it writes is a stream of width 8
 * of that coder, in four chunks where that pays already, and its memory is used again. Not for
 * several threads.
 */
public final class ByteRans {
  private static final int WIDTH = Byte.SIZE;

  /** From so many symbols on the states of four chunks are less than a hundredth of a payload. */
  private static final int LONG = 1 << 15;

  private final ByteRansEncoder encoder = new ByteRansEncoder();
  private int[] values = {};

  /**
   * Encodes bytes.
   *
   * @param counts how often each occurs; two of them at least
   */
  public Coded encode(byte[] bytes, int count, int[] counts) {
    RansFrequencies frequencies = RansFrequencies.of(counts);
    byte[] payload =
        count < LONG
            ? RansEncoder.encode(wide(bytes, count), frequencies)
            : encoder.encode(bytes, count, frequencies, Chunks.GROUP);
    return new Coded(RansTable.write(frequencies, WIDTH), payload);
  }

  /**
   * The inverse.
   *
   * @param into its first {@code count} bytes are written
   * @throws MalformedInputException if the stream is not one of so many bytes; positions are those
   *     of {@link SymbolCoder#decode}
   */
  public void decode(Coded coded, byte[] into, int count) {
    RansFrequencies frequencies = RansTable.read(coded.table(), WIDTH);
    int last = frequencies.scaled().length - 1;
    if (count == 0 || frequencies.scaled()[last] == frequencies.total()) {
      throw new MalformedInputException("a stream of no two symbols is coded", 0);
    }
    int[] wide = values(count);
    if (ChunkedRans.isOne(coded.payload())) {
      RansKernel kernel = RansKernel.forMore(count);
      ChunkedRans.decode(coded.payload(), frequencies, wide, coded.table().length, kernel);
    } else {
      RansDecoder.decode(coded, frequencies, wide);
    }
    for (int i = 0; i < count; i++) {
      into[i] = (byte) wide[i];
    }
  }

  private int[] wide(byte[] bytes, int count) {
    int[] wide = values(count);
    for (int i = 0; i < count; i++) {
      wide[i] = bytes[i] & 0xFF;
    }
    return wide;
  }

  /** Chunks are cut by an array's length, so that it is as long as the stream. */
  private int[] values(int count) {
    if (values.length != count) {
      values = new int[count];
    }
    return values;
  }
}
