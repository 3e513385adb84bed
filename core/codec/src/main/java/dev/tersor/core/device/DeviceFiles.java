package dev.tersor.core.device;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The files in C that lie beside these classes. */
public final class DeviceFiles {
  private DeviceFiles() {}

  /**
   * A file.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static byte[] read(String name) {
    try (InputStream in = DeviceFiles.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException("no file " + name + " beside the decoders in C");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(String name) {
    return new String(read(name), StandardCharsets.UTF_8);
  }
}
