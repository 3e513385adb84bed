package dev.tersor.core.model;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import java.io.File;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** What {@code include} brings into one text. Nothing that is asked for is left out in silence. */
final class Includes
    implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderClasspath, ConfigIncluderURL {
  /** A letter and a colon begin a path on Windows. */
  private static final Pattern ADDRESS = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*");

  private static final List<String> ENDINGS = List.of("", ".conf", ".json", ".properties");

  /** Files within files: more are taken for one that includes itself. */
  private static final int MOST_DEPTH = 20;

  private final Path folder;
  private final String origin;
  private final int depth;
  private boolean used;

  /** Includes of a file. */
  Includes(Path file) {
    this(file, 0);
  }

  /** Includes of a text of this name, which lies in no folder. */
  Includes(String origin) {
    this(null, origin, 0);
  }

  private Includes(Path file, int depth) {
    this(file.toAbsolutePath().getParent(), file.toString(), depth);
  }

  private Includes(Path folder, String origin, int depth) {
    this.folder = folder;
    this.origin = origin;
    this.depth = depth;
  }

  String origin() {
    return origin;
  }

  /** Whether the text includes something. */
  boolean isUsed() {
    return used;
  }

  /** The library's own way, which reaches for addresses. */
  @Override
  public ConfigIncluder withFallback(ConfigIncluder fallback) {
    return this;
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    if (ADDRESS.matcher(what).matches()) {
      throw address(what);
    }
    File file = file(what);
    return file == null ? resource(context, what) : read(context, file);
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    File file = file(what.getPath());
    if (file == null) {
      throw missing(what.getPath());
    }
    return read(context, file);
  }

  @Override
  public ConfigObject includeResources(ConfigIncludeContext context, String what) {
    return resource(context, what);
  }

  @Override
  public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
    throw address(what.toString());
  }

  /** The file of a name; null if there is none. */
  private File file(String name) {
    for (String ending : ENDINGS) {
      File file = new File(name + ending);
      if (!file.isAbsolute()) {
        if (folder == null) {
          return null;
        }
        file = new File(folder.toFile(), name + ending);
      }
      if (file.isFile()) {
        return file;
      }
    }
    return null;
  }

  private ConfigObject read(ConfigIncludeContext context, File file) {
    Includes own = new Includes(file.toPath(), deeper(file.getPath()));
    return ConfigFactory.parseFile(file, options(context, own)).root();
  }

  private ConfigObject resource(ConfigIncludeContext context, String what) {
    String name = what.startsWith("/") ? what.substring(1) : what;
    ClassLoader loader = context.parseOptions().getClassLoader();
    for (String ending : ENDINGS) {
      if (!name.isEmpty() && loader.getResource(name + ending) != null) {
        Includes own = new Includes(null, name + ending, deeper(what));
        return ConfigFactory.parseResources(loader, name + ending, options(context, own)).root();
      }
    }
    throw missing(what);
  }

  private int deeper(String what) {
    used = true;
    if (depth == MOST_DEPTH) {
      throw new ConfigException.Generic(
          origin
              + ": include \""
              + what
              + "\": more than "
              + MOST_DEPTH
              + " files within each other, most likely a cycle");
    }
    return depth + 1;
  }

  private static ConfigParseOptions options(ConfigIncludeContext context, Includes includes) {
    return context.parseOptions().setAllowMissing(false).setIncluder(includes);
  }

  private ConfigException missing(String what) {
    return new ConfigException.Generic(
        origin
            + ": include \""
            + what
            + "\": there is no such file"
            + (folder == null ? "" : " in " + folder)
            + " and no such resource of the class path");
  }

  private ConfigException address(String what) {
    return new ConfigException.Generic(
        origin
            + ": include \""
            + what
            + "\" is an address; files and resources of the class path are included, nothing else");
  }
}
