package dev.tersor.jobs.evaluate;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.data.LabelledImages;
import dev.tersor.core.encode.NetworkFile;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.network.ExactFiles;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.evaluate.FileEvaluation.Result;
import dev.tersor.jobs.inference.Accuracy;
import dev.tersor.jobs.inference.TestNetwork;
import dev.tersor.jobs.source.HadoopSource;
import dev.tersor.jobs.source.HeldFile;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Evaluates the network of a file.
 *
 * @param graph how it computes; null where the file is an ONNX model that says so itself
 */
record FileTask(
    TestNetwork graph,
    String data,
    List<Double> mean,
    List<Double> deviation,
    Broadcast<LabelledImages> images,
    Broadcast<SerializableConfiguration> configuration,
    FileRow rows)
    implements Serializable {
  private static final int MAGIC_BYTES = 4;
  private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

  Result compute(String file) {
    try (HadoopSource source = open(file)) {
      byte[] head = new byte[(int) Math.min(MAGIC_BYTES, source.length())];
      source.readFully(0, head, 0, head.length);
      return NetworkFile.mayStartWith(head) && !ExactFiles.isOne(source)
          ? networkFile(file, source)
          : checkpoint(file, HeldFile.within(source), source.length());
    } catch (IOException | RuntimeException | VirtualMachineError | LinkageError e) {
      String message = e.getMessage() == null ? e.toString() : e.getMessage();
      return new Result(file, 0, 0, null, null, message);
    }
  }

  private HadoopSource open(String file) throws IOException {
    return new HadoopSource(file, configuration.value().value());
  }

  private Result networkFile(String file, HadoopSource source) throws IOException {
    if (graph == null) {
      throw new UsageException("a network file says not how it computes: --model or --graph does");
    }
    if (source.length() > MAX_BYTES) {
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
    Accuracy accuracy = graph.accuracy(read.tensors(), images.value());
    Row row = rows.of(file, bytes, read, graph, accuracy);
    return new Result(file, bytes.length, weights(read.tensors()), accuracy, row, null);
  }

  private Result checkpoint(String file, ByteSource source, long length) throws IOException {
    Checkpoint checkpoint = Checkpoint.open(source);
    if (graph == null && checkpoint.format() != Checkpoint.Format.ONNX) {
      throw new UsageException(
          checkpoint.format() + " says not how it computes: --model or --graph does");
    }
    TestNetwork network = graph == null ? TestNetwork.read(source, data, mean, deviation) : graph;
    List<NetworkTensor> tensors = new ArrayList<>();
    for (StoredTensor tensor : checkpoint.tensors()) {
      if (tensor.isWeights()) {
        if (tensor.shape().size() > MAX_BYTES) {
          throw new UsageException(
              "tensor '" + tensor.name() + "' of shape " + tensor.shape() + " is too large");
        }
        float[] values = values(tensor);
        tensors.add(new NetworkTensor.Plain(tensor.alias(), tensor.shape(), values, false));
      }
    }
    Accuracy accuracy = network.accuracy(tensors, images.value());
    return new Result(file, length, weights(tensors), accuracy, null, null);
  }

  /** A tensor's values, which ONNX may have in another file. */
  private float[] values(StoredTensor tensor) throws IOException {
    try (ByteSource source = HeldFile.within(open(tensor.extent().file()))) {
      return Checkpoint.read(tensor, source, 0, (int) tensor.shape().size());
    }
  }

  private static long weights(List<NetworkTensor> tensors) {
    return tensors.stream().mapToLong(tensor -> tensor.shape().size()).sum();
  }
}
