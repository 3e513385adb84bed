package dev.tersor.jobs.source;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A file of any Hadoop file system that appears whole: written beside, hidden, and renamed. */
public final class WholeFile {
  /** Writes the file's bytes. */
  @FunctionalInterface
  public interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  /** What becomes of a file that has the name already. */
  public enum Existing {
    /** It stays, and is as good: whoever writes that name writes the same. */
    STAYS,
    /** It stays until the new one is whole, which takes its place. */
    GOES,
    /** It stays, and the new one is an error. */
    REFUSED
  }

  private WholeFile() {}

  /**
   * @throws IOException of the body, or if the file cannot be written
   */
  public static void write(FileSystem files, Path to, Existing existing, Body body)
      throws IOException {
    Path draft = TypedPath.in(to.getParent(), "." + to.getName() + "." + System.nanoTime());
    try {
      try (OutputStream out = files.create(draft, true)) {
        body.writeTo(out);
      }
      // Some file systems put it in the other's place at once, others want that gone.
      boolean isThere =
          files.rename(draft, to)
              || switch (existing) {
                case STAYS -> files.exists(to);
                case REFUSED -> false;
                case GOES -> files.delete(to, false) && files.rename(draft, to);
              };
      if (!isThere) {
        throw new IOException("cannot write " + to);
      }
    } finally {
      files.delete(draft, false);
    }
  }
}
