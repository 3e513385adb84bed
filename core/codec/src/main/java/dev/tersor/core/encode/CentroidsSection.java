package dev.tersor.core.encode;

import dev.tersor.core.tensor.Centroids;
import dev.tersor.core.tensor.Shape;

/** The centroids of the codes 1, 2, ... of a tensor, without trailing zeros. */
record CentroidsSection() implements CodebookSection<Centroids> {
  @Override
  public int kind() {
    return 1;
  }

  @Override
  public Class<Centroids> type() {
    return Centroids.class;
  }

  @Override
  public int[] numbers(Centroids codebook) {
    return CodebookSection.ofFloats(codebook.centroids());
  }

  @Override
  public Centroids of(int bits, Shape shape, int[] numbers) {
    return new Centroids(bits, CodebookSection.floats(numbers));
  }
}
