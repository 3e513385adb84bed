package dev.tersor.core.index;

import java.util.ArrayList;
import java.util.List;

/**
 * The elements of a dCSR array while padding is inserted, and whether their groups overflow.
 *
 * <p>An insertion shifts the groups of all elements behind it, so nothing is kept by group.
 * Elements are in short runs, and a run knows for each of the 16 possible alignments whether some
 * group that begins in it would overflow; that changes only with the slope, or with an insertion
 * into the run or beside it. The alignment in force follows from the number of elements before the
 * run.
 */
final class DcsrElements {
  private static final int LANES = DcsrGroup.LANES;
  private static final int RUN = 256;

  /** Up to {@value #RUN} neighbouring elements. */
  private static final class Run {
    final int[] positions = new int[RUN];
    int size;

    /** Bit r: a group that begins at an element whose number in the run is r mod 16 overflows. */
    int overflowing;

    /** The slope that {@link #overflowing} was found for; 0 if it has to be found anew. */
    int checkedSlope;
  }

  private final int size;
  private final boolean isAbsolute;
  private final List<Run> runs = new ArrayList<>();
  private int count;

  /** The run that overflowed last, and the number of elements before it. */
  private int suspect;

  private int beforeSuspect;
  private final int[] window = new int[LANES + RUN + LANES];
  private final int[] lowest = new int[LANES + RUN];

  DcsrElements(int[] positions, int size, boolean isAbsolute) {
    this.size = size;
    this.isAbsolute = isAbsolute;
    this.count = positions.length;
    int half = RUN / 2;
    for (int from = 0; from < count; from += half) {
      Run run = new Run();
      run.size = Math.min(half, count - from);
      System.arraycopy(positions, from, run.positions, 0, run.size);
      runs.add(run);
    }
  }

  /** Adds an element where none is. */
  void insert(int position) {
    int at = runOf(position);
    Run run = runs.get(at);
    if (run.size == RUN) {
      split(at);
      at = runOf(position);
      run = runs.get(at);
    }
    int i = run.size++;
    for (; i > 0 && run.positions[i - 1] > position; i--) {
      run.positions[i] = run.positions[i - 1];
    }
    run.positions[i] = position;
    count++;
    if (at < suspect) {
      beforeSuspect++;
    }
    // Groups reach 15 elements ahead, and 16 behind for the base that theirs is told from.
    forget(at, -1, LANES);
    forget(at, 1, LANES);
    run.checkedSlope = 0;
  }

  private void forget(int from, int direction, int reach) {
    int left = reach;
    for (int at = from + direction; left > 0 && at >= 0 && at < runs.size(); at += direction) {
      runs.get(at).checkedSlope = 0;
      left -= runs.get(at).size;
    }
  }

  /** The last run that begins at or before a position, or the first one. */
  private int runOf(int position) {
    int low = 0;
    int high = runs.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (runs.get(middle).positions[0] <= position) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private void split(int at) {
    Run full = runs.get(at);
    Run upper = new Run();
    upper.size = RUN / 2;
    System.arraycopy(full.positions, RUN / 2, upper.positions, 0, upper.size);
    full.size = RUN / 2;
    full.checkedSlope = 0;
    runs.add(at + 1, upper);
    if (at < suspect) {
      suspect++;
    }
  }

  /** Whether a group overflows; looks first where one did the last time. */
  boolean overflows() {
    int slope = DcsrGroup.slope(size, count);
    // On from there and round: what was looked at last is what changed least.
    int at = suspect;
    int before = beforeSuspect;
    for (int looked = 0; looked < runs.size(); looked++) {
      if (at >= runs.size()) {
        at = 0;
        before = 0;
      }
      if (overflows(at, before, slope)) {
        suspect = at;
        beforeSuspect = before;
        return true;
      }
      before += runs.get(at++).size;
    }
    return false;
  }

  private boolean overflows(int at, int before, int slope) {
    Run run = runs.get(at);
    if (run.checkedSlope != slope) {
      check(at, slope);
    }
    int first = -before & (LANES - 1);
    return ((run.overflowing >>> first) & 1) != 0;
  }

  /** Finds out which of the groups that can begin in a run overflow. */
  private void check(int at, int slope) {
    Run run = runs.get(at);
    int behind = copyBehind(at);
    int from = LANES - behind;
    System.arraycopy(run.positions, 0, window, LANES, run.size);
    int to = copyAhead(at, LANES + run.size);
    for (int e = from; e < LANES + run.size; e++) {
      int least = Integer.MAX_VALUE;
      for (int i = e, ahead = 0; i < Math.min(to, e + LANES); i++, ahead += slope) {
        least = Math.min(least, window[i] - ahead);
      }
      lowest[e] = least;
    }
    run.overflowing = 0;
    for (int e = LANES; e < LANES + run.size; e++) {
      int base = e - LANES >= from ? lowest[e - LANES] : -LANES * slope;
      if (!fits(e, Math.min(to, e + LANES), base, slope)) {
        run.overflowing |= 1 << ((e - LANES) & (LANES - 1));
      }
    }
    run.checkedSlope = slope;
  }

  private boolean fits(int from, int to, int base, int slope) {
    int least = lowest[from];
    int step = isAbsolute ? 0 : least - base - LANES * slope;
    if (!DcsrGroup.fits(window[to - 1] - least, step)) {
      return false;
    }
    for (int i = from, ahead = 0; i < to; i++, ahead += slope) {
      if (!DcsrGroup.fitsOffset(window[i] - ahead - least)) {
        return false;
      }
    }
    return true;
  }

  /** Puts up to 16 elements before a run in front of the window's middle; returns how many. */
  private int copyBehind(int at) {
    int copied = 0;
    for (int other = at - 1; other >= 0 && copied < LANES; other--) {
      Run run = runs.get(other);
      for (int i = run.size - 1; i >= 0 && copied < LANES; i--) {
        window[LANES - ++copied] = run.positions[i];
      }
    }
    return copied;
  }

  /** Puts up to 15 elements after a run behind the window's middle; returns where they end. */
  private int copyAhead(int at, int from) {
    int end = from;
    for (int other = at + 1; other < runs.size() && end < from + LANES - 1; other++) {
      Run run = runs.get(other);
      for (int i = 0; i < run.size && end < from + LANES - 1; i++) {
        window[end++] = run.positions[i];
      }
    }
    return end;
  }

  int[] toArray() {
    int[] all = new int[count];
    int n = 0;
    for (Run run : runs) {
      System.arraycopy(run.positions, 0, all, n, run.size);
      n += run.size;
    }
    return all;
  }
}
