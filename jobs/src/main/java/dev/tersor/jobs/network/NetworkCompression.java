package dev.tersor.jobs.network;

import dev.tersor.core.encode.Auto;
import dev.tersor.core.encode.Container;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.encode.Recipe;
import dev.tersor.core.quantize.Assignment;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.config.LayerSettings;
import dev.tersor.jobs.fit.Quantised;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Prunes, quantises and encodes the tensors of one network, each by its own settings. */
public final class NetworkCompression {
  private NetworkCompression() {}

  /**
   * Compresses a weight tensor.
   *
   * @param weights in row-major order; not changed
   * @param seed for codebooks that draw
   */
  public static NetworkTensor.Coded compress(
      String name, Shape shape, float[] weights, LayerSettings.Layer layer, long seed) {
    float[] pruned = Quantised.prune(weights, weights, shape, layer.pruning(), null);
    Codebook codebook =
        CodebookFitters.parse(layer.codebook()).fit(shape, pruned, layer.bits(), seed);
    if (layer.isHalf()) {
      codebook = codebook.half();
    }
    return encode(name, shape, Assignment.codes(pruned, codebook), codebook, layer.encoding());
  }

  /**
   * Encodes a weight tensor that is quantised.
   *
   * @param all its codes in row-major order
   * @param encoding a recipe or a choice of one
   */
  public static NetworkTensor.Coded encode(
      String name, Shape shape, byte[] all, Codebook codebook, String encoding) {
    List<Codes> segments = new ArrayList<>();
    for (Segment segment : Segment.cut(shape)) {
      int from = Math.toIntExact(segment.offset());
      segments.add(
          new Codes(
              segment.shape(),
              Arrays.copyOfRange(all, from, from + segment.length()),
              codebook.part(segment, shape.rowLength())));
    }
    return new NetworkTensor.Coded(name, shape, recipe(segments, encoding), segments);
  }

  /** The recipe that is asked for, or the smallest of those that are smallest for some segment. */
  private static Recipe recipe(List<Codes> segments, String encoding) {
    if (!Auto.isAuto(encoding)) {
      return Recipe.parse(encoding);
    }
    Set<String> candidates = new LinkedHashSet<>();
    for (Codes segment : segments) {
      byte[] container = Auto.parse(encoding).encode(segment).container();
      candidates.add(Container.recipe(container).name());
    }
    Recipe best = null;
    long least = Long.MAX_VALUE;
    for (String candidate : candidates) {
      Recipe recipe = Recipe.parse(candidate);
      long bytes = 0;
      for (Codes segment : candidates.size() == 1 ? List.<Codes>of() : segments) {
        bytes += Container.encode(segment, recipe).container().length;
      }
      if (bytes < least) {
        least = bytes;
        best = recipe;
      }
    }
    return best;
  }
}
