package dev.tersor.jobs.inference;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.OpenCheckpoint;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.data.ImageShape;
import dev.tersor.core.data.LabelledImages;
import dev.tersor.core.tensor.IntegerFormat;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.source.HeldFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** What a model is run on to look at the inputs of its layers. */
public final class ModelInputs {
  private ModelInputs() {}

  /**
   * The arrays of a file by the names of the model's inputs, such as {@code input_ids} and {@code
   * attention_mask} of texts: npz, or any checkpoint.
   *
   * @throws UsageException naming the file, if it cannot be read or holds other things
   */
  public static List<ModelInput> ofFile(String path, Configuration configuration) {
    try {
      OpenCheckpoint file = OpenCheckpoint.of(path, name -> HeldFile.open(name, configuration));
      List<ModelInput> inputs = new ArrayList<>();
      for (StoredTensor tensor : file.tensors()) {
        long[] dims = tensor.shape().dims();
        Optional<IntegerFormat> format = tensor.integers();
        inputs.add(
            format.isPresent()
                ? new ModelInput(
                    tensor.name(), dims, null, integers(file.integers(tensor), format.get()))
                : new ModelInput(tensor.name(), dims, file.weights(tensor), null));
      }
      return inputs;
    } catch (IOException | IllegalArgumentException | MalformedInputException e) {
      throw new UsageException("inputs: cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  private static long[] integers(byte[] stored, IntegerFormat format) {
    long[] integers = new long[stored.length / format.bytes()];
    for (int i = 0; i < integers.length; i++) {
      // Little-endian, extended by its sign where it has one.
      long value = format.name().charAt(0) == 'I' ? stored[(i + 1) * format.bytes() - 1] : 0;
      for (int at = format.bytes() - 1; at >= 0; at--) {
        value = (value << Byte.SIZE) | (stored[i * format.bytes() + at] & 0xFF);
      }
      integers[i] = value;
    }
    return integers;
  }

  /**
   * Images as a model takes them.
   *
   * @throws UsageException naming both shapes, if it takes others
   */
  public static ModelInput ofImages(
      String name, byte[] model, LabelledImages images, List<Double> mean, List<Double> deviation) {
    ImageShape shape = images.shape();
    float[][] inputs = new Normalisation(mean, deviation).inputs(shape, images.name());
    try (OnnxNetwork network = Engine.open(name, model)) {
      network.expect(shape, images.name());
      float[] numbers = new float[Math.multiplyExact(images.count(), shape.size())];
      int area = shape.height() * shape.width();
      for (int i = 0; i < numbers.length; i++) {
        int at = i % shape.size();
        numbers[i] = inputs[at / area][images.pixel(i / shape.size(), at)];
      }
      return new ModelInput(network.input(), network.dims(images.count(), shape), numbers, null);
    }
  }
}
