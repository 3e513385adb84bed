package dev.tersor.jobs.choose;

import dev.tersor.core.index.Access;
import java.util.List;

/**
 * A candidate for each layer.
 *
 * @param bytes of the network file that it predicts, everything counted
 * @param slope loss for a byte at which the hulls of all layers were cut; not a number where one
 *     setting was taken for all layers, infinite where all took the smallest that there is
 */
public record Choice(List<Layer> layers, List<Candidate> chosen, long bytes, double slope) {
  /** Squared error of all layers. */
  public double error() {
    return chosen.stream().mapToDouble(Candidate::error).sum();
  }

  /** What was made least: the same, or what that does to the network's outputs. */
  public double loss() {
    return chosen.stream().mapToDouble(Candidate::loss).sum();
  }

  /** Squares of the weights of all layers. */
  public double power() {
    return layers.stream().mapToDouble(Layer::power).sum();
  }

  /** Signal to noise of all layers' weights in dB; infinite where there is no error. */
  public double sqnr() {
    return decibels(power(), error());
  }

  /** Nanoseconds of decoding all layers on one core. */
  public double nanos() {
    return chosen.stream().mapToDouble(Candidate::nanos).sum();
  }

  /** The weakest kind of access. */
  public Access access() {
    return chosen.stream().map(Candidate::access).reduce(Access.RANDOM, Access::and);
  }

  /** Weights of all layers. */
  public long weights() {
    return layers.stream().mapToLong(Layer::weights).sum();
  }

  /**
   * What the last byte of a layer bought: the least loss a byte that any cheaper candidate would
   * save for it; infinite where there is none cheaper.
   */
  public double bought(int layer) {
    Candidate own = chosen.get(layer);
    return layers.get(layer).candidates().stream()
        .filter(other -> other.bytes() < own.bytes())
        .mapToDouble(other -> (other.loss() - own.loss()) / (own.bytes() - other.bytes()))
        .min()
        .orElse(Double.POSITIVE_INFINITY);
  }

  /** What a further byte of a layer would buy at most; 0 where nothing dearer is better. */
  public double next(int layer) {
    Candidate own = chosen.get(layer);
    return layers.get(layer).candidates().stream()
        .filter(other -> other.bytes() > own.bytes() && other.loss() < own.loss())
        .mapToDouble(other -> (own.loss() - other.loss()) / (other.bytes() - own.bytes()))
        .max()
        .orElse(0);
  }

  static double decibels(double power, double error) {
    return error == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(power / error);
  }
}
