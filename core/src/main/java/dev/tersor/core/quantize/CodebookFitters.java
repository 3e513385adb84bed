package dev.tersor.core.quantize;

import dev.tersor.core.tensor.Registry;
import java.util.List;

/** The registered codebook fitters. */
public final class CodebookFitters {
  /** Every fitter, in the order in which tables list them. */
  public static final Registry<CodebookFitter> ALL =
      new Registry<>(
          "codebook",
          CodebookFitter::name,
          List.of(
              new Uniform(),
              new Lsq(),
              new PerChannel("uniform-channel", new Uniform()),
              new PerChannel("lsq-channel", new Lsq()),
              new KMeans("linear", Initialisers::linear),
              new KMeans("density", Initialisers::density),
              new KMeans("random", Initialisers::random),
              new KMeans("kmeans++", Initialisers::plusPlus),
              new KMeans("near-exact", BinnedPartition::centroids, BinnedPartition.STEPS),
              new KMeans("exact", OptimalPartition::centroids)));

  private CodebookFitters() {}
}
