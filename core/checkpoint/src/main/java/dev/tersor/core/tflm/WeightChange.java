package dev.tersor.core.tflm;

import dev.tersor.core.prune.Magnitude;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.core.quantize.Points;
import dev.tersor.core.tensor.Codebook;
import java.util.Arrays;

/**
 * Weights that are pruned by magnitude and have fewer values. Magnitudes are those of what integers
 * stand for; the values are the k-means of the integers less their zero point, each rounded to one.
 */
final class WeightChange {
  private static final String FITTER = "exact";
  private static final long SEED = 1;

  private final TflmSettings settings;

  WeightChange(TflmSettings settings) {
    this.settings = settings;
  }

  /**
   * Changed data.
   *
   * @param error root of the mean square of the change, by that of the weights
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Changed(byte[] data, double error) {}

  /** Whether weights of a tensor can be changed, or need not be. */
  boolean takes(DecodedTensor tensor) {
    return settings.isLossless() || tensor.isRegular();
  }

  /**
   * @param tensor one that is taken
   * @param node the Tensor, for its scales
   */
  Changed of(DecodedTensor tensor, FlatNode node, byte[] data) {
    float[] weights = settings.isLossless() ? new float[0] : weights(tensor, data);
    if (weights.length == 0) {
      return new Changed(data, 0);
    }
    float[] saliency = new float[weights.length];
    float[] scales = scales(tensor, node);
    for (int i = 0; i < weights.length; i++) {
      saliency[i] = weights[i] * scales[scales.length == 1 ? 0 : tensor.channel(i)];
    }
    long prune = Magnitude.count(settings.sparsity(), weights.length);
    float[] kept = Magnitude.threshold(saliency, prune).apply(weights, saliency);
    if (settings.bits() > 0) {
      quantise(kept, tensor.type() != DecodedTensor.Type.FLOAT32);
    }
    byte[] changed = data.clone();
    double error = 0;
    double all = 0;
    for (int i = 0; i < weights.length; i++) {
      if (kept[i] != weights[i]) {
        put(tensor, changed, i, kept[i]);
        double scale = scales[scales.length == 1 ? 0 : tensor.channel(i)];
        error += Math.pow((kept[i] - weights[i]) * scale, 2);
      }
      all += Math.pow(saliency[i], 2);
    }
    return new Changed(changed, all == 0 ? 0 : Math.sqrt(error / all));
  }

  /** Each weight to the nearest of few values; zeros stay. */
  private void quantise(float[] weights, boolean isInteger) {
    Points survivors = Points.ofNonZero(weights);
    if (survivors.size() == 0) {
      return;
    }
    Codebook.OfTensor fitted =
        (Codebook.OfTensor) CodebookFitters.ALL.get(FITTER).fit(survivors, settings.bits(), SEED);
    float[] levels = new float[1 << settings.bits()];
    for (int code = 0; code < levels.length; code++) {
      levels[code] = isInteger ? Math.round(fitted.value(code)) : fitted.value(code);
    }
    Arrays.sort(levels);
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] != 0) {
        int at = Arrays.binarySearch(levels, weights[i]);
        if (at < 0) {
          int above = Math.min(-at - 1, levels.length - 1);
          int below = Math.max(above - 1, 0);
          boolean isBelow = weights[i] - levels[below] <= levels[above] - weights[i];
          weights[i] = levels[isBelow ? below : above];
        }
      }
    }
  }

  /** What the elements are less their zero points; none if there are some that are no numbers. */
  private static float[] weights(DecodedTensor tensor, byte[] data) {
    float[] weights = new float[tensor.count()];
    for (int i = 0; i < weights.length; i++) {
      long bits = tensor.element(data, i);
      weights[i] =
          switch (tensor.type()) {
            case FLOAT32 -> Float.intBitsToFloat((int) bits);
            case INT8 -> (byte) bits - tensor.zeros()[tensor.channel(i)];
            default -> (short) bits;
          };
      if (!Float.isFinite(weights[i])) {
        return new float[0];
      }
    }
    return weights;
  }

  private static void put(DecodedTensor tensor, byte[] data, int index, float weight) {
    long bits =
        switch (tensor.type()) {
          case FLOAT32 -> Float.floatToRawIntBits(weight + 0f);
          case INT8 -> (long) weight + tensor.zeros()[tensor.channel(index)];
          default -> (long) weight;
        };
    tensor.setElement(data, index, bits);
  }

  private static float[] scales(DecodedTensor tensor, FlatNode node) {
    FlatNode quantization = node.node("quantization");
    FlatBytes stored = quantization == null ? FlatBytes.NONE : quantization.bytes("scale");
    if (stored.count() != tensor.channels()) {
      return new float[] {1};
    }
    float[] scales = new float[stored.count()];
    for (int i = 0; i < scales.length; i++) {
      float scale = Float.intBitsToFloat((int) stored.number(i));
      scales[i] = Float.isFinite(scale) ? scale : 1;
    }
    return scales;
  }
}
