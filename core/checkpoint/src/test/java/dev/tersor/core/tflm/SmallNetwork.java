package dev.tersor.core.tflm;

import dev.tersor.core.tflm.ModelBuilder.Operator;
import java.util.Map;
import java.util.Random;
import java.util.function.IntUnaryOperator;

/**
 * An int8 network whose tensors have a form each: two convolutions of the same pruned weights with
 * channels, their sum, and a layer each of few values, of a steep histogram, and of noise. The
 * shape of its Reshape cannot be a decoded tensor.
 */
final class SmallNetwork {
  private static final int CHANNELS = 16;
  private static final int SIDE = 4;
  private static final int FLAT = SIDE * SIDE * CHANNELS;
  private static final int UNITS = 64;

  private SmallNetwork() {}

  static byte[] file() {
    Random random = new Random(22);
    ModelBuilder model = new ModelBuilder();
    FlatNode activations = ModelBuilder.quantization(0, new float[] {0.5f}, 3);
    int[] image = {1, SIDE, SIDE, CHANNELS};
    int input = model.tensor("input", ModelBuilder.INT8, 0, activations, image);
    float[] scales = new float[CHANNELS];
    for (int i = 0; i < CHANNELS; i++) {
      scales[i] = 0.01f * (i + 1);
    }
    int filter =
        model.tensor(
            "conv/filter",
            ModelBuilder.INT8,
            model.buffer(
                bytes(
                    CHANNELS * 9 * CHANNELS,
                    i -> random.nextInt(10) < 8 ? 0 : random.nextInt(256))),
            ModelBuilder.quantization(0, scales, 0),
            CHANNELS,
            3,
            3,
            CHANNELS);
    int bias =
        model.tensor(
            "conv/bias",
            ModelBuilder.INT32,
            model.buffer(new byte[4 * CHANNELS]),
            ModelBuilder.quantization(0, scales, 0),
            CHANNELS);
    Map<String, Object> conv = Map.of("stride_w", 1L, "stride_h", 1L);
    int first = model.tensor("first", ModelBuilder.INT8, 0, activations, image);
    int second = model.tensor("second", ModelBuilder.INT8, 0, activations, image);
    int sum = model.tensor("sum", ModelBuilder.INT8, 0, activations, image);
    model
        .operator(Operator.CONV_2D, conv, first, input, filter, bias)
        .operator(Operator.CONV_2D, conv, second, first, filter, bias)
        .operator(Operator.ADD, Map.of(), sum, first, second);
    int shape =
        model.tensor(
            "shape", ModelBuilder.INT32, model.buffer(FlatBytes.ints(1, FLAT).bytes()), null, 2);
    int flat = model.tensor("flat", ModelBuilder.INT8, 0, activations, 1, FLAT);
    model.operator(Operator.RESHAPE, Map.of(), flat, sum, shape);
    int x = dense(model, "few", flat, FLAT, i -> 10 * random.nextInt(8) - 20);
    x = dense(model, "steep", x, UNITS, i -> (int) (4 * random.nextGaussian()));
    x = dense(model, "noise", x, UNITS, i -> random.nextInt(256));
    return model.file(input, x);
  }

  private static int dense(
      ModelBuilder model, String name, int input, int inputs, IntUnaryOperator weight) {
    int weights =
        model.tensor(
            name + "/weights",
            ModelBuilder.INT8,
            model.buffer(bytes(UNITS * inputs, weight)),
            ModelBuilder.quantization(0, new float[] {0.02f}, 0),
            UNITS,
            inputs);
    int output =
        model.tensor(
            name,
            ModelBuilder.INT8,
            0,
            ModelBuilder.quantization(0, new float[] {0.75f}, -5),
            1,
            UNITS);
    model.operator(Operator.FULLY_CONNECTED, Map.of(), output, input, weights, -1);
    return output;
  }

  private static byte[] bytes(int count, IntUnaryOperator value) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) value.applyAsInt(i);
    }
    return bytes;
  }
}
