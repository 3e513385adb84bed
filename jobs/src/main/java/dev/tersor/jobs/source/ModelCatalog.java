package dev.tersor.jobs.source;

import dev.tersor.core.model.Architecture;
import dev.tersor.jobs.config.Nearest;
import dev.tersor.jobs.config.UsageException;
import java.util.List;
import java.util.Optional;

/** The model descriptions that there are: those in a folder, then those built into the jar. */
public final class ModelCatalog {
  private final Descriptions descriptions;

  public ModelCatalog(String folder) {
    descriptions = new Descriptions("models", folder, "/tersor/models/", "resnet8");
  }

  /**
   * @throws UsageException with the nearest names, if no model has that name
   */
  public Architecture get(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new UsageException(
                    "models: unknown model '"
                        + name
                        + "', nearest: "
                        + Nearest.to(name, names())
                        + "; a checkpoint of any other network goes with --weights "
                        + name
                        + "=PATH"));
  }

  public Optional<Architecture> find(String name) {
    return descriptions.find(name).map(text -> parse(text.hocon(), text.origin(), name));
  }

  private static Architecture parse(String hocon, String origin, String name) {
    try {
      Architecture architecture = Architecture.parse(hocon, origin);
      if (!architecture.name().equals(name)) {
        throw new IllegalArgumentException(
            origin + ": name is '" + architecture.name() + "', expected '" + name + "'");
      }
      return architecture;
    } catch (IllegalArgumentException e) {
      throw new UsageException("models: " + e.getMessage(), e);
    }
  }

  /** The description of a model as it was written, for tasks on other machines. */
  public Optional<Descriptions.Text> text(String name) {
    return descriptions.find(name);
  }

  /** Every name, sorted. */
  public List<String> names() {
    return descriptions.names();
  }
}
