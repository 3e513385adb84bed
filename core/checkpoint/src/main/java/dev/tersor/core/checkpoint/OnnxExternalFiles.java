package dev.tersor.core.checkpoint;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The data files beside an ONNX model. A location is a path relative to the model's folder and may
 * not lead out of it, lest a model from elsewhere reads files of the host.
 */
final class OnnxExternalFiles {
  private final ByteSource model;
  private final HeaderChecks checks;
  private final Map<String, DataFile> byLocation = new HashMap<>();

  private record DataFile(String name, long length) {}

  OnnxExternalFiles(ByteSource model, HeaderChecks checks) {
    this.model = model;
    this.checks = checks;
  }

  /**
   * Where an external tensor lies.
   *
   * @param entries the keys location, offset (0 if missing) and length (what the shape needs)
   * @param needed bytes that the shape needs
   * @param position byte offset of the tensor in the model file
   * @throws MissingDataException if the data file is not there
   */
  Extent locate(String tensor, Map<String, String> entries, DType dtype, long needed, long position)
      throws IOException {
    String location = entries.getOrDefault("location", "");
    if (leavesFolder(location)) {
      throw checks.malformed(
          tensor, "external location '" + location + "' is not within the folder", position);
    }
    long offset = number(tensor, entries, "offset", 0, position);
    long length = number(tensor, entries, "length", needed, position);
    DataFile file = file(tensor, location);
    if (offset > file.length() || length > file.length() - offset) {
      throw checks.malformed(
          tensor,
          "%d bytes at byte %d of external data %s, which has %d"
              .formatted(length, offset, file.name(), file.length()),
          position);
    }
    return Extent.raw(file.name(), offset, length, dtype);
  }

  static boolean leavesFolder(String location) {
    // A colon makes a drive or a URL of it, a backslash is Windows' slash.
    if (location.isEmpty()
        || location.startsWith("/")
        || location.matches("(?s).*[:\\\\\\p{Cntrl}].*")) {
      return true;
    }
    for (String part : location.split("/", -1)) {
      if (part.equals("..")) {
        return true;
      }
    }
    return false;
  }

  private long number(
      String tensor, Map<String, String> entries, String key, long otherwise, long position) {
    String text = entries.get(key);
    if (text == null) {
      return otherwise;
    }
    if (!text.matches("[0-9]{1,18}")) {
      throw checks.malformed(
          tensor, "external " + key + " '" + text + "' is not a number of bytes", position);
    }
    return Long.parseLong(text);
  }

  // Looked at once each, and not held open: there may be one for each tensor.
  private DataFile file(String tensor, String location) throws IOException {
    DataFile known = byLocation.get(location);
    if (known == null) {
      try (ByteSource file = model.sibling(location)) {
        known = new DataFile(file.name(), file.length());
      } catch (IOException e) {
        throw new MissingDataException(
            "%s: tensor '%s' lies in the data file '%s' beside it, which cannot be read: %s"
                .formatted(checks.file(), tensor, location, e.getMessage()),
            e);
      }
      byLocation.put(location, known);
    }
    return known;
  }
}
