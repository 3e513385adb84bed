package dev.tersor.core.tflm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What decodes Tersor's own forms on a device: C, and what makes a DECODE operator of it. */
public final class TflmDecoders {
  private static final List<String> OPERATOR = List.of("tersor_tflm");
  private static final List<String> SCHEMES =
      List.of("tersor_stream", "tersor_bitmap", "tersor_dcsr", "tersor_groups");
  private static final String DEVICE = "/dev/tersor/core/device/";

  private TflmDecoders() {}

  /** The sources, by name of the file. */
  public static Map<String, byte[]> files() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (String name : OPERATOR) {
      files.put(name + ".h", resource(name + ".h"));
      files.put(name + ".cc", resource(name + ".cc"));
    }
    for (String name : SCHEMES) {
      files.put(name + ".h", resource(DEVICE + name + ".h"));
      files.put(name + ".c", resource(DEVICE + name + ".c"));
    }
    return files;
  }

  private static byte[] resource(String name) {
    try (InputStream in = TflmDecoders.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
