package dev.tersor.core.checkpoint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tensors of an ONNX model while it is walked: initialisers of its graph, all of them, and
 * those of graphs within it and the constants of nodes, if they are weights. Integers, flags, text
 * and single numbers without a dimension belong to the graph there: shapes, axes, factors.
 */
final class OnnxFound {
  /** So many numbers along one dimension are a scale or a mean; more are weights. */
  private static final int SHORT = 64;

  /**
   * A tensor under its own name.
   *
   * @param path the graph that it is in
   * @param isInitialiser whether of the model's own graph
   * @param listed whether it is one of the checkpoint's whatever consumes it
   */
  record Found(StoredTensor tensor, OnnxPath path, boolean isInitialiser, boolean listed) {}

  /** So many characters names that are made up may have together. */
  private static final int MAX_MADE_UP = 1 << 24;

  private final HeaderChecks checks;
  private final List<Found> all = new ArrayList<>();
  private final List<Checkpoint.Unread> unread = new ArrayList<>();
  private final Set<String> initialisers = new HashSet<>();
  private long madeUp;

  OnnxFound(HeaderChecks checks) {
    this.checks = checks;
  }

  /** In file order. */
  List<Found> all() {
    return all;
  }

  List<Checkpoint.Unread> unread() {
    return unread;
  }

  void unread(Checkpoint.Unread tensor) {
    if (isWeights(tensor)) {
      unread.add(tensor);
    }
  }

  void initialiser(StoredTensor tensor, OnnxPath path, long position) {
    if (path.isMain() && !initialisers.add(tensor.name())) {
      throw checks.malformed(tensor.name(), "named twice", position);
    }
    all.add(new Found(tensor, path, path.isMain(), path.isMain() || isNumbers(tensor)));
  }

  /** Notes the tensors of a node's attributes: a constant has the name of the node's output. */
  void ofNode(
      OnnxNode node, OnnxPath path, List<StoredTensor> tensors, List<Checkpoint.Unread> sparse) {
    String where =
        (node.op().equals(OnnxNode.CONSTANT) ? "a sparse tensor of a " : "an attribute of a ")
            + node.op()
            + " node"
            + (node.name().isEmpty() ? "" : " ('" + node.name() + "')");
    for (StoredTensor tensor : tensors) {
      String name = node.output().isEmpty() ? tensor.name() : node.output();
      if (node.is(OnnxNode.CONSTANT)) {
        boolean listed = isNumbers(tensor) && tensor.shape().rank() > 0;
        all.add(new Found(tensor.named(name), path, false, listed && tensor.shape().size() > 0));
      } else {
        unread(new Checkpoint.Unread(name, tensor.dtypeName(), tensor.shape(), where));
      }
    }
    for (Checkpoint.Unread tensor : sparse) {
      String name = node.output().isEmpty() ? tensor.name() : node.output();
      unread(new Checkpoint.Unread(name, tensor.dtypeName(), tensor.shape(), where));
    }
  }

  private static boolean isNumbers(StoredTensor tensor) {
    return OnnxTypes.isNumber(tensor.dtypeName());
  }

  private static boolean isWeights(Checkpoint.Unread tensor) {
    long wide = Arrays.stream(tensor.shape().dims()).filter(dim -> dim > 1).count();
    return OnnxTypes.isNumber(tensor.dtypeName())
        && tensor.shape().rank() > 1
        && (wide > 1 || tensor.shape().size() >= SHORT);
  }

  /** The tensors that only one graph has under that name: what consumes them is known. */
  Map<String, Found> byName() {
    Map<String, Found> byName = new HashMap<>();
    Set<String> twice = new HashSet<>();
    for (Found found : all) {
      if (byName.put(found.tensor().name(), found) != null) {
        twice.add(found.tensor().name());
      }
    }
    byName.keySet().removeAll(twice);
    return byName;
  }

  /**
   * Gives each tensor a name that no other has: its own, behind the path of its graph where another
   * has that, and numbered where that is not enough. Those of the model's own graph go first.
   *
   * @param names is given all names
   * @return a name for each, in their order
   */
  List<String> names(List<Found> found, Set<String> names) {
    String[] named = new String[found.size()];
    Map<String, Integer> taken = new HashMap<>();
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < named.length; i++) {
        Found one = found.get(i);
        int due = one.isInitialiser() ? 0 : one.path().isMain() ? 1 : 2;
        if (due == round) {
          named[i] = unused(one, names, taken);
        }
      }
    }
    return List.of(named);
  }

  private String unused(Found found, Set<String> names, Map<String, Integer> taken) {
    String own = found.tensor().name();
    if (names.add(own)) {
      return own;
    }
    int length = found.path().length() + own.length();
    charge(found, length);
    String path = found.path().of(own);
    String name = path;
    while (!names.add(name)) {
      charge(found, length);
      name = path + "#" + taken.merge(path, 1, Integer::sum);
    }
    return name;
  }

  /** Counts the characters of a name that is made up: a long path may be that of many tensors. */
  private void charge(Found found, int length) {
    madeUp += length;
    if (madeUp > MAX_MADE_UP) {
      throw checks.malformed(
          "more than %d characters of names of graphs ahead of their tensors'"
              .formatted(MAX_MADE_UP),
          found.tensor().extent().offset());
    }
  }
}
