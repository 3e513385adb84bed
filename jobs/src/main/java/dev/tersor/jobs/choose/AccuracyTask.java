package dev.tersor.jobs.choose;

import dev.tersor.core.data.LabelledImages;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.jobs.inference.Accuracy;
import dev.tersor.jobs.inference.TestNetwork;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;

/**
 * Evaluates a network with the tensors that come out of a file.
 *
 * @param isDense whether they are taken as they are in the checkpoint instead
 */
record AccuracyTask(
    TestNetwork network,
    Broadcast<LabelledImages> images,
    List<CodingTask> tensors,
    boolean isDense)
    implements Serializable {

  Accuracy compute() {
    List<NetworkTensor> made = new ArrayList<>();
    tensors.forEach(tensor -> made.add(isDense ? tensor.dense() : tensor.made()));
    return network.accuracy(made, images.value());
  }
}
