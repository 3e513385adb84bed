package dev.tersor.core.encode;

import dev.tersor.core.index.Access;
import dev.tersor.core.index.IndexScheme;
import dev.tersor.core.index.SharedWork;
import dev.tersor.core.index.Split;
import dev.tersor.core.index.Stream;
import dev.tersor.core.symbol.Place;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;

/** Codes, for {@link Container}s. */
record CodesContent(Codes codes) implements Content {
  @Override
  public Shape shape() {
    return codes.shape();
  }

  @Override
  public int bits() {
    return codes.bits();
  }

  @Override
  public int nonZeros() {
    return codes.nonZeros();
  }

  @Override
  public float[] weights() {
    return codes.dequantize();
  }

  @Override
  public Floor floor() {
    return Floor.of(codes);
  }

  @Override
  public boolean isFor(IndexScheme scheme) {
    return codes.codebook().keepsZero() || scheme.isDense();
  }

  @Override
  public Access access(Recipe recipe) {
    return codes.codebook().isSequential() ? Access.SEQUENTIAL : recipe.access();
  }

  @Override
  public Split split(IndexScheme scheme, SharedWork work) {
    return scheme.split(codes, work);
  }

  @Override
  public Encoded encode(Recipe recipe, Split split, SharedWork work) {
    return Container.encode(codes, recipe, split, work);
  }

  @Override
  public Place place(IndexScheme scheme, Stream stream) {
    return StreamCodec.place(scheme, stream, codes);
  }

  @Override
  public Object copy() {
    return codes.codes().clone();
  }

  @Override
  public int copyBytes() {
    return codes.size();
  }
}
