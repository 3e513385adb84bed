package dev.tersor.jobs.choose;

import dev.tersor.core.encode.NetworkLength;
import dev.tersor.core.encode.Recipe;
import dev.tersor.core.tensor.IntegerFormat;
import dev.tersor.core.tensor.Shape;
import java.util.List;

/**
 * What a network file holds beside the layers that a choice is made for.
 *
 * @param plain tensors of numbers
 * @param integers tensors that hold no weights
 * @param half whether numbers take 16 bits
 */
public record Frame(List<Plain> plain, List<Integers> integers, boolean half) {
  /** A tensor of numbers: a bias, a normalisation's statistics. */
  public record Plain(String name, Shape shape) {}

  /** A tensor of integers that are no weights. */
  public record Integers(String name, Shape shape, IntegerFormat format) {}

  /** The length of the file with a choice for its layers. */
  long bytes(List<Layer> layers, List<Candidate> chosen) {
    NetworkLength length = new NetworkLength();
    for (int i = 0; i < chosen.size(); i++) {
      Candidate candidate = chosen.get(i);
      Layer layer = layers.get(i);
      length.coded(
          layer.name(),
          layer.tensor().shape(),
          Recipe.parse(candidate.recipe()),
          candidate.codebookBytes(),
          half,
          candidate.segments());
    }
    plain.forEach(tensor -> length.plain(tensor.name(), tensor.shape(), half));
    integers.forEach(tensor -> length.integers(tensor.name(), tensor.shape(), tensor.format()));
    return length.total();
  }

  /** Numbers of all kinds that the file stands for. */
  long numbers(List<Layer> layers) {
    long numbers = layers.stream().mapToLong(Layer::weights).sum();
    numbers += plain.stream().mapToLong(tensor -> tensor.shape().size()).sum();
    return numbers + integers.stream().mapToLong(tensor -> tensor.shape().size()).sum();
  }
}
