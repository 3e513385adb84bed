package dev.tersor.jobs.source;

import dev.tersor.core.checkpoint.SafetensorsWriter;
import dev.tersor.core.encode.NetworkFile;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Files of small networks in the cache, under their hash, as checkpoints that tasks can read ranges
 * of: network files decoded, others as they are.
 */
public final class DecodedNetworks {
  static final String SUFFIX = ".tersor";

  private final Path cache;
  private final Configuration configuration;

  DecodedNetworks(Path cache, Configuration configuration) {
    this.cache = cache;
    this.configuration = configuration;
  }

  /**
   * The checkpoint of a network.
   *
   * @param name of the file
   * @throws dev.tersor.core.bits.MalformedInputException if it is a damaged network file
   */
  Path checkpoint(String name, byte[] bytes) throws IOException {
    Path file =
        new Path(
            cache,
            "networks/"
                + Sha256.of(bytes).substring(0, 16)
                + "/"
                + name.replace(SUFFIX, ".safetensors"));
    FileSystem files = file.getFileSystem(configuration);
    if (files.exists(file)) {
      return file;
    }
    Path partial = new Path(file.getParent(), "." + file.getName() + "." + System.nanoTime());
    try {
      try (OutputStream out = files.create(partial, true)) {
        if (name.endsWith(SUFFIX)) {
          write(NetworkFile.read(bytes), out);
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

  /** Writes tensors as a safetensors file of F32. */
  public static void write(List<NetworkTensor> network, OutputStream out) throws IOException {
    Map<String, NetworkTensor> tensors = new TreeMap<>();
    Map<String, Shape> shapes = new TreeMap<>();
    for (NetworkTensor tensor : network) {
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
