package dev.tersor.core.model;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads HOCON, whose {@code include} brings files and resources of the class path and nothing from
 * a network.
 */
public final class Hocon {
  private Hocon() {}

  /**
   * Reads a text that lies in no folder: it includes resources of the class path alone.
   *
   * @param origin what messages call it
   * @throws ConfigException naming the origin and the line, if it is not HOCON, or includes
   *     something that is not there or is an address
   */
  public static Config parse(String text, String origin) {
    return parse(text, new Includes(origin)).resolve();
  }

  /**
   * Reads a file, which includes files beside it and resources of the class path.
   *
   * @throws IOException if it cannot be read
   * @throws ConfigException naming file and line, if it is not HOCON, or includes something that is
   *     not there or is an address
   */
  public static Config parse(Path file) throws IOException {
    return parse(Files.readString(file), new Includes(file)).resolve();
  }

  /**
   * The text of a file, for those who cannot reach what it includes: the file's own where it
   * includes nothing, otherwise one with all in it.
   *
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException naming file and line, if it is not HOCON, or includes
   *     something that is not there or is an address
   */
  public static String inlined(Path file) throws IOException {
    String text = Files.readString(file);
    Includes includes = new Includes(file);
    try {
      Config config = parse(text, includes);
      return includes.isUsed()
          ? config.resolve().root().render(ConfigRenderOptions.concise())
          : text;
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static Config parse(String text, Includes includes) {
    return ConfigFactory.parseString(
        text,
        ConfigParseOptions.defaults()
            .setOriginDescription(includes.origin())
            .setIncluder(includes));
  }
}
