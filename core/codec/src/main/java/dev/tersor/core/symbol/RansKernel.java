package dev.tersor.core.symbol;

import dev.tersor.core.bits.KernelFamily;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Decodes most of a chunked payload of {@link Rans}. Implementations give the same symbols; they
 * differ in how many they look up at once.
 */
interface RansKernel {
  /** States of a chunk. */
  int STATES = 8;

  /** Those with the Vector API. */
  KernelFamily<RansKernel> FAMILY =
      new KernelFamily<>(
          "rans", RansKernel.class, "dev.tersor.core.symbol.VectorRans", RansTrial::isPassed);

  /**
   * Decodes rounds of {@link #STATES} symbols of each chunk, as many as there may be words for.
   * What it leaves is a multiple of so many symbols further, and may be all of them.
   *
   * @param at by chunk where its next word lies; moved on, and not checked against the chunk's end
   * @param states by chunk eight states of 32 bits; changed
   * @param values where symbols go
   * @param done by chunk the place of its next symbol in {@code values}; moved on
   * @param first by chunk the place of its first, and at last the number of all
   */
  void decode(
      RansSlots slots,
      byte[] payload,
      int[] at,
      int[] states,
      int[] values,
      int[] done,
      int[] first);

  /** Whether the machine has vectors that it is quick with. */
  default boolean pays() {
    return true;
  }

  /** Symbols that chunks had in this virtual machine. */
  AtomicLong DECODED = new AtomicLong();

  /**
   * From so many on vectors are taken: compiling their loop takes as long as plain code takes for
   * them, and most commands end before.
   */
  long MANY = 1L << 26;

  /**
   * The one to take for so many more symbols.
   *
   * @param count of symbols of the stream
   */
  static RansKernel forMore(int count) {
    boolean areMany = DECODED.addAndGet(count) > MANY;
    return areMany ? FAMILY.working().orElseGet(ScalarRans::new) : new ScalarRans();
  }

  /** The states of a chunk, without their sign. */
  static long[] states(int[] states, int chunk) {
    long[] own = new long[STATES];
    for (int k = 0; k < STATES; k++) {
      own[k] = states[STATES * chunk + k] & 0xFFFFFFFFL;
    }
    return own;
  }

  /**
   * The one with the Vector API.
   *
   * @throws LinkageError where its module is absent
   */
  static RansKernel vectors() {
    return FAMILY.vectors();
  }
}
