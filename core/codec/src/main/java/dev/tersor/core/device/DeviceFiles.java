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
    return read(DeviceFiles.class, name);
  }

  /**
   * A file that lies beside another class.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static byte[] read(Class<?> beside, String name) {
    try (InputStream in = beside.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException("no file " + name + " beside " + beside.getName());
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
