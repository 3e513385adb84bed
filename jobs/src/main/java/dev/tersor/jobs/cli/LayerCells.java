package dev.tersor.jobs.cli;

import dev.tersor.core.tensor.Segment;
import dev.tersor.jobs.choose.Layer;
import dev.tersor.jobs.choose.MeasuredCells;
import dev.tersor.jobs.config.GridSettings;
import dev.tersor.jobs.config.SweepSettings;
import dev.tersor.jobs.plan.Grid;
import dev.tersor.jobs.source.ResolvedModel;
import dev.tersor.jobs.sweep.Outcome;
import dev.tersor.jobs.sweep.StageLog;
import dev.tersor.jobs.sweep.Sweep;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.RunInfo;
import dev.tersor.jobs.table.Table;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.SparkSession;

/** The cells that a choice is made from: what the results folder does not hold is computed. */
final class LayerCells {
  private final SparkSession session;
  private final SweepSettings settings;
  private final ResolvedModel model;
  private final ResultsFolder folder;
  private final boolean half;
  private final Set<String> keys = new HashSet<>();
  private long computed;
  private long failed;

  LayerCells(
      SparkSession session,
      SweepSettings settings,
      ResolvedModel model,
      ResultsFolder folder,
      boolean half) {
    this.session = session;
    this.settings = settings;
    this.model = model;
    this.folder = folder;
    this.half = half;
  }

  /** Adds the cells of a grid. */
  void measure(RunInfo info, GridSettings grid) throws IOException {
    SweepSettings own =
        new SweepSettings(settings.from(), grid, settings.run(), settings.evaluation());
    StageLog log = new StageLog(info.id(), settings.run().logStages());
    Sweep sweep = new Sweep(session, own, folder, info, log);
    Grid cells = sweep.plan(List.of(model));
    Outcome outcome = sweep.run(cells, List.of(), false, System.err);
    keys.addAll(cells.keys());
    computed += outcome.done();
    failed += outcome.failed();
  }

  /** The layers with the cells of all grids. */
  List<Layer> layers() throws IOException {
    folder.refresh();
    return folder.reading(
        () -> {
          MeasuredCells cells =
              new MeasuredCells(folder.table(session, Table.CELLS), model.name(), keys, half);
          return model.tensors().stream()
              .map(tensor -> cells.layer(tensor, Segment.cut(tensor.shape()).size()))
              .toList();
        });
  }

  int count() {
    return keys.size();
  }

  /** Those that the results did not hold. */
  long computed() {
    return computed;
  }

  long failed() {
    return failed;
  }
}
