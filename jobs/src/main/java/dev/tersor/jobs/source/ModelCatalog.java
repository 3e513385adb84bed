package dev.tersor.jobs.source;

import dev.tersor.core.model.Architecture;
import dev.tersor.jobs.config.Nearest;
import dev.tersor.jobs.config.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** The model descriptions that there are: those in a folder, then those built into the jar. */
public final class ModelCatalog {
  private static final String BUILT_IN = "/tersor/models/";
  private static final String SUFFIX = ".conf";
  private static final String ANCHOR = "resnet8";

  private final Path folder;

  public ModelCatalog(String folder) {
    this.folder = Path.of(folder);
  }

  /**
   * @throws UsageException with the nearest names, if no model has that name
   */
  public Architecture get(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new UsageException(
                    "models: unknown model '"
                        + name
                        + "', nearest: "
                        + Nearest.to(name, names())
                        + "; a checkpoint of any other network goes with --weights "
                        + name
                        + "=PATH"));
  }

  public Optional<Architecture> find(String name) {
    if (!name.matches("[A-Za-z0-9._-]+")) {
      return Optional.empty();
    }
    Path file = folder.resolve(name + SUFFIX);
    try {
      if (Files.isRegularFile(file)) {
        return Optional.of(parse(Files.readString(file), file.toString(), name));
      }
      try (InputStream in = getClass().getResourceAsStream(BUILT_IN + name + SUFFIX)) {
        return in == null
            ? Optional.empty()
            : Optional.of(
                parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), name + SUFFIX, name));
      }
    } catch (IOException e) {
      throw new UsageException("models: cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static Architecture parse(String hocon, String origin, String name) {
    try {
      Architecture architecture = Architecture.parse(hocon, origin);
      if (!architecture.name().equals(name)) {
        throw new IllegalArgumentException(
            origin + ": name is '" + architecture.name() + "', expected '" + name + "'");
      }
      return architecture;
    } catch (IllegalArgumentException e) {
      throw new UsageException("models: " + e.getMessage(), e);
    }
  }

  /** Every name, sorted. */
  public List<String> names() {
    TreeSet<String> names = new TreeSet<>();
    try {
      names.addAll(builtIn());
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.list(folder)) {
          files
              .map(file -> file.getFileName().toString())
              .filter(file -> file.endsWith(SUFFIX))
              .forEach(file -> names.add(file.substring(0, file.length() - SUFFIX.length())));
        }
      }
    } catch (IOException e) {
      throw new UsageException("models: cannot list " + folder + ": " + e.getMessage(), e);
    }
    return new ArrayList<>(names);
  }

  /** Names beside the default model's description: in the jar, or in a folder of classes. */
  private List<String> builtIn() throws IOException {
    URL anchor = getClass().getResource(BUILT_IN + ANCHOR + SUFFIX);
    if (anchor == null) {
      return List.of();
    }
    List<String> files = new ArrayList<>();
    if (anchor.openConnection() instanceof JarURLConnection jar) {
      jar.setUseCaches(false);
      try (JarFile entries = jar.getJarFile()) {
        entries.stream().forEach(entry -> files.add("/" + entry.getName()));
      }
    } else {
      try (Stream<Path> siblings = Files.list(Path.of(URI.create(anchor.toString())).getParent())) {
        siblings.forEach(file -> files.add(BUILT_IN + file.getFileName()));
      }
    }
    return files.stream()
        .filter(file -> file.startsWith(BUILT_IN) && file.endsWith(SUFFIX))
        .map(file -> file.substring(BUILT_IN.length(), file.length() - SUFFIX.length()))
        .toList();
  }
}
