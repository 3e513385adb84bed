package dev.tersor.core.symbol;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link RansKernel} with the Vector API: a vector of eight states a chunk, four chunks at once, so
 * that one waits for its table while the others compute (Giesen, "Interleaved entropy coders",
 * 2014, section 4).
 */
final class VectorRans implements RansKernel {
  private static final VectorSpecies<Integer> STATE = IntVector.SPECIES_256;
  private static final VectorSpecies<Byte> WORD = ByteVector.SPECIES_128;

  /** By the states that take a word which of the next words each takes. */
  private static final int[] TAKEN = taken();

  private static int[] taken() {
    int[] table = new int[STATES << STATES];
    for (int mask = 0; mask < 1 << STATES; mask++) {
      for (int state = 0, next = 0; state < STATES; state++) {
        table[STATES * mask + state] = (mask >>> state & 1) == 0 ? 0 : next++;
      }
    }
    return table;
  }

  @Override
  public boolean pays() {
    return IntVector.SPECIES_PREFERRED.length() >= STATES;
  }

  @Override
  public void decode(
      RansSlots slots,
      byte[] payload,
      int[] at,
      int[] states,
      int[] values,
      int[] done,
      int[] first) {
    char[] symbols = slots.symbols();
    // By slot: how far into the symbol's range it is, and the frequency.
    int[] ranges = new int[symbols.length];
    int[] wide = new int[symbols.length];
    for (int slot = 0; slot < symbols.length; slot++) {
      long range = slots.ranges()[symbols[slot]];
      ranges[slot] = slot - (int) (range >>> 32) << 16 | (int) range;
      wide[slot] = symbols[slot];
    }
    int[] indices = new int[Chunks.GROUP * STATES];
    for (int q = 0; q < at.length; q += Chunks.GROUP) {
      int rounds = Integer.MAX_VALUE;
      for (int c = q; c < q + Chunks.GROUP; c++) {
        rounds = Math.min(rounds, (first[c + 1] - done[c]) / STATES);
      }
      int decoded =
          decode(ranges, wide, slots.bits(), payload, at, states, values, done, q, rounds, indices);
      for (int c = q; c < q + Chunks.GROUP; c++) {
        done[c] += decoded;
      }
    }
  }

  /**
   * Says how many symbols of each chunk. All is written out: the compiler inlines the Vector API
   * whatever it takes, but in so long a loop no methods of ours, and boxes what these are given.
   * Shorts are extended by their sign and masked, since Java 17 fails to extend them by zeros.
   */
  private static int decode(
      int[] ranges,
      int[] symbols,
      int bits,
      byte[] payload,
      int[] at,
      int[] states,
      int[] values,
      int[] done,
      int chunk,
      int rounds,
      int[] indices) {
    int mask = ranges.length - 1;
    IntVector x = IntVector.fromArray(STATE, states, chunk * STATES);
    IntVector y = IntVector.fromArray(STATE, states, (chunk + 1) * STATES);
    IntVector z = IntVector.fromArray(STATE, states, (chunk + 2) * STATES);
    IntVector u = IntVector.fromArray(STATE, states, (chunk + 3) * STATES);
    int fromX = at[chunk];
    int fromY = at[chunk + 1];
    int fromZ = at[chunk + 2];
    int fromU = at[chunk + 3];
    int toX = done[chunk];
    int toY = done[chunk + 1];
    int toZ = done[chunk + 2];
    int toU = done[chunk + 3];
    int lastFrom = payload.length - WORD.length();
    int end = rounds * STATES;
    int i = 0;
    for (; i < end; i += STATES) {
      // Negative where one of them is beyond.
      if (((lastFrom - fromX) | (lastFrom - fromY) | (lastFrom - fromZ) | (lastFrom - fromU)) < 0) {
        break;
      }
      x.and(mask).intoArray(indices, 0);
      y.and(mask).intoArray(indices, STATES);
      z.and(mask).intoArray(indices, 2 * STATES);
      u.and(mask).intoArray(indices, 3 * STATES);
      IntVector rangeX = IntVector.fromArray(STATE, ranges, 0, indices, 0);
      IntVector rangeY = IntVector.fromArray(STATE, ranges, 0, indices, STATES);
      IntVector rangeZ = IntVector.fromArray(STATE, ranges, 0, indices, 2 * STATES);
      IntVector rangeU = IntVector.fromArray(STATE, ranges, 0, indices, 3 * STATES);
      IntVector.fromArray(STATE, symbols, 0, indices, 0).intoArray(values, toX + i);
      IntVector.fromArray(STATE, symbols, 0, indices, STATES).intoArray(values, toY + i);
      IntVector.fromArray(STATE, symbols, 0, indices, 2 * STATES).intoArray(values, toZ + i);
      IntVector.fromArray(STATE, symbols, 0, indices, 3 * STATES).intoArray(values, toU + i);
      x =
          rangeX
              .and(0xFFFF)
              .mul(x.lanewise(VectorOperators.LSHR, bits))
              .add(rangeX.lanewise(VectorOperators.LSHR, 16));
      y =
          rangeY
              .and(0xFFFF)
              .mul(y.lanewise(VectorOperators.LSHR, bits))
              .add(rangeY.lanewise(VectorOperators.LSHR, 16));
      z =
          rangeZ
              .and(0xFFFF)
              .mul(z.lanewise(VectorOperators.LSHR, bits))
              .add(rangeZ.lanewise(VectorOperators.LSHR, 16));
      u =
          rangeU
              .and(0xFFFF)
              .mul(u.lanewise(VectorOperators.LSHR, bits))
              .add(rangeU.lanewise(VectorOperators.LSHR, 16));

      VectorMask<Integer> low = x.lanewise(VectorOperators.LSHR, 16).compare(VectorOperators.EQ, 0);
      int takes = (int) low.toLong();
      IntVector words =
          (IntVector)
              ByteVector.fromArray(WORD, payload, fromX)
                  .reinterpretAsShorts()
                  .convertShape(VectorOperators.S2I, STATE, 0);
      x =
          x.blend(
              x.lanewise(VectorOperators.LSHL, 16)
                  .or(
                      words
                          .and(0xFFFF)
                          .rearrange(
                              IntVector.fromArray(STATE, TAKEN, STATES * takes).toShuffle())),
              low);
      fromX += 2 * Integer.bitCount(takes);

      low = y.lanewise(VectorOperators.LSHR, 16).compare(VectorOperators.EQ, 0);
      takes = (int) low.toLong();
      words =
          (IntVector)
              ByteVector.fromArray(WORD, payload, fromY)
                  .reinterpretAsShorts()
                  .convertShape(VectorOperators.S2I, STATE, 0);
      y =
          y.blend(
              y.lanewise(VectorOperators.LSHL, 16)
                  .or(
                      words
                          .and(0xFFFF)
                          .rearrange(
                              IntVector.fromArray(STATE, TAKEN, STATES * takes).toShuffle())),
              low);
      fromY += 2 * Integer.bitCount(takes);

      low = z.lanewise(VectorOperators.LSHR, 16).compare(VectorOperators.EQ, 0);
      takes = (int) low.toLong();
      words =
          (IntVector)
              ByteVector.fromArray(WORD, payload, fromZ)
                  .reinterpretAsShorts()
                  .convertShape(VectorOperators.S2I, STATE, 0);
      z =
          z.blend(
              z.lanewise(VectorOperators.LSHL, 16)
                  .or(
                      words
                          .and(0xFFFF)
                          .rearrange(
                              IntVector.fromArray(STATE, TAKEN, STATES * takes).toShuffle())),
              low);
      fromZ += 2 * Integer.bitCount(takes);

      low = u.lanewise(VectorOperators.LSHR, 16).compare(VectorOperators.EQ, 0);
      takes = (int) low.toLong();
      words =
          (IntVector)
              ByteVector.fromArray(WORD, payload, fromU)
                  .reinterpretAsShorts()
                  .convertShape(VectorOperators.S2I, STATE, 0);
      u =
          u.blend(
              u.lanewise(VectorOperators.LSHL, 16)
                  .or(
                      words
                          .and(0xFFFF)
                          .rearrange(
                              IntVector.fromArray(STATE, TAKEN, STATES * takes).toShuffle())),
              low);
      fromU += 2 * Integer.bitCount(takes);
    }
    x.intoArray(states, chunk * STATES);
    y.intoArray(states, (chunk + 1) * STATES);
    z.intoArray(states, (chunk + 2) * STATES);
    u.intoArray(states, (chunk + 3) * STATES);
    at[chunk] = fromX;
    at[chunk + 1] = fromY;
    at[chunk + 2] = fromZ;
    at[chunk + 3] = fromU;
    return i;
  }
}
