package dev.tersor.core.encode;

import dev.tersor.core.index.Access;
import dev.tersor.core.index.IndexScheme;
import dev.tersor.core.index.SharedWork;
import dev.tersor.core.index.Split;
import dev.tersor.core.index.Stream;
import dev.tersor.core.symbol.Place;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Floats;
import dev.tersor.core.tensor.Shape;

/** Weights that are not quantised, for {@link FloatContainer}s. */
record FloatsContent(Floats floats) implements Content {
  @Override
  public Shape shape() {
    return floats.shape();
  }

  @Override
  public int bits() {
    return floats.format().bits();
  }

  @Override
  public int nonZeros() {
    return codes().nonZeros();
  }

  @Override
  public Codes codes() {
    return floats.nonZeros();
  }

  @Override
  public float[] weights() {
    return floats.weights();
  }

  @Override
  public Floor floor() {
    return Floor.of(floats);
  }

  @Override
  public Access access(Recipe recipe) {
    return FloatContainer.access(recipe);
  }

  @Override
  public Split split(IndexScheme scheme, SharedWork work) {
    return FloatContainer.split(floats, scheme, work);
  }

  @Override
  public Encoded encode(Recipe recipe, Split split, SharedWork work) {
    return FloatContainer.encode(floats, recipe, split, work);
  }

  @Override
  public Place place(IndexScheme scheme, Stream stream) {
    return scheme.place(stream.name(), stream.role(), floats.shape());
  }

  @Override
  public Object copy() {
    return floats.bits().clone();
  }

  @Override
  public int copyBytes() {
    return Integer.BYTES * floats.size();
  }
}
