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
              new Mirrored(new Uniform()),
              new Mirrored(new Lsq()),
              new PerChannel("uniform-channel", new Mirrored(new Uniform())),
              new PerChannel("lsq-channel", new Mirrored(new Lsq())),
              kMeans("linear", Initialisers::linear),
              kMeans("density", Initialisers::density),
              kMeans("random", Initialisers::random),
              kMeans("kmeans++", Initialisers::plusPlus),
              new Mirrored(
                  new KMeans("near-exact", BinnedPartition::centroids, BinnedPartition.STEPS)),
              kMeans("exact", OptimalPartition::centroids)));

  private static CodebookFitter kMeans(String name, KMeans.Initialiser initialiser) {
    return new Mirrored(new KMeans(name, initialiser));
  }

  private CodebookFitters() {}
}
