package dev.tersor.jobs.train;

import dev.tersor.core.encode.Encoding;
import dev.tersor.core.encode.NetworkFile;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.model.Parameter;
import dev.tersor.core.quantize.Assignment;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.core.quantize.Points;
import dev.tersor.core.tensor.Centroids;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Levels;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A trained network as one file, read again and compared. Shared tensors are stored as codes and a
 * codebook; pruned ones that are not shared as a mask of one bit a weight, encoded, and the
 * survivors as numbers; all others as numbers.
 *
 * @param bytes the file
 * @param values every parameter as it comes out of the file
 * @param layers of the tensors that were pruned or shared
 */
@SuppressWarnings("ArrayRecordComponent") // the file is the result
record StoredNetwork(byte[] bytes, Map<String, float[]> values, List<Layer> layers) {
  private static final String MASK = ".mask";
  private static final String SURVIVORS = ".survivors";

  /**
   * A pruned or shared tensor in the file.
   *
   * @param bits of a code; 32 if it is not shared
   * @param bytes of the file that are the tensor's
   */
  record Layer(String tensor, long params, long kept, int bits, String recipe, long bytes) {}

  /**
   * @param widths bits of a code by tensor, for those that are pruned or shared
   * @param biasBits of all other numbers
   */
  static StoredNetwork of(
      List<Parameter> parameters,
      StageTask.Shared shared,
      Map<String, Integer> widths,
      Encoding encoding,
      int biasBits) {
    List<NetworkTensor> tensors = new ArrayList<>();
    List<String> owners = new ArrayList<>();
    for (Parameter parameter : parameters) {
      String name = parameter.name();
      float[] value = shared.trained().values().get(name);
      List<NetworkTensor> parts;
      if (shared.codes().containsKey(name)) {
        Codebook codebook = shared.codebooks().get(name);
        parts =
            List.of(
                NetworkTensor.Coded.of(
                    name,
                    parameter.shape(),
                    shared.codes().get(name),
                    biasBits < 32 ? codebook.half() : codebook,
                    encoding));
      } else if (widths.containsKey(name) && Trained.nonZeros(value) < value.length) {
        parts = sparse(parameter, value, encoding);
      } else {
        parts = List.of(plain(parameter, value, biasBits, encoding));
      }
      for (NetworkTensor part : parts) {
        tensors.add(part);
        owners.add(name);
      }
    }
    NetworkFile.Written written = NetworkFile.write(tensors);
    List<NetworkTensor> read = NetworkFile.read(written.bytes());
    Map<String, float[]> values = new LinkedHashMap<>();
    for (NetworkTensor tensor : read) {
      values.put(tensor.name(), tensor.values());
    }
    for (Parameter parameter : parameters) {
      merge(parameter.name(), values);
    }
    check(tensors, read);
    return new StoredNetwork(
        written.bytes(),
        values,
        layers(parameters, tensors, owners, written.tensorBytes(), widths, values));
  }

  private static NetworkTensor plain(
      Parameter parameter, float[] value, int bits, Encoding encoding) {
    // A variance is divided by: levels that are far apart for the smallest would be wrong there.
    if (bits > 8 || parameter.role() != Parameter.Role.BIAS) {
      return new NetworkTensor.Plain(parameter.name(), parameter.shape(), value, bits <= 16);
    }
    Codebook codebook = levels(value, bits).half();
    return NetworkTensor.Coded.of(
        parameter.name(), parameter.shape(), Assignment.codes(value, codebook), codebook, encoding);
  }

  /**
   * Levels of numbers, none of which changes by more than half a step: those of least squared error
   * where they reach far enough, else those that reach the largest number.
   */
  private static Codebook levels(float[] numbers, int bits) {
    Codebook fitted = CodebookFitters.ALL.get("uniform").fit(Points.ofNonZero(numbers), bits, 0);
    float most = 0;
    for (float number : numbers) {
      most = Math.max(most, Math.abs(number));
    }
    int limit = Levels.limit(bits);
    return most <= (limit + 0.5) * fitted.value(0, 0, 1) ? fitted : new Step(bits, most / limit);
  }

  private static List<NetworkTensor> sparse(Parameter parameter, float[] value, Encoding encoding) {
    byte[] mask = new byte[value.length];
    float[] survivors = new float[value.length];
    int kept = 0;
    for (int i = 0; i < value.length; i++) {
      if (value[i] != 0) {
        mask[i] = 1;
        survivors[kept++] = value[i];
      }
    }
    return List.of(
        NetworkTensor.Coded.of(
            parameter.name() + MASK, parameter.shape(), mask, new Centroids(1, 1), encoding),
        new NetworkTensor.Plain(
            parameter.name() + SURVIVORS,
            Shape.of(kept),
            java.util.Arrays.copyOf(survivors, kept),
            false));
  }

  /** Puts mask and survivors together, where a tensor was stored so. */
  private static void merge(String name, Map<String, float[]> values) {
    float[] mask = values.remove(name + MASK);
    float[] survivors = values.remove(name + SURVIVORS);
    if (mask == null || survivors == null) {
      return;
    }
    int at = 0;
    for (int i = 0; i < mask.length; i++) {
      mask[i] = mask[i] == 0 ? 0 : survivors[at++];
    }
    values.put(name, mask);
  }

  private static void check(List<NetworkTensor> written, List<NetworkTensor> read) {
    for (int i = 0; i < written.size(); i++) {
      if (!java.util.Arrays.equals(written.get(i).values(), read.get(i).values())) {
        throw new IllegalStateException(
            written.get(i).name() + " comes out of the file other than it went in");
      }
    }
  }

  private static List<Layer> layers(
      List<Parameter> parameters,
      List<NetworkTensor> tensors,
      List<String> owners,
      List<Integer> bytes,
      Map<String, Integer> widths,
      Map<String, float[]> values) {
    List<Layer> layers = new ArrayList<>();
    for (Parameter parameter : parameters) {
      String name = parameter.name();
      if (!widths.containsKey(name)) {
        continue;
      }
      long size = 0;
      String recipe = "plain";
      for (int i = 0; i < tensors.size(); i++) {
        if (owners.get(i).equals(name)) {
          size += bytes.get(i);
          recipe =
              tensors.get(i) instanceof NetworkTensor.Coded coded ? coded.recipe().name() : recipe;
        }
      }
      layers.add(
          new Layer(
              name,
              parameter.shape().size(),
              kept(name, tensors, values),
              widths.get(name),
              recipe,
              size));
    }
    return layers;
  }

  private static long kept(String name, List<NetworkTensor> tensors, Map<String, float[]> values) {
    for (NetworkTensor tensor : tensors) {
      if (tensor instanceof NetworkTensor.Coded coded && tensor.name().equals(name)) {
        return coded.segments().stream().mapToLong(s -> nonZero(s)).sum();
      }
    }
    return Points.ofNonZero(values.get(name)).size();
  }

  private static long nonZero(Codes codes) {
    // Where no code stands for zero, code 0 is a weight like any other.
    return codes.codebook().keepsZero() ? codes.nonZeros() : codes.size();
  }
}
