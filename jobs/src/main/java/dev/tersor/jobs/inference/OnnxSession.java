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
import dev.tersor.jobs.config.UsageException;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A model in ONNX Runtime whose inner tensors are looked at. */
final class OnnxSession implements AutoCloseable {
  /** Numbers of a tensor. */
  @SuppressWarnings("ArrayRecordComponent") // large, and read alone
  record Values(long[] dims, float[] numbers) {}

  private final String name;
  private final OrtSession session;
  private final Map<String, OnnxJavaType> types = new LinkedHashMap<>();

  /**
   * @param name what messages call the model
   * @param inputs what it is going to be given
   * @throws UsageException if the model cannot be loaded, or takes something else
   */
  OnnxSession(String name, byte[] model, List<ModelInput> inputs) {
    this.name = name;
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      session = OrtEnvironment.getEnvironment().createSession(model, options);
    } catch (OrtException e) {
      throw new UsageException(name + ": ONNX Runtime cannot load it: " + e.getMessage(), e);
    }
    try {
      check(inputs);
    } catch (OrtException | UsageException e) {
      close();
      throw e instanceof UsageException usage ? usage : failed(e);
    }
  }

  private void check(List<ModelInput> inputs) throws OrtException {
    Map<String, ModelInput> given = new HashMap<>();
    inputs.forEach(input -> given.put(input.name(), input));
    Map<String, NodeInfo> taken = session.getInputInfo();
    for (ModelInput input : inputs) {
      if (!taken.containsKey(input.name())) {
        throw new UsageException(
            "inputs: %s takes no '%s', expected %s".formatted(name, input.name(), taken.keySet()));
      }
    }
    for (NodeInfo info : taken.values()) {
      ModelInput input = given.get(info.getName());
      if (input == null) {
        throw new UsageException(
            "inputs: no '%s', %s takes %s".formatted(info.getName(), name, taken.values()));
      }
      OnnxJavaType type = info.getInfo() instanceof TensorInfo tensor ? tensor.type : null;
      boolean fits =
          input.floats() != null
              ? type == OnnxJavaType.FLOAT
              : type == OnnxJavaType.INT64 || type == OnnxJavaType.INT32;
      if (!fits) {
        throw new UsageException(
            "inputs: '%s' has %s numbers, %s takes %s"
                .formatted(
                    input.name(), input.floats() != null ? "floating-point" : "whole", name, info));
      }
      types.put(input.name(), type);
    }
  }

  /**
   * The inputs of FLOAT, and further tensors of the graph.
   *
   * @throws UsageException naming the tensor, if one holds something else
   */
  Map<String, Values> run(List<ModelInput> inputs, Set<String> asked) {
    Map<String, Values> values = new HashMap<>();
    Map<String, OnnxTensor> tensors = new HashMap<>();
    try {
      for (ModelInput input : inputs) {
        tensors.put(input.name(), tensor(input));
        if (input.floats() != null) {
          values.put(input.name(), new Values(input.dims(), input.floats()));
        }
      }
      try (OrtSession.Result result = session.run(tensors, asked)) {
        for (Map.Entry<String, OnnxValue> entry : result) {
          values.put(entry.getKey(), values(entry.getKey(), entry.getValue()));
        }
      }
      return values;
    } catch (OrtException e) {
      throw failed(e);
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  private OnnxTensor tensor(ModelInput input) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    if (input.floats() != null) {
      return OnnxTensor.createTensor(environment, FloatBuffer.wrap(input.floats()), input.dims());
    }
    if (types.get(input.name()) == OnnxJavaType.INT64) {
      return OnnxTensor.createTensor(environment, LongBuffer.wrap(input.integers()), input.dims());
    }
    int[] integers = new int[input.integers().length];
    for (int i = 0; i < integers.length; i++) {
      integers[i] = (int) input.integers()[i];
    }
    return OnnxTensor.createTensor(environment, IntBuffer.wrap(integers), input.dims());
  }

  private Values values(String tensor, OnnxValue value) throws OrtException {
    if (!(value instanceof OnnxTensor output) || output.getInfo().type != OnnxJavaType.FLOAT) {
      throw new UsageException(
          name + ": tensor '" + tensor + "' is " + value.getInfo() + ", expected one of FLOAT");
    }
    FloatBuffer buffer = output.getFloatBuffer();
    float[] numbers = new float[buffer.remaining()];
    buffer.get(numbers);
    return new Values(output.getInfo().getShape(), numbers);
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
