package dev.tersor.jobs.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.tersor.core.data.ImageShape;
import dev.tersor.jobs.config.UsageException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;

/** A model in ONNX Runtime, on one thread: a Spark task has one core. */
final class OnnxNetwork implements AutoCloseable {
  /** Images at once, where the model leaves the batch open. */
  private static final int BATCH = 250;

  private final String name;
  private final OrtSession session;
  private final String input;
  private final long[] inputShape;

  /**
   * @param name what messages call the model
   * @throws UsageException if it is no model that takes images
   */
  OnnxNetwork(String name, byte[] model) {
    this.name = name;
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      session = OrtEnvironment.getEnvironment().createSession(model, options);
    } catch (OrtException e) {
      throw new UsageException(name + ": ONNX Runtime cannot load it: " + e.getMessage(), e);
    }
    try {
      Map<String, NodeInfo> inputs = session.getInputInfo();
      NodeInfo only = inputs.values().stream().findFirst().orElse(null);
      if (inputs.size() != 1
          || !(only.getInfo() instanceof TensorInfo tensor)
          || tensor.type != OnnxJavaType.FLOAT) {
        throw new UsageException(
            name + ": takes " + inputs.values() + ", expected one tensor of FLOAT, the images");
      }
      this.input = only.getName();
      this.inputShape = tensor.getShape();
    } catch (OrtException | UsageException e) {
      close();
      throw e instanceof UsageException usage ? usage : failed(e);
    }
  }

  /** Loads the engine, where it is not yet. */
  static void load() {
    OrtEnvironment.getEnvironment();
  }

  /** How many images {@link #outputs} takes. */
  int batch() {
    return inputShape.length > 0 && inputShape[0] > 0 ? Math.toIntExact(inputShape[0]) : BATCH;
  }

  /** The name of its input. */
  String input() {
    return input;
  }

  /** The shape in which it takes images. */
  long[] dims(int images, ImageShape image) {
    return inputShape.length == 2
        ? new long[] {images, image.size()}
        : new long[] {images, image.channels(), image.height(), image.width()};
  }

  /**
   * Checks that the model takes images of a shape: as they are, or each in one row.
   *
   * @throws UsageException naming both shapes
   */
  void expect(ImageShape image, String data) {
    long[] whole = {image.channels(), image.height(), image.width()};
    if (!takes(whole) && !takes(image.size())) {
      throw new UsageException(
          "%s: takes inputs of %s (batch first), an image of %s is %s"
              .formatted(name, Arrays.toString(inputShape), data, image));
    }
  }

  private boolean takes(long... dims) {
    boolean same = inputShape.length == dims.length + 1;
    for (int i = 0; same && i < dims.length; i++) {
      same = inputShape[i + 1] <= 0 || inputShape[i + 1] == dims[i];
    }
    return same;
  }

  /**
   * The outputs for {@link #batch} images, image after image.
   *
   * @param inputs of direct memory
   */
  float[] outputs(FloatBuffer inputs, int batch, ImageShape image) {
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), inputs, dims(batch, image));
        OrtSession.Result result = session.run(Map.of(input, tensor))) {
      OnnxValue first = result.get(0);
      if (!(first instanceof OnnxTensor output) || output.getInfo().type != OnnxJavaType.FLOAT) {
        throw new UsageException(
            name + ": its first output is " + first.getInfo() + ", expected a tensor of FLOAT");
      }
      FloatBuffer values = output.getFloatBuffer();
      float[] outputs = new float[values.remaining()];
      values.get(outputs);
      return outputs;
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  private UsageException failed(Exception e) {
    return new UsageException(name + ": ONNX Runtime: " + e.getMessage(), e);
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw failed(e);
    }
  }
}
