package dev.tersor.jobs.source;

import dev.tersor.core.checkpoint.SafetensorsWriter;
import dev.tersor.core.encode.NetworkFile;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.model.WeightSource;
import dev.tersor.core.tensor.Shape;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The networks that this project trained and ships in its jar: checkpoints as they are, network
 * files decoded. Tasks read ranges of files, so they are unpacked into the cache, under their hash.
 */
final class TrainedWeights {
  private static final String FOLDER = "/tersor/weights/";
  private static final String NETWORK_FILE = ".tersor";

  private final Path cache;
  private final Configuration configuration;

  TrainedWeights(Path cache, Configuration configuration) {
    this.cache = cache;
    this.configuration = configuration;
  }

  /**
   * The checkpoint of a network.
   *
   * @throws FileNotFoundException if the jar does not hold it
   */
  Path unpack(WeightSource.Trained source) throws IOException {
    byte[] bytes;
    try (InputStream in = getClass().getResourceAsStream(FOLDER + source.name())) {
      if (in == null) {
        throw new FileNotFoundException(source.name() + " is not in the jar");
      }
      bytes = in.readAllBytes();
    }
    Path file =
        new Path(
            cache,
            "trained/"
                + Sha256.of(bytes).substring(0, 16)
                + "/"
                + source.name().replace(NETWORK_FILE, ".safetensors"));
    FileSystem files = file.getFileSystem(configuration);
    if (files.exists(file)) {
      return file;
    }
    Path partial = new Path(file.getParent(), "." + file.getName() + "." + System.nanoTime());
    try {
      try (OutputStream out = files.create(partial, true)) {
        if (source.name().endsWith(NETWORK_FILE)) {
          decode(bytes, out);
        } else {
          out.write(bytes);
        }
      }
      if (!files.rename(partial, file) && !files.exists(file)) {
        throw new IOException("cannot write " + file);
      }
    } finally {
      files.delete(partial, false);
    }
    return file;
  }

  private static void decode(byte[] network, OutputStream out) throws IOException {
    Map<String, NetworkTensor> tensors = new TreeMap<>();
    Map<String, Shape> shapes = new TreeMap<>();
    for (NetworkTensor tensor : NetworkFile.read(network)) {
      tensors.put(tensor.name(), tensor);
      shapes.put(tensor.name(), tensor.shape());
    }
    try (SafetensorsWriter writer = new SafetensorsWriter(out, shapes, Map.of())) {
      for (NetworkTensor tensor : tensors.values()) {
        writer.write(tensor.name(), tensor.values());
      }
    }
  }
}
