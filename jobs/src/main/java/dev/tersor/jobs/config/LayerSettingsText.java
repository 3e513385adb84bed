package dev.tersor.jobs.config;

import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueFactory;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes what {@link LayerSettings} reads. */
public final class LayerSettingsText {
  private static final String COMMENT = "# ";

  private LayerSettingsText() {}

  /**
   * A settings file for {@code compress --config}.
   *
   * @param comments lines before it
   * @param common keys and values for all tensors
   * @param tensors the same for each tensor by its name
   */
  public static String of(
      List<String> comments, Map<String, ?> common, Map<String, Map<String, Object>> tensors) {
    StringBuilder text = new StringBuilder();
    comments.forEach(line -> text.append(COMMENT).append(line).append('\n'));
    text.append("compress {\n");
    common.forEach(
        (key, value) ->
            text.append("  ").append(key).append(" = ").append(value(value)).append('\n'));
    text.append("  tensors {\n");
    tensors.forEach(
        (name, values) ->
            text.append("    ")
                .append(ConfigUtil.quoteString(name))
                .append(" { ")
                .append(
                    values.entrySet().stream()
                        .map(entry -> entry.getKey() + " = " + value(entry.getValue()))
                        .collect(Collectors.joining(", ")))
                .append(" }\n"));
    return text.append("  }\n}\n").toString();
  }

  private static String value(Object value) {
    return ConfigValueFactory.fromAnyRef(value).render(ConfigRenderOptions.concise());
  }
}
