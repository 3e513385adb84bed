package dev.tersor.jobs.choose;

import dev.tersor.core.data.LabelledImages;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.jobs.inference.TestNetwork;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;

/**
 * What settings of one layer do to the outputs of its network, all other layers as they are.
 *
 * @param tensors of the network
 * @param layer the one of them that is tried
 */
record OutputTask(
    TestNetwork network,
    Broadcast<LabelledImages> images,
    List<CodingTask> tensors,
    int layer,
    List<LayerSetting> tried)
    implements Serializable {

  /** For each setting the squared difference of all outputs, the mean over images. */
  List<Double> compute() {
    List<NetworkTensor> dense = new ArrayList<>();
    tensors.forEach(tensor -> dense.add(tensor.dense()));
    float[] expected = network.outputs(dense, images.value());
    List<Double> errors = new ArrayList<>();
    for (LayerSetting setting : tried) {
      List<NetworkTensor> changed = new ArrayList<>(dense);
      changed.set(layer, tensors.get(layer).with(setting).made());
      float[] outputs = network.outputs(changed, images.value());
      double sum = 0;
      for (int i = 0; i < outputs.length; i++) {
        double difference = (double) outputs[i] - expected[i];
        sum += difference * difference;
      }
      errors.add(sum / images.value().count());
    }
    return errors;
  }
}
