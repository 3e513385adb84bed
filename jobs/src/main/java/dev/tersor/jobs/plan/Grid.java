package dev.tersor.jobs.plan;

import dev.tersor.core.tensor.Segment;
import dev.tersor.jobs.config.GridSettings;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.source.ResolvedModel;
import dev.tersor.jobs.source.TensorRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All cells that a sweep asks for: model x tensor x segment x sparsity x bits x codebook x
 * encoding.
 */
public final class Grid {
  /**
   * A segment at one sparsity, with all its cells.
   *
   * @param weightsHash of all swept weights of the model, and of what decides beside them
   */
  public record Block(SegmentRef segment, Pruning pruning, String weightsHash, List<Cell> cells) {}

  private final List<Block> blocks = new ArrayList<>();

  private Grid() {}

  /** The segments of models' tensors, in order. */
  public static List<SegmentRef> segments(List<ResolvedModel> models) {
    List<SegmentRef> segments = new ArrayList<>();
    for (ResolvedModel model : models) {
      for (TensorRef tensor : model.tensors()) {
        for (Segment segment : Segment.cut(tensor.shape())) {
          segments.add(new SegmentRef(tensor, segment));
        }
      }
    }
    return segments;
  }

  public static Grid of(GridSettings settings, List<SegmentRef> segments, WeightHashes hashes) {
    Grid grid = new Grid();
    for (SegmentRef segment : segments) {
      for (Pruning asked : settings.prunings()) {
        Pruning pruning = TensorSettings.pruning(asked, segment.tensor());
        WeightHashes.Beside beside = WeightHashes.Beside.of(pruning, settings);
        String hash = hashes.tensor(segment, beside);
        String modelHash = hashes.model(segment, beside);
        // Every weight of the model has a say in this tensor's mask.
        String weights =
            pruning.scope().isModelWide() ? CellKeys.ofParts(List.of(hash, modelHash)) : hash;
        List<Cell> cells =
            cells(
                settings,
                asked,
                segment.tensor(),
                (setting, bits) ->
                    CellKeys.of(
                        segment,
                        weights,
                        pruning,
                        setting,
                        bits,
                        settings.seed(),
                        settings.fprThreshold(),
                        settings.measures()));
        grid.blocks.add(new Block(segment, pruning, modelHash, cells));
      }
    }
    return grid;
  }

  /** The key of a cell of one block. */
  @FunctionalInterface
  interface Keys {
    String of(Setting setting, int bits);
  }

  /**
   * The cells of a segment at one sparsity.
   *
   * @param asked the sparsity as the settings have it
   */
  static List<Cell> cells(GridSettings settings, Pruning asked, TensorRef tensor, Keys keys) {
    List<Cell> cells = new ArrayList<>();
    for (Setting setting : Setting.all(settings, asked)) {
      int bits = TensorSettings.bits(setting.bits(), tensor);
      String recipe = TensorSettings.recipe(setting.encoding(), tensor, settings.fprThreshold());
      cells.add(new Cell(setting, bits, recipe, keys.of(setting, bits)));
    }
    return cells;
  }

  public List<Block> blocks() {
    return blocks;
  }

  /** The keys of all cells. */
  public Set<String> keys() {
    return blocks.stream()
        .flatMap(block -> block.cells().stream())
        .map(Cell::key)
        .collect(Collectors.toSet());
  }

  public long cells() {
    return blocks.stream().mapToLong(block -> block.cells().size()).sum();
  }
}
