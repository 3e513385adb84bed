package dev.tersor.jobs.choose;

import dev.tersor.core.data.LabelledImages;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;

/**
 * Weighs layers by what their errors do to the outputs of the network on calibration images. A few
 * settings of each layer are tried, each layer a task, all other layers as they are: the squared
 * difference of the outputs for a unit of squared error of the weights. Between them it is
 * interpolated by the logarithm of the error. A candidate's loss is its error times that; losses of
 * layers add up, as small independent changes of the outputs do.
 */
public final class OutputErrors {
  /** Signal to noise of what is tried of a layer, in dB. */
  private static final double[] PROBES = {6, 12, 18, 24};

  private final JavaSparkContext spark;
  private final ChosenNetwork network;
  private final Images images;

  public OutputErrors(SparkSession session, ChosenNetwork network, Images images) {
    this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    this.network = network;
    this.images = images;
  }

  /** The layers with losses that are errors of outputs. */
  public List<Layer> weigh(List<Layer> layers) {
    List<Candidate> any = layers.stream().map(layer -> layer.candidates().get(0)).toList();
    List<CodingTask> tensors = network.tasks(new Choice(layers, any, 0, Double.NaN));
    Broadcast<LabelledImages> calibration = spark.broadcast(images.calibration());
    List<List<Candidate>> tried = new ArrayList<>();
    List<OutputTask> tasks = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      List<Candidate> probes = probes(layers.get(i));
      tried.add(probes);
      tasks.add(
          new OutputTask(images.network(), calibration, tensors, i, network.settings(probes)));
    }
    List<List<Double>> found =
        spark.parallelize(tasks, tasks.size()).map(OutputTask::compute).collect();
    calibration.destroy();
    List<Layer> weighed = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      NavigableMap<Double, Double> weights = new TreeMap<>();
      for (int j = 0; j < tried.get(i).size(); j++) {
        double error = tried.get(i).get(j).error();
        weights.put(Math.log(error), found.get(i).get(j) / error);
      }
      Layer layer = layers.get(i);
      weighed.add(
          new Layer(
              layer.tensor(),
              layer.power(),
              layer.candidates().stream().map(one -> weighed(one, weights)).toList()));
    }
    return weighed;
  }

  private static Candidate weighed(Candidate candidate, NavigableMap<Double, Double> weights) {
    return candidate.error() == 0 || weights.isEmpty()
        ? candidate
        : candidate.withLoss(
            candidate.error() * interpolated(weights, Math.log(candidate.error())));
  }

  /** Between the two nearest; beyond the last its own. */
  static double interpolated(NavigableMap<Double, Double> values, double at) {
    Map.Entry<Double, Double> below = values.floorEntry(at);
    Map.Entry<Double, Double> above = values.ceilingEntry(at);
    if (below == null || above == null) {
      return (below == null ? above : below).getValue();
    }
    double width = above.getKey() - below.getKey();
    double share = width == 0 ? 0 : (at - below.getKey()) / width;
    return below.getValue() + share * (above.getValue() - below.getValue());
  }

  /** For each probe the smallest of the candidates that are about as exact. */
  private static List<Candidate> probes(Layer layer) {
    Map<Double, Candidate> probes = new LinkedHashMap<>();
    for (double probe : PROBES) {
      layer.candidates().stream()
          .filter(one -> one.error() > 0)
          .min(
              Comparator.comparingDouble(
                      (Candidate one) ->
                          Math.rint(Math.abs(probe - Choice.decibels(layer.power(), one.error()))))
                  .thenComparingLong(Candidate::bytes))
          .ifPresent(one -> probes.putIfAbsent(one.error(), one));
    }
    return new ArrayList<>(probes.values());
  }
}
