package dev.tersor.core.tflm;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/** Whether two trees say the same; a pair of objects that is met again is not compared again. */
final class FlatComparison {
  private final IdentityHashMap<Object, Object> same = new IdentityHashMap<>();

  private FlatComparison() {}

  /** The path to what differs first, such as {@code Model.subgraphs[0].name}. */
  static Optional<String> difference(FlatNode a, FlatNode b) {
    return new FlatComparison().nodes(a.type().name(), a, b);
  }

  private Optional<String> nodes(String path, FlatNode a, FlatNode b) {
    if (same.get(a) == b) {
      return Optional.empty();
    }
    if (a.type() != b.type()) {
      return Optional.of(path);
    }
    for (int id = 0; id < a.type().fields().size(); id++) {
      Optional<String> difference =
          values(path + "." + a.type().fields().get(id).name(), a.value(id), b.value(id));
      if (difference.isPresent()) {
        return difference;
      }
    }
    same.put(a, b);
    return Optional.empty();
  }

  private Optional<String> values(String path, Object a, Object b) {
    if (a instanceof FlatNode one && b instanceof FlatNode other) {
      return nodes(path, one, other);
    }
    if (a instanceof List<?> some && b instanceof List<?> others && some.size() == others.size()) {
      for (int i = 0; i < some.size(); i++) {
        Optional<String> difference = values(path + "[" + i + "]", some.get(i), others.get(i));
        if (difference.isPresent()) {
          return difference;
        }
      }
      return Optional.empty();
    }
    return isSame(a, b) ? Optional.empty() : Optional.of(path);
  }

  private boolean isSame(Object a, Object b) {
    if (a instanceof FlatBytes one && b instanceof FlatBytes other) {
      if (same.get(a) != b) {
        if (one.width() != other.width() || !Arrays.equals(one.bytes(), other.bytes())) {
          return false;
        }
        same.put(a, b);
      }
      return true;
    }
    return a == null ? b == null : a.equals(b);
  }
}
