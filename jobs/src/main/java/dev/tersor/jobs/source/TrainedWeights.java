package dev.tersor.jobs.source;

import dev.tersor.core.model.WeightSource;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The networks that this project trained and ships in its jar. */
final class TrainedWeights {
  private static final String FOLDER = "/tersor/weights/";

  private final DecodedNetworks networks;

  TrainedWeights(Path cache, Configuration configuration) {
    this.networks = new DecodedNetworks(cache, configuration);
  }

  /**
   * The checkpoint of a network.
   *
   * @throws FileNotFoundException if the jar does not hold it
   */
  Path unpack(WeightSource.Trained source) throws IOException {
    try (InputStream in = getClass().getResourceAsStream(FOLDER + source.name())) {
      if (in == null) {
        throw new FileNotFoundException(source.name() + " is not in the jar");
      }
      return networks.checkpoint(source.name(), in.readAllBytes());
    }
  }
}
