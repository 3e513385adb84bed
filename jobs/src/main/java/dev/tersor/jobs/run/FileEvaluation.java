package dev.tersor.jobs.run;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.DType;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.data.LabelledImages;
import dev.tersor.core.encode.NetworkFile;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.evaluate.Accuracy;
import dev.tersor.jobs.evaluate.TestNetwork;
import dev.tersor.jobs.source.HadoopSource;
import dev.tersor.jobs.table.ResultsFolder;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/** The accuracy of networks in files, checkpoints and network files alike: a task each. */
public final class FileEvaluation {
  /**
   * What the networks are tested as and on.
   *
   * @param graph how all of them compute; null where each is an ONNX model that says so itself
   * @param data name of the images' set
   * @param model what the tables call the network; empty for the name of each file
   */
  public record Test(
      TestNetwork graph,
      String data,
      List<Double> mean,
      List<Double> deviation,
      LabelledImages images,
      String model) {}

  /**
   * What was found of a file.
   *
   * @param bytes its length, 0 where it cannot be read
   * @param weights numbers of its tensors
   * @param accuracy null where it failed
   * @param row of the models table, for a network file; else null
   * @param error null where it did not fail
   */
  public record Result(
      String file, long bytes, long weights, Accuracy accuracy, Row row, String error)
      implements Serializable {

    public boolean isNetworkFile() {
      return row != null;
    }
  }

  private final SparkSession session;
  private final JavaSparkContext spark;

  public FileEvaluation(SparkSession session) {
    this.session = session;
    this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
  }

  /** Evaluates files; one that fails has its error in its result. */
  public List<Result> of(List<String> files, Test test, RunInfo info) {
    Broadcast<SerializableConfiguration> configuration =
        spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
    Broadcast<LabelledImages> images = spark.broadcast(test.images());
    // Tasks have the network but not a second copy of the images.
    TestNetwork graph = test.graph();
    String data = test.data();
    List<Double> mean = new ArrayList<>(test.mean());
    List<Double> deviation = new ArrayList<>(test.deviation());
    FileRow rows = new FileRow(info.id(), test.model(), data);
    List<Result> results =
        spark
            .parallelize(files, files.size())
            .map(
                file -> {
                  try (HadoopSource source =
                      new HadoopSource(file, configuration.value().value())) {
                    TestNetwork network =
                        graph != null ? graph : TestNetwork.read(source, data, mean, deviation);
                    return evaluate(file, source, network, images.value(), rows);
                  } catch (IOException | RuntimeException | OutOfMemoryError | LinkageError e) {
                    String message = e.getMessage() == null ? e.toString() : e.getMessage();
                    return new Result(file, 0, 0, null, null, message);
                  }
                })
            .collect();
    images.destroy();
    return results;
  }

  /** Adds the rows of network files to the tables. */
  public void write(List<Result> results, ResultsFolder folder, RunInfo info) throws IOException {
    List<Row> rows = results.stream().filter(Result::isNetworkFile).map(Result::row).toList();
    new TableWriter(session, folder, info.id())
        .finish(rows, info.row(0, 0, 0, spark), info.wave(0));
  }

  private static Result evaluate(
      String file, HadoopSource source, TestNetwork network, LabelledImages images, FileRow rows)
      throws IOException {
    byte[] head = new byte[(int) Math.min(4, source.length())];
    source.readFully(0, head, 0, head.length);
    if (!NetworkFile.mayStartWith(head)) {
      List<NetworkTensor> tensors = checkpoint(source);
      Accuracy accuracy = network.accuracy(tensors, images);
      return new Result(file, source.length(), weights(tensors), accuracy, null, null);
    }
    if (source.length() > Integer.MAX_VALUE - 8) {
      throw new UsageException("longer than a network file can be");
    }
    byte[] bytes = new byte[(int) source.length()];
    source.readFully(0, bytes, 0, bytes.length);
    NetworkFile.Read read;
    try {
      read = NetworkFile.readWithParts(bytes);
    } catch (MalformedInputException e) {
      throw new UsageException("byte " + e.position() + ": " + e.getMessage(), e);
    }
    Accuracy accuracy = network.accuracy(read.tensors(), images);
    Row row = rows.of(file, bytes, read, network, accuracy);
    return new Result(file, bytes.length, weights(read.tensors()), accuracy, row, null);
  }

  private static List<NetworkTensor> checkpoint(HadoopSource source) throws IOException {
    List<NetworkTensor> tensors = new ArrayList<>();
    for (StoredTensor tensor : Checkpoint.open(source).tensors()) {
      if (tensor.dtype() != DType.OTHER) {
        if (tensor.shape().size() > Integer.MAX_VALUE - 8) {
          throw new UsageException(
              "tensor '" + tensor.name() + "' of shape " + tensor.shape() + " is too large");
        }
        tensors.add(
            new NetworkTensor.Plain(tensor.alias(), tensor.shape(), values(tensor, source), false));
      }
    }
    return tensors;
  }

  private static float[] values(StoredTensor tensor, HadoopSource source) throws IOException {
    int size = (int) tensor.shape().size();
    String file = tensor.extent().file();
    if (file.equals(source.name())) {
      return Checkpoint.read(tensor, source, 0, size);
    }
    // External data of ONNX lies beside the file.
    try (ByteSource beside = source.sibling(file.substring(file.lastIndexOf('/') + 1))) {
      return Checkpoint.read(tensor, beside, 0, size);
    }
  }

  private static long weights(List<NetworkTensor> tensors) {
    return tensors.stream().mapToLong(tensor -> tensor.shape().size()).sum();
  }
}
