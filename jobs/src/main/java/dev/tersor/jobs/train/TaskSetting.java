package dev.tersor.jobs.train;

import dev.tersor.core.data.LabelledImages;
import dev.tersor.core.model.Architecture;
import dev.tersor.core.model.Graph;
import dev.tersor.jobs.config.TrainingSettings;
import java.io.IOException;
import java.io.Serializable;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * What every task of a training needs, as it travels.
 *
 * @param description the model's, in HOCON: a worker need not have the driver's files
 * @param origin of the description, for messages
 * @param data name of the labelled set
 * @param cache where the data is, on every worker
 */
record TaskSetting(
    TrainingSettings settings,
    String description,
    String origin,
    String data,
    String cache,
    Broadcast<SerializableConfiguration> hadoop)
    implements Serializable {

  Architecture architecture() {
    return Architecture.parse(description, origin);
  }

  StageFiles files() throws IOException {
    return new StageFiles(settings.out(), hadoop.value().value());
  }

  TrainingImages images(Graph graph) {
    return TrainingImages.of(
        TrainingData.train(data, settings.dataDir(), cache),
        graph,
        settings.heldOut(),
        settings.images(),
        settings.shift(),
        settings.flip());
  }

  LabelledImages test() {
    return TrainingData.test(data, settings.dataDir(), cache);
  }

  StageTask task() throws IOException {
    Architecture architecture = architecture();
    Graph graph = architecture.graph().orElseThrow();
    return new StageTask(
        architecture, files(), images(graph), settings.batch(), settings.checkpointSeconds());
  }
}
