package dev.tersor.core.index;

import dev.tersor.core.tensor.Codes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;

/** The paper's search: the largest and fullest groups first. */
record GreedyFinder(GroupParameters parameters) implements GroupFinder {
  @Override
  public List<Grouping> find(Codes codes, SharedWork work, DoubleSupplier remainderBytes) {
    // The same for every remainder, and in all but the last step with and without groups of one.
    List<Integer> larger = parameters.sizes().stream().filter(lanes -> lanes > 1).toList();
    GroupParameters shared = parameters.withSizes(larger);
    Grouping found = work.ofMask(codes, shared, Grouping.class, () -> search(codes, shared));
    if (larger.size() == parameters.sizes().size()) {
      return List.of(found);
    }
    List<FoundGroups> groups = new ArrayList<>(found.groups());
    groups.add(FoundGroups.ofOne(found.rest()));
    return List.of(new Grouping(groups, new int[0]));
  }

  private static Grouping search(Codes codes, GroupParameters parameters) {
    GroupSearch search = new GroupSearch(codes.nonZeroPositions(), codes.size());
    List<FoundGroups> groups = search.take(parameters);
    return new Grouping(groups, search.rest());
  }

  @Override
  public List<Integer> sizes() {
    return parameters.sizes();
  }

  @Override
  public GroupFinder with(Map<String, String> given) {
    return new GreedyFinder(parameters.with(given));
  }

  @Override
  public Map<String, String> differences(GroupFinder other) {
    return parameters.differences(((GreedyFinder) other).parameters);
  }
}
