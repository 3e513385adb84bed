package dev.tersor.jobs.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.tersor.core.data.ImageShape;
import dev.tersor.core.model.Hocon;
import dev.tersor.core.model.NamedConstant;
import dev.tersor.jobs.config.DataSource.Form;
import dev.tersor.jobs.config.DataSource.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A data set as its file {@code conf/data/NAME.conf} describes it (HOCON).
 *
 * @param classes what the labels 0, 1, ... mean
 * @param files every file that is kept in the cache
 * @param sources in the order in which they are tried
 */
public record DataSpec(
    String name,
    String title,
    String licence,
    Format format,
    ImageShape shape,
    List<String> classes,
    Part train,
    Part test,
    List<DataFile> files,
    List<DataSource> sources) {
  private static final String SHA256 = "sha256";
  private static final String FILES = "files";

  /** How the files are read. */
  public enum Format {
    /** A file of images and one of labels. */
    IDX,
    /** Batches of label and image. */
    CIFAR
  }

  /**
   * A file of a set.
   *
   * @param sha256 in hexadecimal
   */
  public record DataFile(String name, long bytes, String sha256) {}

  /**
   * The images to train with, or those to test with.
   *
   * @param images how many there are
   * @param builtIn whether its files are in the jar
   */
  public record Part(String name, int images, List<DataFile> files, boolean builtIn) {}

  /** Bytes of all files. */
  public long bytes() {
    return files.stream().mapToLong(DataFile::bytes).sum();
  }

  /**
   * Reads a description.
   *
   * @param origin the file's name, for error messages
   * @throws IllegalArgumentException naming the file, and the line or the value, if it is not one
   */
  public static DataSpec parse(String hocon, String origin) {
    try {
      Config config = Hocon.parse(hocon, origin);
      List<DataFile> files = new ArrayList<>();
      for (Config file : config.getConfigList(FILES)) {
        files.add(
            new DataFile(
                fileName(file.getString("name"), origin),
                file.getLong("bytes"),
                sha256(file, origin)));
      }
      List<DataSource> sources = new ArrayList<>();
      for (Config source : config.getConfigList("sources")) {
        sources.add(source(source, origin));
      }
      List<Integer> shape = config.getIntList("shape");
      if (shape.size() != 3) {
        throw new IllegalArgumentException(
            origin + ": shape is " + shape + ", expected [channels, height, width]");
      }
      return new DataSpec(
          config.getString("name"),
          config.getString("title"),
          config.getString("licence"),
          NamedConstant.of(config, "format", Format.class),
          new ImageShape(shape.get(0), shape.get(1), shape.get(2)),
          List.copyOf(config.getStringList("classes")),
          part(config, "train", files, origin),
          part(config, "test", files, origin),
          List.copyOf(files),
          List.copyOf(sources));
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static Part part(Config config, String name, List<DataFile> all, String origin) {
    Config part = config.getConfig(name);
    List<DataFile> files = new ArrayList<>();
    for (String file : part.getStringList(FILES)) {
      files.add(
          all.stream()
              .filter(known -> known.name().equals(file))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          origin + ": " + name + " names '" + file + "', which files does not")));
    }
    boolean builtIn = part.hasPath("built-in") && part.getBoolean("built-in");
    return new Part(name, part.getInt("images"), List.copyOf(files), builtIn);
  }

  private static DataSource source(Config config, String origin) {
    for (Kind kind : Kind.values()) {
      if (config.hasPath(kind.label())) {
        return new DataSource(
            kind,
            from(kind, config.getString(kind.label()), origin),
            config.hasPath(SHA256) ? Optional.of(sha256(config, origin)) : Optional.empty(),
            config.hasPath(FILES) ? path(config.getString(FILES), origin) : DataSource.FILE,
            config.hasPath("form") ? NamedConstant.of(config, "form", Form.class) : Form.FILES);
      }
    }
    throw new IllegalArgumentException(
        origin + ": a source is one of url, npm, debian, not " + config.root().render());
  }

  /** The name of a package becomes an argument of a program, and may be none of its options. */
  private static String from(Kind kind, String from, String origin) {
    if (kind != Kind.URL && !from.matches("[A-Za-z0-9@][A-Za-z0-9@._/+~:-]*")) {
      throw new IllegalArgumentException(
          origin + ": " + kind.label() + ": '" + from + "' is no name of a package");
    }
    return from;
  }

  /** A name becomes that of a file in the cache, so it may not lead out of its folder. */
  private static String fileName(String name, String origin) {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      throw new IllegalArgumentException(origin + ": '" + name + "' is no name of a file");
    }
    return name;
  }

  /** A path becomes one below the folder that a source is unpacked into, and may not lead out. */
  private static String path(String path, String origin) {
    for (String part : path.split("/", -1)) {
      if (!part.matches("[A-Za-z0-9@{][A-Za-z0-9@{}._+-]*")) {
        throw new IllegalArgumentException(
            origin
                + ": files: '"
                + path
                + "': '"
                + part.replaceAll("\\p{Cntrl}", "?")
                + "' is no name of a file or folder");
      }
    }
    return path;
  }

  private static String sha256(Config config, String origin) {
    String hash = config.getString(SHA256);
    if (!hash.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          origin + ": sha256 is '" + hash + "', expected 64 digits in 0..9a..f");
    }
    return hash;
  }
}
