package dev.tersor.jobs.train;

import dev.tersor.core.data.LabelledImages;
import dev.tersor.core.encode.Encoding;
import dev.tersor.core.encode.NetworkFile;
import dev.tersor.core.model.Architecture;
import dev.tersor.core.model.Parameter;
import dev.tersor.jobs.config.TrainingSettings;
import dev.tersor.jobs.config.TrainingSettings.Order;
import dev.tersor.jobs.config.TrainingSettings.Trains;
import dev.tersor.jobs.evaluate.FileRow;
import dev.tersor.jobs.inference.Accuracy;
import dev.tersor.jobs.inference.TestNetwork;
import dev.tersor.jobs.table.Failure;
import dev.tersor.jobs.table.RowBuilder;
import dev.tersor.jobs.table.Table;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Shares the weights of one network, stores it in every way that is asked for and evaluates it. */
final class FinishTask {
  private static final String TRAINED = "trained";

  private final TaskSetting setting;
  private final String run;

  FinishTask(TaskSetting setting, String run) {
    this.setting = setting;
    this.run = run;
  }

  /**
   * Finishes cells that differ in nothing but how they are stored.
   *
   * @param failures of stages, by key
   */
  Finished compute(List<Plan.Cell> cells, Map<String, Failure> failures) throws IOException {
    Finished finished = new Finished();
    Plan.Cell first = cells.get(0);
    for (Stage stage : List.of(first.dense(), first.pruned())) {
      if (failures.containsKey(stage.key())) {
        finished.fail(failed(cells, failures.get(stage.key())));
        return finished;
      }
    }
    StageTask task;
    StageTask.Shared shared;
    try {
      task = setting.task();
      shared = task.share(first.shared());
    } catch (RuntimeException | VirtualMachineError | LinkageError e) {
      finished.fail(failed(cells, Training.failure(e).at("share")));
      return finished;
    }
    Before before = null;
    for (Plan.Cell cell : cells) {
      try {
        before = before == null ? before(cell, task) : before;
        add(cell, task, shared, before, finished);
      } catch (RuntimeException | VirtualMachineError | LinkageError e) {
        finished.fail(failed(List.of(cell), Training.failure(e).at("store")));
      }
    }
    setting.files().clear(first.shared().key());
    return finished;
  }

  /**
   * The networks that sharing started from, the same for all ways to store what came of it.
   *
   * @param pruned the dense one where nothing was pruned
   */
  private record Before(Evaluated dense, Evaluated pruned) {}

  /** A network and its errors; not a number where there are no images for one. */
  private record Evaluated(Trained trained, double heldOutError, double testError) {}

  private Before before(Plan.Cell cell, StageTask task) throws IOException {
    Evaluated dense = evaluated(cell.dense(), task);
    return new Before(dense, cell.isPruned() ? evaluated(cell.pruned(), task) : dense);
  }

  private Evaluated evaluated(Stage stage, StageTask task) throws IOException {
    Trained trained = setting.files().read(stage.key()).orElseThrow();
    return new Evaluated(
        trained,
        task.heldOutError(trained.values()),
        setting.settings().test()
            ? error(setting.architecture(), trained, setting.test())
            : Double.NaN);
  }

  private void add(
      Plan.Cell cell, StageTask task, StageTask.Shared shared, Before before, Finished finished)
      throws IOException {
    Architecture architecture = setting.architecture();
    List<Parameter> parameters = architecture.parameters();
    StoredNetwork stored =
        cell.rank() > 0
            ? LowRank.store(
                parameters,
                shared.trained().values(),
                cell.shared().bits().keySet(),
                cell.rank(),
                cell.biasBits())
            : StoredNetwork.of(
                parameters,
                shared,
                cell.shared().bits(),
                Encoding.parse(cell.encoding()),
                cell.biasBits());
    StageFiles files = setting.files();
    RowBuilder row = row(cell);
    long params = parameters.stream().mapToLong(parameter -> parameter.shape().size()).sum();
    row.set("params", params)
        .set("weights", stored.layers().stream().mapToLong(StoredNetwork.Layer::params).sum())
        .set("kept_weights", stored.layers().stream().mapToLong(StoredNetwork.Layer::kept).sum())
        .set("file_bytes", (long) stored.bytes().length)
        .set("fp32_bytes", Float.BYTES * params)
        .set("ratio_fp32", (double) Float.BYTES * params / stored.bytes().length)
        .set("dense_seconds", before.dense().trained().seconds())
        .set("prune_seconds", cell.isPruned() ? before.pruned().trained().seconds() : 0.0)
        .set("share_seconds", shared.trained().seconds())
        .set("layers", layers(stored));
    int heldOut = setting.settings().heldOut();
    if (heldOut > 0) {
      row.set("held_out_images", (long) heldOut)
          .set("dense_held_out_error", before.dense().heldOutError())
          .set("pruned_held_out_error", before.pruned().heldOutError())
          .set("shared_held_out_error", shared.sharedError())
          .set("held_out_error", task.heldOutError(stored.values()));
    }
    String file = files.writeNetwork(cell.key(), stored.bytes()).getName();
    if (setting.settings().test()) {
      LabelledImages test = setting.test();
      Accuracy accuracy = TestNetwork.accuracy(architecture, stored.values(), test);
      row.set("test_images", (long) test.count())
          .set("dense_test_error", before.dense().testError())
          .set("pruned_test_error", before.pruned().testError())
          .set("test_error", 1 - accuracy.top1());
      FileRow models = new FileRow(run, architecture.name(), TRAINED, setting.data());
      finished
          .models()
          .add(
              models.of(
                  file,
                  stored.bytes(),
                  NetworkFile.readWithParts(stored.bytes()),
                  TestNetwork.of(architecture),
                  accuracy));
    }
    finished.trained().add(row.set("file", "networks/" + file).set("verified", true).build());
  }

  /** By ONNX Runtime, which shares nothing with the engine that trained. */
  private static double error(Architecture architecture, Trained trained, LabelledImages test) {
    return 1 - TestNetwork.accuracy(architecture, trained.values(), test).top1();
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

  private List<Row> failed(List<Plan.Cell> cells, Failure failure) {
    return cells.stream().map(cell -> row(cell).setAll(failure.values()).build()).toList();
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
        .set(
            "stage_order",
            (cell.shared().densities().isEmpty() ? Order.PRUNE_FIRST : Order.SHARE_FIRST).label())
        .set("bits", cell.bits())
        .set("codebook", cell.shared().codebook())
        .set("encoding", cell.encoding())
        .set("bias_bits", cell.biasBits())
        .set("bit_price", cell.shared().bitPrice())
        .set(
            "share_trains",
            (cell.shared().bitPrice() > 0 ? Trains.WEIGHTS : cell.shared().trains()).label())
        .set("schedule", settings.prune().schedule().label())
        .set("scope", settings.prune().scope().label())
        .set("units", settings.prune().unitsLabel())
        .set("dense_epochs", settings.dense().epochs())
        .set("prune_epochs", settings.prune().phase().epochs())
        .set("share_epochs", settings.share().phase().epochs())
        .set("distillation_weight", settings.distillation().weight())
        .set("distillation_temperature", settings.distillation().temperature())
        .set("dense_key", cell.dense().key())
        .set("pruned_key", cell.pruned().key());
  }
}
