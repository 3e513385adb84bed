package dev.tersor.jobs.fit;

import dev.tersor.jobs.config.GridSettings;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.config.SettingsLoader;
import dev.tersor.jobs.plan.Cell;
import dev.tersor.jobs.plan.CodebookId;
import dev.tersor.jobs.plan.Grid;
import dev.tersor.jobs.plan.SegmentRef;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** What blocks of a grid need that is fitted over several segments: masks and codebooks. */
public final class GridFit {
  private final SparkSession session;
  private final SegmentWeights reader;
  private final long seed;
  private final Grid grid;
  private final Map<String, Long> segmentsOf;

  public GridFit(SparkSession session, SegmentWeights reader, long seed, Grid grid) {
    this.session = session;
    this.reader = reader;
    this.seed = seed;
    this.grid = grid;
    this.segmentsOf =
        grid.blocks().stream()
            .map(Grid.Block::segment)
            .distinct()
            .collect(Collectors.groupingBy(SegmentRef::tensorId, Collectors.counting()));
  }

  /**
   * Fits it.
   *
   * @param left blocks with cells to compute or to evaluate; what is decided over a model still
   *     needs all of it
   * @param console is told what takes long
   */
  public Fitted fit(List<Grid.Block> left, PrintStream console) {
    Fitted fitted = new Fitted();
    List<Grid.Block> targets = targets(left);
    Set<Grid.Block> needed = new LinkedHashSet<>(left);
    needed.addAll(targets);
    for (Pruning pruning : needed.stream().map(Grid.Block::pruning).distinct().toList()) {
      masks(pruning, of(pruning, List.copyOf(needed)), fitted);
    }
    if (!targets.isEmpty()) {
      console.println("finding one slope for all tensors, over " + targets.size() + " segments");
      JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
      new SlopeFit(spark, reader, seed).fit(sought(targets), fitted);
    }
    for (Pruning pruning : left.stream().map(Grid.Block::pruning).distinct().toList()) {
      fit(pruning, of(pruning, left), fitted, console);
    }
    return fitted;
  }

  /** All blocks with targets of the models of which some are left: they are reached together. */
  private List<Grid.Block> targets(List<Grid.Block> left) {
    Set<String> models =
        left.stream()
            .filter(GridFit::hasTarget)
            .map(block -> block.segment().tensor().model())
            .collect(Collectors.toSet());
    return grid.blocks().stream()
        .filter(block -> models.contains(block.segment().tensor().model()) && hasTarget(block))
        .toList();
  }

  private static List<SlopeFit.Sought> sought(List<Grid.Block> blocks) {
    Set<SlopeFit.Sought> sought = new LinkedHashSet<>();
    for (Grid.Block block : blocks) {
      for (Cell cell : block.cells()) {
        if (SlopeFit.isAsked(cell.codebook())) {
          sought.add(
              new SlopeFit.Sought(
                  block.segment(),
                  block.pruning(),
                  cell.codebook(),
                  cell.setting().weights().label()));
        }
      }
    }
    return List.copyOf(sought);
  }

  private static boolean hasTarget(Grid.Block block) {
    return block.cells().stream().anyMatch(cell -> SlopeFit.isAsked(cell.codebook()));
  }

  private void masks(Pruning pruning, List<Grid.Block> left, Fitted fitted) {
    Set<String> tensors =
        left.stream().map(block -> block.segment().tensorId()).collect(Collectors.toSet());
    List<SegmentRef> all = of(pruning, grid.blocks()).stream().map(Grid.Block::segment).toList();
    List<SegmentRef> large =
        all.stream()
            .filter(ref -> tensors.contains(ref.tensorId()) && segmentsOf.get(ref.tensorId()) > 1)
            .toList();
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    new MaskFit(spark, reader).fit(all, large, pruning, fitted);
  }

  private void fit(Pruning pruning, List<Grid.Block> left, Fitted fitted, PrintStream console) {
    Map<String, Set<CodebookId>> own = new HashMap<>();
    Map<String, Set<CodebookId>> mllib = new HashMap<>();
    for (Grid.Block block : left) {
      String tensor = block.segment().tensorId();
      for (Cell cell : block.cells()) {
        CodebookId id = cell.codebook();
        if (id.fitter().equals(GridSettings.NO_CODEBOOK) || fitted.isRefused(tensor, pruning, id)) {
          continue;
        }
        if (id.fitter().equals(SettingsLoader.MLLIB)) {
          mllib.computeIfAbsent(tensor, key -> new LinkedHashSet<>()).add(id);
        } else if (id.isFittedOverSegments(block.segment().tensor().shape())) {
          own.computeIfAbsent(tensor, key -> new LinkedHashSet<>()).add(id);
        }
      }
    }
    Set<String> tensors =
        left.stream().map(block -> block.segment().tensorId()).collect(Collectors.toSet());
    List<SegmentRef> all = of(pruning, grid.blocks()).stream().map(Grid.Block::segment).toList();
    List<SegmentRef> large =
        all.stream()
            .filter(ref -> tensors.contains(ref.tensorId()) && segmentsOf.get(ref.tensorId()) > 1)
            .toList();
    List<SegmentRef> quantised =
        all.stream()
            .filter(ref -> own.containsKey(ref.tensorId()) || mllib.containsKey(ref.tensorId()))
            .toList();
    if (!large.isEmpty() || !mllib.isEmpty() || pruning.scope().isModelWide()) {
      console.println(
          "fitting over several segments, "
              + pruning.label()
              + (mllib.isEmpty() ? "" : "; mllib, a Spark job a tensor and bit width, is slow"));
    }
    new CodebookFit(session, reader, seed).fit(quantised, pruning, own, mllib, fitted);
  }

  private static List<Grid.Block> of(Pruning pruning, List<Grid.Block> blocks) {
    return blocks.stream().filter(block -> block.pruning().equals(pruning)).toList();
  }
}
