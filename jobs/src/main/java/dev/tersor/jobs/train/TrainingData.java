package dev.tersor.jobs.train;

import dev.tersor.core.data.LabelledImages;
import dev.tersor.jobs.data.DataCatalog;
import dev.tersor.jobs.data.DataSets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Labelled sets in memory, once a process: tasks side by side share them. */
final class TrainingData {
  private static final Map<String, LabelledImages> LOADED = new ConcurrentHashMap<>();

  private TrainingData() {}

  static LabelledImages train(String name, String folder, String cache) {
    return LOADED.computeIfAbsent(
        name + " train in " + cache,
        key -> new DataSets(Path.of(cache)).train(new DataCatalog(folder).get(name)));
  }

  static LabelledImages test(String name, String folder, String cache) {
    return LOADED.computeIfAbsent(
        name + " test in " + cache,
        key -> new DataSets(Path.of(cache)).test(new DataCatalog(folder).get(name)));
  }
}
