package dev.tersor.jobs.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.tersor.core.model.Parameter;
import dev.tersor.core.quantize.CodebookFitter;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The parameters of a network in training: free, free under a mask, or shared. */
final class Weights {
  private final NDManager manager;
  private final List<Parameter> parameters;
  private final Map<String, Variable> variables = new LinkedHashMap<>();
  private final Map<String, NDArray> statistics = new LinkedHashMap<>();

  /** Numbers and momentum of everything that training changes, to go on with later. */
  record Snapshot(Map<String, float[]> values, Map<String, float[]> velocities) {}

  Weights(NDManager manager, List<Parameter> parameters, Map<String, float[]> values) {
    this.manager = manager;
    this.parameters = parameters;
    for (Parameter parameter : parameters) {
      String name = parameter.name();
      Shape shape = parameter.shape();
      float[] value = values.get(name);
      if (parameter.role().isTrained()) {
        boolean decays = parameter.role() == Parameter.Role.WEIGHT;
        variables.put(name, new FreeVariable(manager, shape, value, decays));
      } else {
        statistics.put(name, manager.create(value, Torch.shape(shape)));
      }
    }
  }

  /** Shares the weights of a tensor: from now on its codebook is trained. */
  void share(String name, Shape shape, Codebook.OfTensor codebook, byte[] codes) {
    variables.get(name).value().close();
    variables.put(name, new SharedVariable(manager, shape, codebook, codes));
  }

  /** Trains the weights of a tensor through codes that cost something. */
  void rate(
      String name,
      Shape shape,
      float[] weights,
      CodebookFitter fitter,
      Codebook codebook,
      double price) {
    variables.get(name).value().close();
    variables.put(name, new RatedVariable(manager, shape, weights, fitter, codebook, price));
  }

  /**
   * Trains the weights of a tensor behind codes that are given anew in each step.
   *
   * @return the codebook that was fitted first
   */
  Codebook trainBehindCodes(
      String name, Shape shape, float[] weights, CodebookFitter fitter, int bits, long seed) {
    variables.get(name).value().close();
    StraightThroughVariable variable =
        new StraightThroughVariable(manager, shape, weights, fitter, bits, seed);
    variables.put(name, variable);
    return variable.codebook();
  }

  /** Gives weights their codes anew, where they have any that training changes. */
  void assign() {
    variables.values().forEach(Variable::assign);
  }

  /**
   * Keeps weights of a tensor at zero.
   *
   * @param kept 1 where a weight stays
   */
  void mask(String name, float[] kept) {
    ((FreeVariable) variables.get(name)).mask(kept);
  }

  /**
   * Takes numbers of a tensor for good.
   *
   * @param alive 0 where one goes
   */
  void remove(String name, float[] alive) {
    ((FreeVariable) variables.get(name)).remove(alive);
  }

  /** The array of a parameter. */
  NDArray of(String name) {
    Variable variable = variables.get(name);
    return variable == null ? statistics.get(name) : variable.value();
  }

  void step(float rate, float momentum, float decay) {
    variables.values().forEach(variable -> variable.step(rate, momentum, decay));
  }

  /** A parameter's values as they are now. */
  float[] value(String name) {
    return of(name).toFloatArray();
  }

  /** A shared tensor's codebook as it is now. */
  Codebook codebook(String name) {
    return ((CodedVariable) variables.get(name)).codebook();
  }

  /** A shared tensor's codes as they are now. */
  byte[] codes(String name) {
    return ((CodedVariable) variables.get(name)).codes();
  }

  /** The values of every parameter. */
  Map<String, float[]> values() {
    Map<String, float[]> values = new LinkedHashMap<>();
    parameters.forEach(parameter -> values.put(parameter.name(), value(parameter.name())));
    return values;
  }

  Snapshot snapshot() {
    Map<String, float[]> values = new LinkedHashMap<>();
    Map<String, float[]> velocities = new LinkedHashMap<>();
    variables.forEach(
        (name, variable) -> {
          values.put(name, variable.numbers());
          velocities.put(name, variable.velocities());
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
