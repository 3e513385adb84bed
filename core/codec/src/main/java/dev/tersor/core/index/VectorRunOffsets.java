package dev.tersor.core.index;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** {@link RunOffsets} with the Vector API: a whole run in a register of 512 bits. */
final class VectorRunOffsets implements RunOffsets {
  /** At most 512 bits: a run has 16 lanes. */
  private static final VectorSpecies<Integer> SPECIES =
      IntVector.SPECIES_PREFERRED.length() > DcsrGroup.LANES
          ? IntVector.SPECIES_512
          : IntVector.SPECIES_PREFERRED;

  private static final int[] LANE_NUMBERS = laneNumbers();

  /** Lanes that are shifted by numbers of their own: shorter vectors of x86 are not. */
  private static final int PAYS = 8;

  private static int[] laneNumbers() {
    int[] numbers = new int[DcsrGroup.LANES];
    for (int lane = 0; lane < numbers.length; lane++) {
      numbers[lane] = lane;
    }
    return numbers;
  }

  @Override
  public boolean pays() {
    return SPECIES.length() >= PAYS;
  }

  @Override
  public void join(
      int[] spacing,
      int[] offsets,
      int from,
      int nibble,
      int[] extensions,
      int first,
      int[] lanes) {
    for (int lane = 0; lane < DcsrGroup.LANES; lane += SPECIES.length()) {
      IntVector number = IntVector.fromArray(SPECIES, LANE_NUMBERS, lane);
      IntVector.fromArray(SPECIES, offsets, from + lane)
          .lanewise(VectorOperators.LSHR, nibble)
          .and(0xF)
          .or(bit(extensions[first], number).lanewise(VectorOperators.LSHL, 4))
          .or(bit(extensions[first + 1], number).lanewise(VectorOperators.LSHL, 5))
          .or(bit(extensions[first + 2], number).lanewise(VectorOperators.LSHL, 6))
          .add(IntVector.fromArray(SPECIES, spacing, lane))
          .intoArray(lanes, lane);
    }
  }

  /** Each lane's bit of a mask. */
  private static IntVector bit(int mask, IntVector number) {
    return IntVector.broadcast(SPECIES, mask).lanewise(VectorOperators.LSHR, number).and(1);
  }
}
