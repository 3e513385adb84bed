package dev.tersor.core.index;

/** {@link RunOffsets} lane by lane. */
final class ScalarRunOffsets implements RunOffsets {
  @Override
  public void join(
      int[] spacing,
      int[] offsets,
      int from,
      int nibble,
      int[] extensions,
      int first,
      int[] lanes) {
    int mask4 = extensions[first];
    int mask5 = extensions[first + 1];
    int mask6 = extensions[first + 2];
    for (int lane = 0; lane < DcsrGroup.LANES; lane++) {
      lanes[lane] = spacing[lane] + (offsets[from + lane] >>> nibble & 0xF);
    }
    if ((mask4 | mask5 | mask6) != 0) {
      for (int lane = 0; lane < DcsrGroup.LANES; lane++) {
        lanes[lane] +=
            (mask4 >>> lane & 1) << 4 | (mask5 >>> lane & 1) << 5 | (mask6 >>> lane & 1) << 6;
      }
    }
  }
}
