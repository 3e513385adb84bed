package dev.tersor.jobs.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.tersor.core.model.Parameter;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of a network in training: free, free under a mask, or shared. A shared tensor's
 * values are those of its codebook, so that the gradient of a centroid is the sum of its weights'
 * (Deep Compression, equation 3).
 */
final class Weights {
  private final NDManager manager;
  private final List<Parameter> parameters;
  private final Map<String, Variable> variables = new LinkedHashMap<>();
  private final Map<String, NDArray> statistics = new LinkedHashMap<>();
  private final Map<String, Sharing> shared = new LinkedHashMap<>();
  private final Map<String, NDArray> current = new LinkedHashMap<>();

  private record Sharing(Codebook codebook, byte[] codes, NDArray places) {}

  /** Values and momentum of everything that training changes, to go on with later. */
  record Snapshot(Map<String, float[]> values, Map<String, float[]> velocities) {}

  Weights(NDManager manager, List<Parameter> parameters, Map<String, float[]> values) {
    this.manager = manager;
    this.parameters = parameters;
    for (Parameter parameter : parameters) {
      float[] value = values.get(parameter.name());
      if (parameter.role().isTrained()) {
        variables.put(
            parameter.name(),
            new Variable(
                manager, parameter.shape(), value, parameter.role() == Parameter.Role.WEIGHT));
      } else {
        statistics.put(parameter.name(), manager.create(value, Torch.shape(parameter.shape())));
      }
    }
  }

  /** Shares the weights of a tensor: from now on its codebook is trained instead. */
  void share(String name, Shape shape, Codebook codebook, byte[] codes) {
    long[] places = new long[codes.length];
    for (int i = 0; i < places.length; i++) {
      places[i] = codes[i] & 0xFF;
    }
    shared.put(name, new Sharing(codebook, codes, manager.create(places, Torch.shape(shape))));
    float[] centroids = new float[codebook.size()];
    float[] free = new float[codebook.size()];
    for (int code = 1; code < centroids.length; code++) {
      centroids[code] = codebook.value(code);
      // A place that no centroid has stays empty, as the zero stays zero.
      free[code] = codebook.value(code) == 0 ? 0 : 1;
    }
    Variable variable = new Variable(manager, Shape.of(codebook.size()), centroids, false);
    variable.mask(free);
    variables.put(name, variable);
  }

  /** Keeps weights of a tensor at zero. */
  void mask(String name, float[] kept) {
    variables.get(name).mask(kept);
  }

  /** Computes what a pass needs; arrays live as long as their manager. */
  void begin(NDManager step) {
    current.clear();
    variables.forEach(
        (name, variable) -> {
          Sharing sharing = shared.get(name);
          current.put(
              name,
              sharing == null ? variable.value() : variable.value().take(step, sharing.places()));
        });
    current.putAll(statistics);
  }

  NDArray of(String name) {
    return current.get(name);
  }

  void step(float rate, float momentum, float decay) {
    variables.values().forEach(variable -> variable.step(rate, momentum, decay));
  }

  /** The value of a tensor that is not shared, as it is now. */
  float[] value(String name) {
    return variables.get(name).value().toFloatArray();
  }

  /** A shared tensor's codebook, as it is now. */
  Codebook codebook(String name) {
    float[] values = value(name);
    Codebook before = shared.get(name).codebook();
    int used = 0;
    for (int code = 1; code < values.length; code++) {
      used = before.value(code) == 0 ? used : code;
    }
    float[] centroids = new float[used];
    for (int i = 0; i < used; i++) {
      // A centroid that training brought to zero is not the pruned weights' zero.
      centroids[i] = values[i + 1] == 0 ? Float.MIN_VALUE : values[i + 1];
    }
    return Codebook.table(before.bits(), centroids);
  }

  /** The values of every parameter; those of a shared tensor looked up in its codebook. */
  Map<String, float[]> values() {
    Map<String, float[]> values = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      String name = parameter.name();
      Sharing sharing = shared.get(name);
      if (sharing != null) {
        Codebook codebook = codebook(name);
        float[] value = new float[sharing.codes().length];
        for (int i = 0; i < value.length; i++) {
          value[i] = codebook.value(sharing.codes()[i] & 0xFF);
        }
        values.put(name, value);
      } else {
        values.put(
            name, parameter.role().isTrained() ? value(name) : statistics.get(name).toFloatArray());
      }
    }
    return values;
  }

  Snapshot snapshot() {
    Map<String, float[]> values = new LinkedHashMap<>();
    Map<String, float[]> velocities = new LinkedHashMap<>();
    variables.forEach(
        (name, variable) -> {
          values.put(name, variable.value().toFloatArray());
          velocities.put(name, variable.velocity());
        });
    statistics.forEach((name, value) -> values.put(name, value.toFloatArray()));
    return new Snapshot(values, velocities);
  }

  /** Goes back to a snapshot of a network whose tensors were shared in the same way. */
  void restore(Snapshot snapshot) {
    variables.forEach(
        (name, variable) ->
            variable.set(snapshot.values().get(name), snapshot.velocities().get(name)));
    statistics.forEach((name, value) -> value.set(snapshot.values().get(name)));
  }
}
