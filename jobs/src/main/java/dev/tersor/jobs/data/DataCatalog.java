package dev.tersor.jobs.data;

import dev.tersor.jobs.config.DataSpec;
import dev.tersor.jobs.config.Nearest;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.source.Descriptions;
import java.util.List;

/** The descriptions of data sets that there are: those in a folder, then those in the jar. */
public final class DataCatalog {
  private final Descriptions descriptions;

  public DataCatalog(String folder) {
    descriptions = new Descriptions("data", folder, "/tersor/datasets/", "mnist");
  }

  /**
   * @throws UsageException with the nearest names, if no data set has that name
   */
  public DataSpec get(String name) {
    Descriptions.Text text =
        descriptions
            .find(name)
            .orElseThrow(
                () ->
                    new UsageException(
                        "data: unknown data set '"
                            + name
                            + "', nearest: "
                            + Nearest.to(name, names())));
    try {
      DataSpec spec = DataSpec.parse(text.hocon(), text.origin());
      if (!spec.name().equals(name)) {
        throw new IllegalArgumentException(
            text.origin() + ": name is '" + spec.name() + "', expected '" + name + "'");
      }
      return spec;
    } catch (IllegalArgumentException e) {
      throw new UsageException("data: " + e.getMessage(), e);
    }
  }

  /** Every name, sorted. */
  public List<String> names() {
    return descriptions.names();
  }
}
