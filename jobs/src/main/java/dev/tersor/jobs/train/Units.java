package dev.tersor.jobs.train;

import dev.tersor.core.model.Graph;
import dev.tersor.core.model.Layer;
import dev.tersor.core.model.Parameter;
import dev.tersor.core.prune.Filters;
import dev.tersor.core.prune.PrunedRows;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.config.UsageException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The neurons and filters between the layers of a chain. One that no weight leads to, or none leads
 * on from, does nothing for what the network computes beyond a constant: its other weights and its
 * bias take bytes for nothing (Han et al., "Learning both Weights and Connections for Efficient
 * Neural Networks", 2015, section 3.5).
 *
 * @param joints in the order of the network
 */
record Units(List<Joint> joints) {
  /**
   * The units between two layers.
   *
   * @param before weight whose rows they are
   * @param bias of theirs
   * @param after weight in whose rows each of them has {@code block} neighbouring places
   * @param count of units
   * @param block inputs of the next layer, or weights of a kernel, that belong to a unit
   */
  record Joint(String before, Optional<String> bias, String after, int count, int block) {
    /** Which units are left. */
    int[] alive(float[] before) {
      int row = before.length / count;
      return IntStream.range(0, count)
          .filter(unit -> IntStream.range(0, row).anyMatch(i -> before[unit * row + i] != 0))
          .toArray();
    }

    /** The norm of the weights to each unit times the norm of those on from it. */
    private double[] strengths(float[] before, float[] after) {
      double[] strengths = new double[count];
      int row = before.length / count;
      for (int unit = 0; unit < count; unit++) {
        double in = 0;
        for (int i = unit * row; i < (unit + 1) * row; i++) {
          in += (double) before[i] * before[i];
        }
        double on = 0;
        for (int at = unit * block; at < after.length; at += count * block) {
          for (int i = at; i < at + block; i++) {
            on += (double) after[i] * after[i];
          }
        }
        strengths[unit] = Math.sqrt(in * on);
      }
      return strengths;
    }
  }

  /**
   * Of a network.
   *
   * @throws UsageException if it is no chain of convolutions and products
   */
  static Units of(Graph graph, List<Parameter> parameters) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    parameters.forEach(parameter -> shapes.put(parameter.name(), parameter.shape()));
    List<Joint> joints = new ArrayList<>();
    String before = null;
    Optional<String> bias = Optional.empty();
    for (Layer layer : graph.layers()) {
      String weight;
      Optional<String> own;
      if (layer instanceof Layer.Convolution conv) {
        weight = conv.weight();
        own = conv.bias();
      } else if (layer instanceof Layer.Linear linear) {
        weight = linear.weight();
        own = linear.bias();
      } else if (layer instanceof Layer.BatchNorm
          || layer instanceof Layer.Residual
          || layer instanceof Layer.PadChannels) {
        throw new UsageException(
            "prune.units: the graph has %s; expected a chain of convolutions and products"
                .formatted(layer));
      } else {
        continue;
      }
      if (before != null) {
        int count = Math.toIntExact(shapes.get(before).dim(0));
        Shape next = shapes.get(weight);
        joints.add(
            new Joint(
                before, bias, weight, count, Math.toIntExact(next.size() / next.dim(0) / count)));
      }
      before = weight;
      bias = own;
    }
    return new Units(List.copyOf(joints));
  }

  /**
   * The strongest units alone, by the norm of their inputs' weights times that of what leads on.
   *
   * @param shares of the units that stay, by the weight whose rows they are; all where there is
   *     none
   * @param weights by name
   * @return masks of the weights around the units, as of {@link #alive}
   */
  Map<String, float[]> strongest(Map<String, Double> shares, Map<String, float[]> weights) {
    Map<String, float[]> kept = new LinkedHashMap<>();
    Map<String, Integer> sizes = new LinkedHashMap<>();
    for (Joint joint : joints) {
      float[] before = weights.get(joint.before());
      float[] after = weights.get(joint.after());
      sizes.put(joint.before(), before.length);
      sizes.put(joint.after(), after.length);
      PrunedRows gone =
          Filters.least(
              joint.strengths(before, after), 1 - shares.getOrDefault(joint.before(), 1.0));
      kept.put(joint.before(), gone.apply(ones(before.length), before));
    }
    return alive(kept, sizes);
  }

  /**
   * What belongs to units that do something. A unit that goes can leave others without inputs or
   * without use, which go as well.
   *
   * @param kept masks of weights, 1 where one stays; weights of tensors without a mask all stay
   * @return masks of the weights and biases around the units, 1 where a number is of use
   */
  Map<String, float[]> alive(Map<String, float[]> kept, Map<String, Integer> sizes) {
    Map<String, float[]> alive = new LinkedHashMap<>();
    for (Joint joint : joints) {
      for (String name : List.of(joint.before(), joint.after())) {
        alive.computeIfAbsent(name, n -> ones(sizes.get(n)));
      }
      joint.bias().ifPresent(name -> alive.put(name, ones(joint.count())));
    }
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Joint joint : joints) {
        changed |= go(joint, kept, alive);
      }
    }
    return alive;
  }

  private static float[] ones(int size) {
    float[] ones = new float[size];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** Takes the units of a joint that do nothing, and tells whether there were any. */
  private static boolean go(Joint joint, Map<String, float[]> kept, Map<String, float[]> alive) {
    float[] before = alive.get(joint.before());
    float[] after = alive.get(joint.after());
    float[] keptBefore = kept.getOrDefault(joint.before(), before);
    float[] keptAfter = kept.getOrDefault(joint.after(), after);
    int row = before.length / joint.count();
    int nextRow = joint.count() * joint.block();
    boolean changed = false;
    for (int unit = 0; unit < joint.count(); unit++) {
      boolean hasInput = any(before, keptBefore, unit * row, row);
      boolean hasUse = false;
      for (int at = unit * joint.block(); at < after.length && !hasUse; at += nextRow) {
        hasUse = any(after, keptAfter, at, joint.block());
      }
      if (hasInput && hasUse) {
        continue;
      }
      changed |= hasInput || hasUse;
      Arrays.fill(before, unit * row, (unit + 1) * row, 0);
      for (int at = unit * joint.block(); at < after.length; at += nextRow) {
        Arrays.fill(after, at, at + joint.block(), 0);
      }
      if (joint.bias().isPresent()) {
        alive.get(joint.bias().get())[unit] = 0;
      }
    }
    return changed;
  }

  private static boolean any(float[] alive, float[] kept, int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (alive[i] != 0 && kept[i] != 0) {
        return true;
      }
    }
    return false;
  }
}
