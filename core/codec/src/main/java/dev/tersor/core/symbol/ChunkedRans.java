package dev.tersor.core.symbol;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import java.util.Arrays;

/**
 * The payload of a long stream of {@link Rans}: {@link Chunks} with eight states each. What it
 * begins with, the number of chunks, is below 2^16, as no state is.
 */
final class ChunkedRans {
  private ChunkedRans() {}

  /** Whether a payload is one of chunks. */
  static boolean isOne(byte[] payload) {
    return payload.length >= Rans.STATE_BYTES
        && (LittleEndian.getInt(payload, 0) & 0xFFFFFFFFL) < Rans.LOW;
  }

  /**
   * @param chunks 4 or a multiple, at most the number of values
   */
  static byte[] encode(int[] values, RansFrequencies frequencies, int chunks) {
    RansEncoder encoder = new RansEncoder(frequencies);
    byte[][] parts = new byte[chunks][];
    for (int q = 0; q < chunks; q++) {
      parts[q] =
          encoder.encode(
              values,
              Chunks.first(q, chunks, values.length),
              Chunks.first(q + 1, chunks, values.length),
              RansKernel.STATES);
    }
    return Chunks.join(parts);
  }

  /**
   * Decodes all of {@code values}, at least one, with the frequencies of two symbols or more.
   *
   * @param position of the payload, for errors
   * @throws MalformedInputException if they are not in it
   */
  static void decode(
      byte[] payload, RansFrequencies frequencies, int[] values, long position, RansKernel kernel) {
    Chunks chunks = Chunks.read(payload, values.length, position);
    RansSlots slots = RansSlots.of(frequencies);
    chunks.eachGroup(q -> decode(payload, slots, chunks, q, values, position, kernel));
  }

  /**
   * @param group its first chunk
   */
  private static void decode(
      byte[] payload,
      RansSlots slots,
      Chunks chunks,
      int group,
      int[] values,
      long position,
      RansKernel kernel) {
    int[] at = Arrays.copyOfRange(chunks.from(), group, group + Chunks.GROUP);
    int[] states = new int[RansKernel.STATES * Chunks.GROUP];
    for (int q = 0; q < Chunks.GROUP; q++) {
      if (chunks.from()[group + q + 1] - at[q] < RansKernel.STATES * Rans.STATE_BYTES) {
        throw new MalformedInputException(
            "chunk " + (group + q) + " has no room for its states", position + at[q]);
      }
      for (int k = 0; k < RansKernel.STATES; k++, at[q] += Rans.STATE_BYTES) {
        states[RansKernel.STATES * q + k] = (int) RansDecoder.state(payload, at[q], position);
      }
    }
    int[] first = Arrays.copyOfRange(chunks.first(), group, group + Chunks.GROUP + 1);
    int[] done = Arrays.copyOf(first, Chunks.GROUP);
    kernel.decode(slots, payload, at, states, values, done, first);
    for (int q = 0; q < Chunks.GROUP; q++) {
      new RansDecoder(payload, chunks.from()[group + q + 1], position, slots)
          .finish(RansKernel.states(states, q), at[q], values, first[q], done[q], first[q + 1]);
    }
  }
}
