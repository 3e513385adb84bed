package dev.tersor.jobs.source;

import dev.tersor.core.encode.NetworkFile;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.network.Networks;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Network files in the cache, under their hash, decoded to checkpoints that tasks read ranges of.
 */
public final class DecodedNetworks {
  static final String SUFFIX = ".tersor";

  /** Characters of a file's name that are kept. */
  private static final int MOST = 100;

  private final Path cache;
  private final Configuration configuration;

  DecodedNetworks(Path cache, Configuration configuration) {
    this.cache = cache;
    this.configuration = configuration;
  }

  /**
   * The checkpoint of a network.
   *
   * @param name of the file, with {@link #SUFFIX} at its end
   * @throws dev.tersor.core.bits.MalformedInputException if it is damaged
   * @throws dev.tersor.jobs.config.UsageException if the cache cannot be read or written
   */
  Path checkpoint(String name, byte[] bytes) throws IOException {
    CacheFile file =
        new CacheFile(
            new Path(cache, "networks/" + Sha256.of(bytes).substring(0, 16) + "/" + fileName(name)),
            configuration);
    if (!file.exists()) {
      List<NetworkTensor> network = NetworkFile.read(bytes);
      file.write(out -> Networks.writeSafetensors(network, out));
    }
    return file.path();
  }

  /** Of characters that every file system takes. */
  private static String fileName(String network) {
    String name = network.substring(0, network.length() - SUFFIX.length());
    return name.substring(0, Math.min(name.length(), MOST)).replaceAll("[^A-Za-z0-9._-]", "_")
        + ".safetensors";
  }
}
