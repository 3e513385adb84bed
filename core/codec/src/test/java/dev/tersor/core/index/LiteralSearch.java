package dev.tersor.core.index;

import java.util.ArrayList;
import java.util.List;

/**
 * Algorithm 1 of "Smaller together" as printed: the whole mask is convolved again for every group.
 */
final class LiteralSearch {
  private final boolean[] mask;

  /**
   * @param mask of the non-zeros; groups that are taken are cleared in it
   */
  LiteralSearch(boolean[] mask) {
    this.mask = mask;
  }

  /** The groups of one size as {@code start+stride}, in the order taken. */
  List<String> take(int lanes, List<Integer> strides, int least, GroupParameters.Order order) {
    List<String> groups = new ArrayList<>();
    switch (order) {
      case ROUND_ROBIN -> roundRobin(lanes, strides, least, groups);
      case EACH_STRIDE -> {
        for (int d : strides) {
          for (int[] found; (found = convolve(lanes, d, least)) != null; ) {
            take(lanes, found[0], d, groups);
          }
        }
      }
      case GLOBAL_BEST -> globalBest(lanes, strides, least, groups);
    }
    return groups;
  }

  private void roundRobin(int lanes, List<Integer> strides, int least, List<String> groups) {
    boolean stored = true;
    while (stored) {
      stored = false;
      for (int d : strides) {
        int[] found = convolve(lanes, d, least);
        if (found != null) {
          take(lanes, found[0], d, groups);
          stored = true;
        }
      }
    }
  }

  private void globalBest(int lanes, List<Integer> strides, int least, List<String> groups) {
    while (true) {
      int[] best = null;
      int stride = 0;
      for (int d : strides) {
        int[] found = convolve(lanes, d, least);
        if (found != null && (best == null || found[1] > best[1])) {
          best = found;
          stride = d;
        }
      }
      if (best == null) {
        return;
      }
      take(lanes, best[0], stride, groups);
    }
  }

  /** The first start with the most non-zeros and their number; null if they are too few. */
  private int[] convolve(int lanes, int d, int least) {
    int best = -1;
    int most = 0;
    for (int n = 0; n + (lanes - 1) * d < mask.length; n++) {
      int count = 0;
      for (int lane = 0; lane < lanes; lane++) {
        count += mask[n + lane * d] ? 1 : 0;
      }
      if (count > most) {
        most = count;
        best = n;
      }
    }
    return best >= 0 && most >= least ? new int[] {best, most} : null;
  }

  void take(int lanes, int start, int d, List<String> groups) {
    groups.add(start + "+" + d);
    for (int lane = 0; lane < lanes; lane++) {
      mask[start + lane * d] = false;
    }
  }
}
