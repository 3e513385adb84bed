package dev.tersor.jobs.network;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.tflm.TflmDecoders;
import dev.tersor.core.tflm.TflmExport;
import dev.tersor.core.tflm.TflmNetwork;
import dev.tersor.core.tflm.TflmSettings;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.source.HadoopSource;
import dev.tersor.jobs.source.NewFile;
import java.io.IOException;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** .tflite files for TensorFlow Lite Micro, on any Hadoop file system. */
public final class TflmFiles {
  /** What a flatbuffer can have, and its copy. */
  private static final long MAX_BYTES = 1L << 29;

  private final Configuration configuration;

  public TflmFiles(Configuration configuration) {
    this.configuration = configuration;
  }

  /**
   * Writes a smaller file, as {@link TflmExport} says.
   *
   * @param to a file that must not exist
   * @throws UsageException naming the file, if it cannot be read or be exported
   */
  public TflmNetwork export(String network, String to, TflmSettings settings) throws IOException {
    TflmNetwork exported;
    try {
      exported = TflmExport.of(read(network), settings);
    } catch (MalformedInputException | IllegalArgumentException e) {
      throw new UsageException("export: " + network + ": " + e.getMessage(), e);
    }
    NewFile.write("export", to, configuration, out -> out.write(exported.bytes()));
    return exported;
  }

  /**
   * Writes what decodes custom types on a device.
   *
   * @param folder whose files of those names must not exist
   * @throws UsageException if one exists, or cannot be written
   */
  public void decoders(String folder) throws IOException {
    for (Map.Entry<String, byte[]> file : TflmDecoders.files().entrySet()) {
      String to = folder + "/" + file.getKey();
      NewFile.write("export", to, configuration, out -> out.write(file.getValue()));
    }
  }

  private byte[] read(String network) {
    try (HadoopSource source = new HadoopSource(network, configuration)) {
      if (source.length() > MAX_BYTES) {
        throw new UsageException(
            "export: %s has %,d bytes, at most %,d".formatted(network, source.length(), MAX_BYTES));
      }
      byte[] bytes = new byte[(int) source.length()];
      source.readFully(0, bytes, 0, bytes.length);
      return bytes;
    } catch (IOException | IllegalArgumentException e) {
      throw new UsageException("cannot read " + network + ": " + e.getMessage(), e);
    }
  }
}
