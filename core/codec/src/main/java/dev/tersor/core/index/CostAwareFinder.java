package dev.tersor.core.index;

import dev.tersor.core.tensor.Codes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;

/**
 * A search for groups that takes the cheapest ones first, where the paper's takes the largest. A
 * group of s lanes that covers o non-zeros costs {@code (s*b/8 + 1.5)/o} bytes for each of them:
 * its values, a byte of start and half a byte of stride. So the pairs (s, o) are gone through by
 * that cost, as long as it is below what a non-zero costs in the remainder, measured on the tensor
 * with all of them there. Sizes that turn out to cost more for a non-zero than the next smaller
 * size does, since few groups have long ways between their starts, are then left out and the search
 * is made once more.
 *
 * @param parameters sizes and strides; occupancy and order have no meaning here
 */
record CostAwareFinder(GroupParameters parameters) implements GroupFinder {
  static final CostAwareFinder STANDARD = new CostAwareFinder(GroupParameters.PAPER);

  private static final double GROUP_BYTES = 1.5;

  /** Lanes from which on groups are taken stride by stride; smaller ones pack better by start. */
  private static final int LARGE = 16;

  /** A kind of group: so many lanes, of which so many are non-zeros. */
  private record Level(int lanes, int covered, double cost) {}

  /** All that the choice of groups depends on beside the positions. */
  private record Prices(GroupParameters parameters, int bits, double remainderBytes) {}

  @Override
  public List<Grouping> find(Codes codes, SharedWork work, DoubleSupplier remainderBytes) {
    double remainder = remainderBytes.getAsDouble();
    Grouping byCost =
        work.ofMask(
            codes,
            new Prices(parameters, codes.bits(), remainder),
            Grouping.class,
            () -> byCost(codes, remainder));
    // The estimates are those of large tensors: in small ones the plain ways can be smaller.
    Grouping none =
        new Grouping(
            parameters.sizes().stream().map(FoundGroups::new).toList(), codes.nonZeroPositions());
    Grouping greedy = new GreedyFinder(parameters).find(codes, work, remainderBytes).get(0);
    return List.of(byCost, none, greedy);
  }

  private Grouping byCost(Codes codes, double remainderBytes) {
    double valueBytes = codes.bits() / 8.0;
    List<Integer> sizes = new ArrayList<>(parameters.sizes());
    while (true) {
      Grouping grouping = find(codes, sizes, valueBytes, remainderBytes);
      List<Integer> paying = paying(grouping.groups(), valueBytes, remainderBytes);
      if (paying.containsAll(sizes)) {
        return grouping;
      }
      sizes.retainAll(paying);
    }
  }

  private Grouping find(
      Codes codes, List<Integer> sizes, double valueBytes, double remainderBytes) {
    GroupSearch search = new GroupSearch(codes.nonZeroPositions(), codes.size());
    Map<Integer, FoundGroups> found = new LinkedHashMap<>();
    parameters.sizes().forEach(lanes -> found.put(lanes, new FoundGroups(lanes)));
    List<Level> levels = levels(sizes, valueBytes, remainderBytes);
    Map<Integer, Integer> least = new TreeMap<>();
    levels.forEach(level -> least.merge(level.lanes, level.covered, Math::min));
    Map<Integer, GroupCursor[]> cursors = new TreeMap<>();
    least.forEach(
        (lanes, count) -> cursors.put(lanes, search.cursors(lanes, parameters.strides(), count)));
    for (Level level : levels) {
      FoundGroups groups = found.get(level.lanes);
      if (level.lanes >= LARGE) {
        for (GroupCursor cursor : cursors.get(level.lanes)) {
          GroupSearch.takeAll(cursor, level.covered, groups);
        }
      } else {
        GroupSearch.takeByStart(cursors.get(level.lanes), level.covered, groups);
      }
    }
    return new Grouping(List.copyOf(found.values()), search.rest());
  }

  /** The kinds of groups that cost less than the remainder, cheapest and then largest first. */
  private static List<Level> levels(List<Integer> sizes, double valueBytes, double remainderBytes) {
    List<Level> levels = new ArrayList<>();
    for (int lanes : sizes) {
      // Half-empty groups would be found in great numbers where values are small, and pay little.
      for (int covered = lanes; 2 * covered >= lanes; covered--) {
        double cost = (lanes * valueBytes + GROUP_BYTES) / covered;
        if (cost < remainderBytes) {
          levels.add(new Level(lanes, covered, cost));
        }
      }
    }
    levels.sort(
        Comparator.comparingDouble(Level::cost)
            .thenComparing(Comparator.comparingInt(Level::lanes).reversed()));
    return levels;
  }

  /** The sizes that cost no more for a non-zero than the next smaller one, or the remainder. */
  private static List<Integer> paying(
      List<FoundGroups> groups, double valueBytes, double remainderBytes) {
    List<Integer> paying = new ArrayList<>();
    double next = remainderBytes;
    for (int i = groups.size() - 1; i >= 0; i--) {
      FoundGroups found = groups.get(i);
      if (found.count() == 0) {
        paying.add(found.lanes());
        continue;
      }
      double cost =
          (found.count() * (found.lanes() * valueBytes + 0.5) + GroupStreams.startBytes(found))
              / found.covered();
      if (cost <= next) {
        paying.add(found.lanes());
      }
      next = cost;
    }
    return paying;
  }

  @Override
  public List<Integer> sizes() {
    return parameters.sizes();
  }

  @Override
  public GroupFinder with(Map<String, String> given) {
    for (String unused : List.of("theta", "padding", "order")) {
      if (given.containsKey(unused)) {
        throw new IllegalArgumentException(
            unused + ": groups are chosen by their cost, which leaves no choice of " + unused);
      }
    }
    return new CostAwareFinder(parameters.with(given));
  }

  @Override
  public Map<String, String> differences(GroupFinder other) {
    return parameters.differences(((CostAwareFinder) other).parameters);
  }
}
