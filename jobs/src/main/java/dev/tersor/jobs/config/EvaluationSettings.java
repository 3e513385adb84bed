package dev.tersor.jobs.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValue;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What networks are evaluated on.
 *
 * @param enabled whether they are at all
 * @param graphs ONNX files that say how a model computes, by model name
 * @param data the data set of models whose graph is an ONNX file; empty for none
 * @param mean of the channels of its images; empty for 0
 * @param deviation of the channels of its images; empty for 1
 * @param dataDir folder of further data sets
 */
public record EvaluationSettings(
    boolean enabled,
    Map<String, String> graphs,
    String data,
    List<Double> mean,
    List<Double> deviation,
    String dataDir) {

  /**
   * @throws UsageException naming the key and the value, if they do not fit each other
   */
  public EvaluationSettings {
    if (data.isEmpty() && !(graphs.isEmpty() && mean.isEmpty() && deviation.isEmpty())) {
      throw new UsageException(
          (graphs.isEmpty()
                  ? mean.isEmpty() ? "data-deviation: " + deviation : "data-mean: " + mean
                  : "graph: " + String.join(", ", graphs.values()))
              + " needs the name of a data set: --data NAME");
    }
    if (deviation.stream().anyMatch(value -> !(value > 0))) {
      throw new UsageException("data-deviation: " + deviation + " are not numbers above 0");
    }
    if (mean.stream().anyMatch(value -> !Double.isFinite(value))) {
      throw new UsageException("data-mean: " + mean + " are not finite numbers");
    }
    graphs = Map.copyOf(graphs);
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
  }

  static EvaluationSettings of(Config config, Collection<String> models) {
    Map<String, String> graphs = new LinkedHashMap<>();
    for (Map.Entry<String, ConfigValue> entry : config.getObject("graph").entrySet()) {
      ModelName.check("graph", entry.getKey());
      if (!models.contains(entry.getKey())) {
        throw new UsageException(
            "graph: '" + entry.getKey() + "' is not swept, expected one of " + models);
      }
      graphs.put(entry.getKey(), entry.getValue().unwrapped().toString());
    }
    return new EvaluationSettings(
        config.getBoolean("accuracy"),
        graphs,
        config.getString("data"),
        config.getDoubleList("data-mean"),
        config.getDoubleList("data-deviation"),
        config.getString("data-dir"));
  }
}
