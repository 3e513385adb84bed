package dev.tersor.jobs.fit;

import dev.tersor.core.checkpoint.Layout;
import dev.tersor.core.prune.BlockGrid;
import dev.tersor.core.prune.Heads;
import dev.tersor.core.prune.PrunedBlocks;
import dev.tersor.core.prune.PrunedRows;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.plan.SegmentRef;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Masks of blocks, and of heads, which are blocks of an attention's matrices. A block may lie in
 * several segments, and a head in several matrices: each task sends what its segment has of their
 * sums, 8 bytes a block.
 */
final class BlockFit {
  private final JavaSparkContext spark;
  private final SegmentWeights weights;

  BlockFit(JavaSparkContext spark, SegmentWeights weights) {
    this.spark = spark;
    this.weights = weights;
  }

  /** The blocks of a pruning in a tensor. */
  static BlockGrid grid(Pruning pruning, Shape shape) {
    return new BlockGrid(
        pruning.size().first(),
        pruning.size().second(),
        Math.toIntExact(shape.rows()),
        Math.toIntExact(shape.rowLength()));
  }

  /** Blocks of each tensor by itself. */
  void blocks(List<SegmentRef> segments, Pruning pruning, Fitted fitted) {
    Map<String, BlockGrid> grids = new LinkedHashMap<>();
    Map<String, String> alone = new LinkedHashMap<>();
    for (SegmentRef ref : segments) {
      grids.put(ref.tensorId(), grid(pruning, ref.tensor().shape()));
      alone.put(ref.tensorId(), ref.tensorId());
    }
    fit(segments, grids, alone, pruning, fitted);
  }

  /** The same heads of those matrices of an attention that are alike. */
  void heads(List<SegmentRef> segments, Pruning pruning, Fitted fitted) {
    Map<String, BlockGrid> grids = new LinkedHashMap<>();
    Map<String, String> attentions = new LinkedHashMap<>();
    TreeSet<String> without = new TreeSet<>();
    segments.forEach(ref -> without.add(ref.tensor().model()));
    for (SegmentRef ref : segments) {
      Optional<String> attention = Heads.attention(ref.tensor().name());
      Optional<BlockGrid> units = units(ref, pruning);
      if (attention.isPresent() && units.isPresent()) {
        grids.put(ref.tensorId(), units.get());
        String name = ref.tensor().model() + "\u0000" + attention.get() + "\u0000" + units.get();
        attentions.put(ref.tensorId(), name);
        without.remove(ref.tensor().model());
      }
    }
    if (!without.isEmpty()) {
      throw new UsageException(
          "pruning: %s: no tensor of %s makes queries, keys or values by its name and has so many heads"
              .formatted(pruning.kind(), without.first()));
    }
    fit(segments, grids, attentions, pruning, fitted);
  }

  private static Optional<BlockGrid> units(SegmentRef ref, Pruning pruning) {
    Shape shape = ref.tensor().shape();
    return Heads.units(
        pruning.size().first(),
        Math.toIntExact(shape.rows()),
        Math.toIntExact(shape.rowLength()),
        ref.tensor().layout() == Layout.IN_OUT);
  }

  /**
   * @param grids the blocks of each tensor; others keep their weights
   * @param groups by tensor, what its blocks are pruned together with
   */
  private void fit(
      List<SegmentRef> segments,
      Map<String, BlockGrid> grids,
      Map<String, String> groups,
      Pruning pruning,
      Fitted fitted) {
    SegmentWeights reader = weights;
    Map<String, BlockGrid> sent = new LinkedHashMap<>(grids);
    List<SegmentRef> cut =
        segments.stream().filter(ref -> grids.containsKey(ref.tensorId())).toList();
    List<double[]> sums =
        SegmentWeights.spread(spark, cut)
            .map(
                ref ->
                    sent.get(ref.tensorId())
                        .sums(
                            reader.deciding(ref, pruning),
                            ref.firstRow(),
                            ref.firstColumn(),
                            Math.toIntExact(ref.segment().shape().rowLength())))
            .collect();
    Map<String, double[]> all = new LinkedHashMap<>();
    for (int i = 0; i < cut.size(); i++) {
      SegmentRef ref = cut.get(i);
      BlockGrid grid = grids.get(ref.tensorId());
      double[] group =
          all.computeIfAbsent(groups.get(ref.tensorId()), id -> new double[grid.count()]);
      double[] part = sums.get(i);
      int first = grid.first(ref.firstRow());
      for (int block = 0; block < part.length; block++) {
        group[first + block] += part[block];
      }
    }
    Map<String, PrunedBlocks> masks = new LinkedHashMap<>();
    grids.forEach(
        (tensor, grid) ->
            masks.put(tensor, grid.least(all.get(groups.get(tensor)), pruning.sparsity())));
    for (SegmentRef ref : segments) {
      Shape part = ref.segment().shape();
      int rows = Math.toIntExact(part.rows());
      PrunedBlocks mask = masks.get(ref.tensorId());
      fitted.put(
          ref,
          pruning,
          mask == null
              ? new PrunedRows(new BitSet(), rows)
              : mask.part(
                  ref.firstRow(), rows, ref.firstColumn(), Math.toIntExact(part.rowLength())));
    }
  }
}
