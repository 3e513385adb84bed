package dev.tersor.jobs.source;

import dev.tersor.core.model.Hocon;
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

/** Files {@code NAME.conf} of one kind: those in a folder, then those built into the jar. */
public final class Descriptions {
  private static final String SUFFIX = ".conf";

  private final String kind;
  private final Path folder;
  private final String builtIn;
  private final String anchor;

  /**
   * @param kind what messages begin with
   * @param folder of the user's own ones; it need not be there
   * @param builtIn folder in the jar, with a slash at both ends
   * @param anchor name of one that is built in
   */
  public Descriptions(String kind, String folder, String builtIn, String anchor) {
    this.kind = kind;
    this.folder = Path.of(folder);
    this.builtIn = builtIn;
    this.anchor = anchor;
  }

  /** The text of a description with what it includes, and what messages call its file. */
  public record Text(String hocon, String origin) {}

  /** The description of a name, if there is one. */
  public Optional<Text> find(String name) {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      return Optional.empty();
    }
    Path file = folder.resolve(name + SUFFIX);
    try {
      if (Files.isRegularFile(file)) {
        return Optional.of(new Text(Hocon.inlined(file), file.toString()));
      }
      try (InputStream in = getClass().getResourceAsStream(builtIn + name + SUFFIX)) {
        return in == null
            ? Optional.empty()
            : Optional.of(
                new Text(new String(in.readAllBytes(), StandardCharsets.UTF_8), name + SUFFIX));
      }
    } catch (IOException e) {
      throw new UsageException(kind + ": cannot read " + file + ": " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new UsageException(kind + ": " + e.getMessage(), e);
    }
  }

  /** Every name, sorted. */
  public List<String> names() {
    TreeSet<String> names = new TreeSet<>();
    try {
      names.addAll(builtInNames());
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.list(folder)) {
          files
              .map(file -> file.getFileName().toString())
              .filter(file -> file.endsWith(SUFFIX))
              .forEach(file -> names.add(file.substring(0, file.length() - SUFFIX.length())));
        }
      }
    } catch (IOException e) {
      throw new UsageException(kind + ": cannot list " + folder + ": " + e.getMessage(), e);
    }
    return new ArrayList<>(names);
  }

  /** Names beside the anchor: in the jar, or in a folder of classes. */
  private List<String> builtInNames() throws IOException {
    URL beside = getClass().getResource(builtIn + anchor + SUFFIX);
    if (beside == null) {
      return List.of();
    }
    List<String> files = new ArrayList<>();
    if (beside.openConnection() instanceof JarURLConnection jar) {
      jar.setUseCaches(false);
      try (JarFile entries = jar.getJarFile()) {
        entries.stream().forEach(entry -> files.add("/" + entry.getName()));
      }
    } else {
      try (Stream<Path> siblings = Files.list(Path.of(URI.create(beside.toString())).getParent())) {
        siblings.forEach(file -> files.add(builtIn + file.getFileName()));
      }
    }
    return files.stream()
        .filter(file -> file.startsWith(builtIn) && file.endsWith(SUFFIX))
        .map(file -> file.substring(builtIn.length(), file.length() - SUFFIX.length()))
        .toList();
  }
}
