package dev.tersor.core.index;

import dev.tersor.core.tensor.Codes;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;

/** The paper's search: the largest and fullest groups first. */
record GreedyFinder(GroupParameters parameters) implements GroupFinder {
  @Override
  public List<Grouping> find(Codes codes, DoubleSupplier remainderBytes) {
    GroupSearch search = new GroupSearch(codes.nonZeroPositions(), codes.size());
    List<FoundGroups> groups = search.take(parameters);
    return List.of(new Grouping(groups, search.rest()));
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
