package dev.tersor.jobs.choose;

import dev.tersor.core.encode.NetworkFile;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.jobs.config.LayerSettingsText;
import dev.tersor.jobs.fit.SegmentWeights;
import dev.tersor.jobs.source.ResolvedModel;
import dev.tersor.jobs.source.TensorRef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/** Makes the network file and the settings file of a choice. */
public final class ChosenNetwork {
  private final JavaSparkContext spark;
  private final SegmentWeights reader;
  private final ResolvedModel model;
  private final List<NetworkTensor.Integers> integers;
  private final boolean half;
  private final long seed;

  /**
   * A file that was read again and found to hold what it was made of.
   *
   * @param tensorBytes what each layer takes, in the order of the choice
   * @param error squared error of the layers' weights as they come out of it
   */
  @SuppressWarnings("ArrayRecordComponent") // the file is the result, megabytes not to copy
  public record Written(
      byte[] bytes, List<NetworkTensor> tensors, List<Integer> tensorBytes, double error) {}

  /**
   * @param model the one that the choice was made for
   * @param integers its tensors that hold no weights
   * @param half whether numbers take 16 bits
   * @param seed of codebooks that draw
   */
  public ChosenNetwork(
      SparkSession session,
      ResolvedModel model,
      List<NetworkTensor.Integers> integers,
      boolean half,
      long seed) {
    this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    this.reader =
        new SegmentWeights(
            spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration())));
    this.model = model;
    this.integers = List.copyOf(integers);
    this.half = half;
    this.seed = seed;
  }

  /** The tensors of a choice, those of its layers first. */
  List<CodingTask> tasks(Choice choice) {
    List<CodingTask> tasks = new ArrayList<>();
    for (int i = 0; i < choice.layers().size(); i++) {
      Layer layer = choice.layers().get(i);
      LayerSetting setting = LayerSetting.of(choice.chosen().get(i), half, seed);
      tasks.add(new CodingTask(layer.name(), layer.tensor(), setting, half, reader));
    }
    for (TensorRef other : model.others()) {
      String name = other.checkpointTensor().map(stored -> stored.name()).orElse(other.name());
      tasks.add(new CodingTask(name, other, null, half, reader));
    }
    return tasks;
  }

  /** Layers as they are. */
  List<CodingTask> layers(List<TensorRef> tensors) {
    List<CodingTask> tasks = new ArrayList<>();
    for (TensorRef tensor : tensors) {
      String name = tensor.checkpointTensor().map(stored -> stored.name()).orElse(tensor.name());
      tasks.add(new CodingTask(name, tensor, null, half, reader));
    }
    return tasks;
  }

  /** The settings of candidates. */
  List<LayerSetting> settings(List<Candidate> candidates) {
    return new ArrayList<>(
        candidates.stream().map(one -> LayerSetting.of(one, half, seed)).toList());
  }

  /** Compresses the tensors, a task each, and reads the file again. */
  public Written write(Choice choice) {
    List<CodingTask> tasks = tasks(choice);
    List<CodingTask.Coded> coded =
        spark.parallelize(tasks, tasks.size()).map(CodingTask::compute).collect();
    List<NetworkTensor> tensors = new ArrayList<>();
    double error = 0;
    for (int i = 0; i < coded.size(); i++) {
      tensors.add(coded.get(i).tensor());
      error += i < choice.layers().size() ? coded.get(i).error() : 0;
    }
    tensors.addAll(integers);
    NetworkFile.Written written = NetworkFile.write(tensors);
    List<NetworkTensor> read = NetworkFile.read(written.bytes());
    for (int i = 0; i < tensors.size(); i++) {
      if (!read.get(i).name().equals(tensors.get(i).name())
          || !Arrays.equals(read.get(i).values(), tensors.get(i).values())) {
        throw new IllegalStateException(
            "tensor '%s' comes out of the network file as another than it was made of"
                .formatted(tensors.get(i).name()));
      }
    }
    return new Written(
        written.bytes(), read, written.tensorBytes().subList(0, choice.layers().size()), error);
  }

  /**
   * The settings of the choice, for {@code compress --config}.
   *
   * @param comments lines before them
   */
  public String settings(Choice choice, List<String> comments) {
    Map<String, Map<String, Object>> tensors = new LinkedHashMap<>();
    for (int i = 0; i < choice.layers().size(); i++) {
      tensors.put(
          choice.layers().get(i).name(),
          LayerSetting.of(choice.chosen().get(i), half, seed).values());
    }
    return LayerSettingsText.of(comments, Map.of("half", half), tensors);
  }
}
