package dev.tersor.jobs.config;

import com.typesafe.config.Config;
import dev.tersor.core.model.Hocon;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Files of {@code --config}: the user's own, and those in the jar by their names.
 *
 * @param kind what there is a configuration of, for messages
 * @param folder of the jar, with a slash at both ends
 */
record ConfigFiles(String kind, String folder) {
  /** A file, or a built-in one where there is no such file and it looks like a name. */
  Config open(String file) {
    Path path = Path.of(file);
    if (!Files.exists(path) && !file.contains("/") && !file.contains(".")) {
      return builtIn(file);
    }
    try {
      return Hocon.parse(path);
    } catch (IOException e) {
      throw new UsageException("config: cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  Config builtIn(String name) {
    try (InputStream in = getClass().getResourceAsStream(folder + name + ".conf")) {
      if (in == null) {
        throw new UsageException(
            "config: there is no file and no built-in " + kind + " '" + name + "'");
      }
      return Hocon.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), name + ".conf");
    } catch (IOException e) {
      throw new UsageException("config: cannot read the built-in " + kind + " " + name, e);
    }
  }
}
