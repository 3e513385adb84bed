package dev.tersor.core.bench;

import dev.tersor.core.tensor.Codes;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A layer of 8-bit codes. */
@State(Scope.Benchmark)
public class SparseLayer {
  @Param({"0.3", "0.5", "0.7", "0.95"})
  double sparsity;

  Codes codes;

  @Setup
  public void setUp() {
    codes = Samples.codes(sparsity, 8);
    codes.nonZeroPositions();
  }

  /** The codes without what was found of them before; finding the positions is timed again. */
  Codes fresh() {
    return new Codes(codes.shape(), codes.codes(), codes.codebook());
  }
}
