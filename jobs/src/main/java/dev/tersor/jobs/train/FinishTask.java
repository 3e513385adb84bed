package dev.tersor.jobs.train;

import dev.tersor.core.data.LabelledImages;
import dev.tersor.core.model.Architecture;
import dev.tersor.core.model.Graph;
import dev.tersor.core.model.Parameter;
import dev.tersor.jobs.config.TrainingSettings;
import dev.tersor.jobs.table.RowBuilder;
import dev.tersor.jobs.table.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Shares the weights of one network, stores it in every way that is asked for and evaluates it. */
final class FinishTask {
  private final TaskSetting setting;
  private final String run;

  FinishTask(TaskSetting setting, String run) {
    this.setting = setting;
    this.run = run;
  }

  /**
   * The rows of cells that differ in nothing but how they are stored.
   *
   * @param failures of stages, by key
   */
  List<Row> rows(List<Plan.Cell> cells, Map<String, String> failures) throws IOException {
    Plan.Cell first = cells.get(0);
    for (Stage stage : List.of(first.dense(), first.pruned())) {
      if (failures.containsKey(stage.key())) {
        return failed(cells, failures.get(stage.key()));
      }
    }
    StageTask task;
    StageTask.Shared shared;
    try {
      task = setting.task();
      shared = task.share(first.shared());
    } catch (RuntimeException | OutOfMemoryError e) {
      return failed(cells, "share: " + Training.message(e));
    }
    List<Row> rows = new ArrayList<>();
    for (Plan.Cell cell : cells) {
      try {
        rows.add(row(cell, task, shared));
      } catch (RuntimeException | OutOfMemoryError e) {
        rows.addAll(failed(List.of(cell), "store: " + Training.message(e)));
      }
    }
    setting.files().clear(first.shared().key());
    return rows;
  }

  private Row row(Plan.Cell cell, StageTask task, StageTask.Shared shared) throws IOException {
    Architecture architecture = setting.architecture();
    Graph graph = architecture.graph().orElseThrow();
    List<Parameter> parameters = architecture.parameters();
    StoredNetwork stored =
        StoredNetwork.of(
            parameters, shared, cell.shared().bits(), cell.encoding(), cell.biasBits());
    StageFiles files = setting.files();
    Trained dense = files.read(cell.dense().key()).orElseThrow();
    Trained pruned = files.read(cell.pruned().key()).orElseThrow();
    RowBuilder row = row(cell);
    long params = parameters.stream().mapToLong(parameter -> parameter.shape().size()).sum();
    row.set("params", params)
        .set("weights", stored.layers().stream().mapToLong(StoredNetwork.Layer::params).sum())
        .set("kept_weights", stored.layers().stream().mapToLong(StoredNetwork.Layer::kept).sum())
        .set("file_bytes", (long) stored.bytes().length)
        .set("fp32_bytes", Float.BYTES * params)
        .set("ratio_fp32", (double) Float.BYTES * params / stored.bytes().length)
        .set("dense_seconds", dense.seconds())
        .set("prune_seconds", pruned == dense ? 0 : pruned.seconds())
        .set("share_seconds", shared.trained().seconds())
        .set("layers", layers(stored));
    int heldOut = setting.settings().heldOut();
    if (heldOut > 0) {
      row.set("held_out_images", (long) heldOut)
          .set("dense_held_out_error", task.heldOutError(dense.values()))
          .set("pruned_held_out_error", task.heldOutError(pruned.values()))
          .set("shared_held_out_error", shared.sharedError())
          .set("held_out_error", task.heldOutError(stored.values()));
    }
    if (setting.settings().test()) {
      LabelledImages test = setting.test();
      row.set("test_images", (long) test.count())
          .set("dense_test_error", task.error(dense.values(), test))
          .set("pruned_test_error", task.error(pruned.values(), test))
          .set("test_error", task.error(stored.values(), test));
    }
    String file = files.writeNetwork(cell.key(), stored.bytes()).getName();
    return row.set("file", "networks/" + file).set("verified", true).build();
  }

  private static List<Row> layers(StoredNetwork stored) {
    return stored.layers().stream()
        .map(
            layer ->
                RowFactory.create(
                    layer.tensor(),
                    layer.params(),
                    layer.kept(),
                    layer.bits(),
                    layer.recipe(),
                    layer.bytes()))
        .toList();
  }

  private List<Row> failed(List<Plan.Cell> cells, String error) {
    return cells.stream()
        .map(cell -> row(cell).set("verified", false).set("error", error).build())
        .toList();
  }

  private RowBuilder row(Plan.Cell cell) {
    TrainingSettings settings = setting.settings();
    return new RowBuilder(Table.TRAINED)
        .set("key", cell.key())
        .set("run_id", run)
        .set("model", settings.network())
        .set("data", setting.data())
        .set("seed", cell.dense().seed())
        .set("densities", cell.densities())
        .set("bits", cell.bits())
        .set("codebook", cell.shared().codebook())
        .set("encoding", cell.encoding())
        .set("bias_bits", cell.biasBits())
        .set("schedule", settings.prune().schedule().label())
        .set("scope", settings.prune().scope().label())
        .set("dense_epochs", settings.dense().epochs())
        .set("prune_epochs", settings.prune().phase().epochs())
        .set("share_epochs", settings.share().epochs())
        .set("distillation_weight", settings.distillation().weight())
        .set("distillation_temperature", settings.distillation().temperature())
        .set("dense_key", cell.dense().key())
        .set("pruned_key", cell.pruned().key());
  }
}
