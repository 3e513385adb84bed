package dev.tersor.core.network;

import dev.tersor.core.Compression;
import dev.tersor.core.checkpoint.OpenCheckpoint;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.quantize.Calibration;
import dev.tersor.core.quantize.CodebookFitter;
import dev.tersor.core.quantize.RatePoint;
import dev.tersor.core.quantize.RateTarget;
import dev.tersor.core.quantize.SlopeSearch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Settings of the tensors of a network in which targets of the whole network have become lambdas:
 * tensors that share a codebook with a target share one. Each of a few lambdas is measured on all
 * of them.
 */
final class NetworkSlopes {
  private final OpenCheckpoint checkpoint;
  private final Function<String, Compression> settings;
  private final Calibrations calibrations;

  NetworkSlopes(
      OpenCheckpoint checkpoint,
      Function<String, Compression> settings,
      Calibrations calibrations) {
    this.calibrations = calibrations;
    this.checkpoint = checkpoint;
    this.settings = settings;
  }

  /**
   * @throws IllegalArgumentException if a target cannot be reached, saying what is the nearest
   */
  Function<String, Compression> found() {
    Map<String, List<StoredTensor>> groups = new LinkedHashMap<>();
    for (StoredTensor tensor : checkpoint.tensors()) {
      Compression asked = settings.apply(tensor.name());
      Optional<RateTarget> target = asked.codebook().target();
      boolean isQuantised = tensor.integers().isEmpty() && tensor.shape().rank() >= 2;
      if (isQuantised && target.isPresent() && !target.get().each()) {
        groups.computeIfAbsent(asked.codebook().name(), key -> new ArrayList<>()).add(tensor);
      }
    }
    Map<String, Double> lambdas = new HashMap<>();
    groups.forEach((codebook, tensors) -> lambdas.put(codebook, lambda(codebook, tensors)));
    return name -> {
      Compression asked = settings.apply(name);
      Double lambda = lambdas.get(asked.codebook().name());
      return lambda == null ? asked : asked.at(lambda);
    };
  }

  private double lambda(String codebook, List<StoredTensor> tensors) {
    RateTarget target = settings.apply(tensors.get(0).name()).codebook().target().orElseThrow();
    RatePoint all = sum(tensors, this::power);
    SlopeSearch search = new SlopeSearch(target, all.power() / Math.max(1, all.weights()));
    while (!search.isDone()) {
      double lambda = search.lambda();
      search.take(
          sum(
              tensors,
              tensor -> {
                Compression asked = settings.apply(tensor.name());
                return asked.measure(
                    lambda, tensor.shape(), weights(tensor), known(tensor, asked.codebook()));
              }));
    }
    if (!search.isReached()) {
      throw new IllegalArgumentException(codebook + ": " + search.nearest());
    }
    return search.lambda();
  }

  private RatePoint power(StoredTensor tensor) {
    float[] weights = weights(tensor);
    double power = 0;
    for (float weight : weights) {
      power += (double) weight * weight;
    }
    return new RatePoint(weights.length, 0, 0, power);
  }

  private Calibration known(StoredTensor tensor, CodebookFitter codebook) {
    return of(tensor, () -> calibrations.of(tensor, codebook.measure()));
  }

  private float[] weights(StoredTensor tensor) {
    return of(
        tensor,
        () -> {
          float[] weights = checkpoint.weights(tensor);
          Compression.check(tensor.shape(), weights);
          return weights;
        });
  }

  /** What is read of a file. */
  private interface Reading<T> {
    T get() throws IOException;
  }

  private <T> T of(StoredTensor tensor, Reading<T> reading) {
    try {
      return reading.get();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s: tensor '%s': %s".formatted(checkpoint.name(), tensor.name(), e.getMessage()), e);
    }
  }

  private static RatePoint sum(
      List<StoredTensor> tensors, Function<StoredTensor, RatePoint> measure) {
    return TensorThreads.map(tensors, tensor -> tensor.shape().size(), measure).stream()
        .reduce(RatePoint.NONE, RatePoint::plus);
  }
}
