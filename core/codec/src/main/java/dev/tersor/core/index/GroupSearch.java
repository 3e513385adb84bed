package dev.tersor.core.index;

import java.util.List;

/**
 * Greedy search for groups of equidistant non-zeros ("Smaller together", Algorithms 1 and 2): group
 * size by size, the first start at which a group covers the most non-zeros is taken if it covers at
 * least {@code ceil(theta * size)}, and its lanes are cleared. What is tried after a group was
 * taken is the {@link GroupParameters.Order}.
 *
 * <p>The literal algorithm convolves the whole mask for every group it takes; {@link GroupCursor}
 * finds the same groups without.
 */
final class GroupSearch {
  private final ShiftedMask mask;
  private final LaneCounts counts;

  /**
   * @param positions of the non-zeros, in any order
   * @param size weights of the tensor
   */
  GroupSearch(int[] positions, int size) {
    this(positions, size, LaneCounts.fastest());
  }

  GroupSearch(int[] positions, int size, LaneCounts counts) {
    this.mask = new ShiftedMask(positions, size);
    this.counts = counts;
  }

  /** Takes the groups of all sizes that the parameters name, in their order. */
  List<FoundGroups> take(GroupParameters parameters) {
    return parameters.sizes().stream()
        .map(
            lanes -> take(lanes, parameters.strides(), parameters.least(lanes), parameters.order()))
        .toList();
  }

  /**
   * Takes all groups of one size; the non-zeros that they cover are gone from {@link #rest}.
   *
   * @param least the fewest non-zeros of a group
   */
  FoundGroups take(int lanes, List<Integer> strides, int least, GroupParameters.Order order) {
    GroupCursor[] cursors = cursors(lanes, strides, least);
    FoundGroups found = new FoundGroups(lanes);
    switch (order) {
      case ROUND_ROBIN -> takeInTurn(cursors, least, found);
      case EACH_STRIDE -> {
        for (GroupCursor cursor : cursors) {
          takeAll(cursor, least, found);
        }
      }
      case GLOBAL_BEST -> {
        for (int level = lanes; level >= least; level--) {
          for (GroupCursor cursor : cursors) {
            takeAll(cursor, level, found);
          }
        }
      }
    }
    return found;
  }

  /** A cursor a stride; they stay valid while groups of any kind are taken. */
  GroupCursor[] cursors(int lanes, List<Integer> strides, int least) {
    return strides.stream()
        .map(stride -> new GroupCursor(mask, lanes, stride, least, counts))
        .toArray(GroupCursor[]::new);
  }

  /** One group a stride, round after round, until a round takes nothing. */
  private static void takeInTurn(GroupCursor[] cursors, int least, FoundGroups found) {
    for (boolean taken = true; taken; ) {
      taken = false;
      for (GroupCursor cursor : cursors) {
        int start = cursor.next(least);
        if (start >= 0) {
          cursor.clear(start);
          found.add(start, cursor.stride, cursor.level());
          taken = true;
        }
      }
    }
  }

  /** All groups of a stride with at least so many non-zeros. */
  static void takeAll(GroupCursor cursor, int bound, FoundGroups found) {
    for (int start = cursor.next(bound); start >= 0; start = cursor.next(bound)) {
      cursor.clear(start);
      found.add(start, cursor.stride, cursor.level());
    }
  }

  /** All groups with at least so many non-zeros, those of any stride by their start. */
  static void takeByStart(GroupCursor[] cursors, int bound, FoundGroups found) {
    int[] next = new int[cursors.length];
    for (int i = 0; i < next.length; i++) {
      next[i] = cursors[i].next(bound);
    }
    while (true) {
      int first = -1;
      for (int i = 0; i < next.length; i++) {
        if (next[i] >= 0 && (first < 0 || next[i] < next[first])) {
          first = i;
        }
      }
      if (first < 0) {
        return;
      }
      GroupCursor cursor = cursors[first];
      // Another stride may have had some of its lanes since it was found.
      if (cursor.isAtLevel(next[first])) {
        cursor.clear(next[first]);
        found.add(next[first], cursor.stride, cursor.level());
      }
      next[first] = cursor.next(bound);
    }
  }

  /** The non-zeros that no group has taken, ascending. */
  int[] rest() {
    int count = 0;
    for (int at = 0; at < mask.size(); at += Long.SIZE) {
      count += Long.bitCount(mask.word(at));
    }
    int[] rest = new int[count];
    int n = 0;
    for (int at = 0; at < mask.size(); at += Long.SIZE) {
      for (long word = mask.word(at); word != 0; word &= word - 1) {
        rest[n++] = at + Long.numberOfTrailingZeros(word);
      }
    }
    return rest;
  }
}
