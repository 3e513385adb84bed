package dev.tersor.core.quantize;

import dev.tersor.core.tensor.Elements;
import dev.tersor.core.tensor.NameWithParameters;
import dev.tersor.core.tensor.Registry;
import dev.tersor.core.tensor.Runs;
import dev.tersor.core.tensor.ScaleFormat;
import java.util.List;

/** The registered codebook fitters. */
public final class CodebookFitters {
  /** Every fitter, in the order in which tables list them. */
  public static final Registry<CodebookFitter> ALL =
      new Registry<>(
          "codebook",
          CodebookFitter::name,
          List.of(
              new PerTensor(new Uniform()),
              new PerTensor(new Lsq()),
              new PerChannel(new Uniform()),
              new PerChannel(new Lsq()),
              new PerGroup(new Uniform()),
              FixedLevels.ofTensor("binary", Elements.SIGN, ScaleRule.MEAN_MAGNITUDE),
              FixedLevels.ofRows("binary", Elements.SIGN, ScaleRule.MEAN_MAGNITUDE),
              new PerTensor(new Ternary()),
              new PerChannel(new Ternary()),
              FullLevels.withZero(Runs.Unit.TENSOR),
              FullLevels.withZero(Runs.Unit.ROW),
              FullLevels.midrise(Runs.Unit.TENSOR),
              FullLevels.midrise(Runs.Unit.ROW),
              Affine.ofRows(),
              Affine.ofGroups(),
              FixedLevels.ofGroups(
                      "nf4", Elements.NF4, 4, 64, ScaleFormat.FP32, ScaleRule.MAGNITUDE)
                  .withGroups(),
              FixedLevels.ofTensor("fp8-e4m3", Elements.E4M3, ScaleRule.MAGNITUDE),
              FixedLevels.ofRows("fp8-e4m3", Elements.E4M3, ScaleRule.MAGNITUDE),
              FixedLevels.ofTensor("fp8-e5m2", Elements.E5M2, ScaleRule.MAGNITUDE),
              FixedLevels.ofRows("fp8-e5m2", Elements.E5M2, ScaleRule.MAGNITUDE),
              FixedLevels.ofGroups(
                  "mxfp4", Elements.E2M1, 4, 32, ScaleFormat.E8M0, ScaleRule.POWER_OF_TWO),
              new NestedScales(),
              FixedLevels.ofGroups(
                  "q4_0", Elements.INTEGER, 4, 32, ScaleFormat.FP16, ScaleRule.LOWEST_LEVEL),
              FixedLevels.ofGroups(
                  "q8_0", Elements.INTEGER, 8, 32, ScaleFormat.FP16, ScaleRule.HIGHEST_LEVEL),
              new MinimumBlocks(),
              new SignedBlocks(),
              new KMeans("linear", Initialisers::linear),
              new KMeans("density", Initialisers::density),
              new KMeans("random", Initialisers::random),
              new KMeans("kmeans++", Initialisers::plusPlus),
              new KMeans("near-exact", BinnedPartition::centroids, BinnedPartition.STEPS),
              new KMeans("exact", OptimalPartition::centroids),
              new RateFitter(),
              new TrellisFitter()));

  /** For each type of codebook, how weights get their codes. */
  static final List<Assignment.ByType<?>> ASSIGNMENTS =
      List.of(
          new PerTensor.Codes(),
          new PerChannel.Codes(),
          new PerGroup.Codes(),
          new ScaledCodes(),
          new CentroidCodes(),
          new TrellisFitter.Nearest(),
          new OutlierRule.Codes());

  private CodebookFitters() {}

  /**
   * A registered fitter, or one with other parameters: {@code uniform-group(n=32)}.
   *
   * @throws IllegalArgumentException naming what there is, if the fitter is unknown, or the
   *     parameter that it cannot have
   */
  public static CodebookFitter parse(String text) {
    NameWithParameters parsed = NameWithParameters.parse(text);
    return ALL.get(parsed.name()).with(parsed.parameters());
  }
}
