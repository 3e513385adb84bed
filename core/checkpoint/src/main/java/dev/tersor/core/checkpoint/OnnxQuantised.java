package dev.tersor.core.checkpoint;

import dev.tersor.core.checkpoint.OnnxFound.Found;
import dev.tersor.core.tensor.Shape;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which tensors are the integers of a DequantizeLinear (opset 10 on; blocks since 21), and with
 * which scales. The scales are the checkpoint's no more where nothing else needs them.
 */
final class OnnxQuantised {
  private final HeaderChecks checks;
  private final OnnxFound all;
  private final Map<String, Found> byName;
  private final Map<String, Found> first = new HashMap<>();
  private final Map<String, Quantisation> quantised = new HashMap<>();
  private final Set<String> scales = new HashSet<>();
  private final Set<String> refused = new HashSet<>();

  OnnxQuantised(HeaderChecks checks, OnnxFound all, OnnxUses uses) {
    this.checks = checks;
    this.all = all;
    this.byName = all.byName();
    all.all().forEach(found -> first.putIfAbsent(found.tensor().name(), found));
    for (OnnxNode node : uses.dequantisers()) {
      if (first.containsKey(node.input(0))) {
        add(node);
      }
    }
    quantised.keySet().removeAll(refused);
    scales.removeIf(name -> !uses.isOnlyScale(name));
  }

  /** What the integers of that name stand for; null if they are what they are. */
  Quantisation of(String name) {
    return quantised.get(name);
  }

  /** Whether the tensor of that name is nothing but scales or zero points of others. */
  boolean isScale(String name) {
    return scales.contains(name);
  }

  private void add(OnnxNode node) {
    Found integers = byName.get(node.input(0));
    Found scale = byName.get(node.input(1));
    Found zero = byName.get(node.input(2));
    if (integers == null) {
      refuse(node, "graphs that have it more than once");
    } else if (scale == null || (zero == null && !node.input(2).isEmpty())) {
      refuse(node, "a DequantizeLinear node whose scales are not constant");
    } else {
      Quantisation by =
          quantisation(
              node, integers.tensor(), scale.tensor(), zero == null ? null : zero.tensor());
      Quantisation other = quantised.putIfAbsent(node.input(0), by);
      if (other != null && !other.equals(by)) {
        refuse(node, "two DequantizeLinear nodes of different scales");
      }
      scales.add(node.input(1));
      scales.add(node.input(2));
    }
  }

  private void refuse(OnnxNode node, String where) {
    if (refused.add(node.input(0))) {
      StoredTensor tensor = first.get(node.input(0)).tensor();
      all.unread()
          .add(new Checkpoint.Unread(tensor.name(), tensor.dtypeName(), tensor.shape(), where));
    }
  }

  private Quantisation quantisation(
      OnnxNode node, StoredTensor integers, StoredTensor scale, StoredTensor zero) {
    Shape shape = integers.shape();
    int rank = shape.rank();
    Quantisation by;
    try {
      boolean known = zero == null || zero.dtype().isKnown();
      if (!integers.dtype().isKnown() || !scale.isWeights() || !known) {
        throw new IllegalArgumentException(
            "%s with scales of %s and zero points of %s"
                .formatted(
                    integers.dtypeName(),
                    scale.dtypeName(),
                    zero == null ? "nothing" : zero.dtypeName()));
      }
      if (scale.shape().size() == 1 && scale.shape().rank() < 2) {
        return checked(Quantisation.ofTensor(scale, zero, rank), shape);
      }
      long axis = node.axis() < 0 ? node.axis() + rank : node.axis();
      if (axis < 0 || axis >= rank) {
        throw new IllegalArgumentException("axis " + node.axis() + " of shape " + shape);
      }
      boolean blocked = node.blockSize() > 0;
      by =
          blocked
              ? new Quantisation(scale, zero, scale.shape())
              : Quantisation.ofAxis(scale, zero, rank, (int) axis);
      for (int i = 0; i < rank; i++) {
        long block = i != axis ? 1 : Math.min(node.blockSize(), Math.max(1, shape.dim(i)));
        if (blocked && by.blocks().rank() == rank) {
          expect(by.blocks().dim(i), (shape.dim(i) - 1) / block + 1, scale, shape);
        } else if (i == axis) {
          expect(scale.shape().size(), shape.dim(i), scale, shape);
        }
      }
      return checked(by, shape);
    } catch (IllegalArgumentException e) {
      throw checks.malformed(
          integers.name(), "DequantizeLinear: " + e.getMessage(), integers.extent().offset());
    }
  }

  private static void expect(long has, long needs, StoredTensor scale, Shape shape) {
    if (has != needs) {
      throw new IllegalArgumentException(
          "scales of shape %s for shape %s".formatted(scale.shape(), shape));
    }
  }

  private static Quantisation checked(Quantisation by, Shape shape) {
    by.check(shape);
    return by;
  }

  /** The tensors that the checkpoint has. */
  List<Found> kept() {
    return all.all().stream()
        .filter(
            found -> {
              String name = found.tensor().name();
              return (found.listed() && !isScale(name))
                  || (of(name) != null && byName.containsKey(name));
            })
        .toList();
  }
}
