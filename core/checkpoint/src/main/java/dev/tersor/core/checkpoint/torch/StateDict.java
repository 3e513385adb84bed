package dev.tersor.core.checkpoint.torch;

import dev.tersor.core.checkpoint.torch.PickleValue.Dict;
import dev.tersor.core.checkpoint.torch.PickleValue.Int;
import dev.tersor.core.checkpoint.torch.PickleValue.Items;
import dev.tersor.core.checkpoint.torch.PickleValue.Tensor;
import dev.tersor.core.checkpoint.torch.PickleValue.Text;
import dev.tersor.core.checkpoint.torch.PickleValue.Tuple;
import java.util.ArrayList;
import java.util.List;

/**
 * The tensors in what a file holds, and their names: the keys and indices that lead to them, with
 * dots between them. What leads to all tensors of the file is left out, so that {@code
 * {'state_dict': {'fc.weight': ...}, 'epoch': 3}} has the tensor {@code fc.weight}; with an
 * optimiser's tensors beside it the name is {@code state_dict.fc.weight}. A tensor that is not in
 * anything is called {@code tensor}.
 */
final class StateDict {
  /** Deeper than any program nests dicts; a dict that holds itself ends here. */
  private static final int MAX_DEPTH = 64;

  /** No memory, but a dict of two equal dicts of two equal dicts and so on must end too. */
  private static final int VISIT_BYTES = 16;

  /**
   * What tensors and their names may take however short the pickle is, and for each of its bytes:
   * one that is remembered may be in a few places, as that of an average of the weights is, but not
   * be multiplied.
   */
  private static final long SPARE_BYTES = 1 << 20;

  private static final int TIMES = 64;

  /**
   * A tensor and its name.
   *
   * @param alias without the prefix that DataParallel or torch.compile put before all names
   */
  record Named(String name, String alias, Tensor tensor) {}

  private record Found(List<String> path, Tensor tensor) {}

  private static final List<String> WRAPPERS = List.of("module.", "_orig_mod.");

  private final PickleInput in;
  private final List<Found> found = new ArrayList<>();
  private final List<String> path = new ArrayList<>();
  private long taken;

  private StateDict(PickleInput in) {
    this.in = in;
  }

  /**
   * @param in counts what names take
   */
  static List<Named> tensors(PickleValue root, PickleInput in) {
    if (root instanceof Tensor tensor) {
      return List.of(new Named("tensor", "tensor", tensor));
    }
    StateDict dict = new StateDict(in);
    dict.visit(root);
    int common = dict.common();
    List<String> names =
        dict.found.stream()
            .map(one -> String.join(".", one.path().subList(common, one.path().size())))
            .toList();
    String wrapper =
        WRAPPERS.stream()
            .filter(prefix -> names.stream().allMatch(name -> isWithin(prefix, name)))
            .findFirst()
            .orElse("");
    List<Named> named = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      named.add(new Named(name, name.substring(wrapper.length()), dict.found.get(i).tensor()));
    }
    return named;
  }

  private static boolean isWithin(String prefix, String name) {
    return name.startsWith(prefix) && name.length() > prefix.length();
  }

  private void visit(PickleValue value) {
    // What is remembered and put in many places is visited in each.
    in.charge(VISIT_BYTES);
    if (value instanceof Tensor tensor) {
      int length = 0;
      for (String key : path) {
        if (key == null) {
          throw in.malformed("a tensor under a key that is no text and no integer");
        }
        length += key.length();
      }
      charge(2L * PickleInput.VALUE_BYTES + 4L * length);
      found.add(new Found(List.copyOf(path), tensor));
    } else if (value instanceof Dict dict) {
      for (int i = 0; i < dict.keys().size(); i++) {
        enter(key(dict.keys().get(i)), dict.values().get(i));
      }
    } else if (value instanceof Items list) {
      enterAll(list.items());
    } else if (value instanceof Tuple tuple) {
      enterAll(tuple.items());
    }
  }

  private void charge(long bytes) {
    in.charge(bytes);
    taken += bytes;
    if (taken > SPARE_BYTES + TIMES * in.read()) {
      throw in.malformed(
          "%d bytes that make more than %d tensors, one of them in many places"
              .formatted(in.read(), found.size()));
    }
  }

  private void enterAll(List<PickleValue> values) {
    for (int i = 0; i < values.size(); i++) {
      enter(Integer.toString(i), values.get(i));
    }
  }

  private void enter(String key, PickleValue value) {
    if (path.size() == MAX_DEPTH) {
      throw in.malformed("containers in containers, deeper than " + MAX_DEPTH);
    }
    path.add(key);
    visit(value);
    path.remove(path.size() - 1);
  }

  private static String key(PickleValue key) {
    if (key instanceof Text text) {
      return text.text();
    }
    return key instanceof Int number ? number.value().toString() : null;
  }

  /** How many keys all paths begin with; at least one is left of each. */
  private int common() {
    int common = found.isEmpty() ? 0 : found.get(0).path().size() - 1;
    for (Found one : found) {
      List<String> first = found.get(0).path();
      int same = 0;
      while (same < Math.min(common, one.path().size() - 1)
          && one.path().get(same).equals(first.get(same))) {
        same++;
      }
      common = same;
    }
    return common;
  }
}
