package dev.tersor.core.index;

import dev.tersor.core.tensor.Codes;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;

/** How a {@link Groupwise} scheme divides the non-zeros into groups and a remainder. */
interface GroupFinder {
  /**
   * A tensor's non-zeros, divided.
   *
   * @param groups one for each size of {@link #sizes}, in their order
   * @param rest the non-zeros that are in no group, ascending
   */
  @SuppressWarnings("ArrayRecordComponent") // handed to the layout, never compared
  record Grouping(List<FoundGroups> groups, int[] rest) {}

  /**
   * Divides a tensor's non-zeros, in one way or in several of which the smallest is wanted.
   *
   * @param work what was found of the tensor
   * @param remainderBytes what a non-zero costs in the remainder; found only when asked for
   */
  List<Grouping> find(Codes codes, SharedWork work, DoubleSupplier remainderBytes);

  /** The sizes that the layout has a class for, descending. */
  List<Integer> sizes();

  /**
   * This finder with other parameters; those that are taken are removed from the map.
   *
   * @throws IllegalArgumentException naming the parameter, the value and what was expected
   */
  GroupFinder with(Map<String, String> parameters);

  /** The parameters that differ from another finder of the same kind. */
  Map<String, String> differences(GroupFinder other);
}
