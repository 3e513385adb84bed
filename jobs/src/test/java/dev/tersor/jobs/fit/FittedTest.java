package dev.tersor.jobs.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.tersor.core.checkpoint.Layout;
import dev.tersor.core.model.Kind;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.Checkpoints;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.plan.CodebookId;
import dev.tersor.jobs.plan.SegmentRef;
import dev.tersor.jobs.plan.Unit;
import dev.tersor.jobs.source.TensorRef;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a task fitted is what the next one has, and is not fitted again. */
class FittedTest {
  private static final Shape SHAPE = Shape.of(40, 50);
  private static final float[] WEIGHTS = Checkpoints.weights(2000, 1);
  private static final CodebookId DRAWN = new CodebookId(6, "random");
  private static final SegmentRef REF =
      new SegmentRef(
          new TensorRef(
              "net",
              "fc",
              Kind.FC,
              SHAPE,
              2000,
              Layout.AS_STORED,
              TensorRef.Origin.SYNTHETIC,
              null,
              1,
              TensorRef.Paper.NONE,
              null,
              null),
          Segment.cut(SHAPE).get(0));

  /** With nothing to read: the weights are given. */
  private static Quantised quantised(Pruning pruning, Fitted fitted, long seed) {
    Unit unit =
        new Unit(
            REF,
            pruning,
            "",
            fitted.mask(REF, pruning),
            fitted.codebooks(REF, pruning),
            fitted.fitters(REF, pruning),
            List.of(),
            0);
    return new Quantised(unit, new SegmentWeights(null), WEIGHTS, seed);
  }

  @Test
  void codesOfTheSameFitAreTheSame() {
    for (Pruning.Scope scope : List.of(Pruning.Scope.TENSOR, Pruning.Scope.FILTER)) {
      Pruning pruning = new Pruning(scope, 0.6, false);
      Quantised first = quantised(pruning, new Fitted(), 1);
      var codes = first.codes(DRAWN);
      Fitted fitted = new Fitted();
      fitted.add(first.fit());
      assertEquals(first.fit().mask(), fitted.mask(REF, pruning));
      // A fit of its own would draw others.
      assertNotEquals(codes, quantised(pruning, new Fitted(), 2).codes(DRAWN));
      assertEquals(codes, quantised(pruning, fitted, 2).codes(DRAWN));
      Pruning other = new Pruning(scope, 0.7, false);
      assertEquals(Map.of(), fitted.codebooks(REF, other));
      assertNull(fitted.mask(REF, other));
    }
  }

  @Test
  void withoutPruningThereIsNoMask() {
    Pruning asIs = new Pruning(Pruning.Scope.ASIS, Double.NaN, false);
    Quantised first = quantised(asIs, new Fitted(), 1);
    Fitted fitted = new Fitted();
    fitted.add(first.fit());
    assertNull(fitted.mask(REF, asIs));
    assertEquals(first.codes(DRAWN), quantised(asIs, fitted, 1).codes(DRAWN));
  }
}
