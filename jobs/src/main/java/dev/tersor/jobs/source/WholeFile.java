package dev.tersor.jobs.source;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A file of any Hadoop file system that appears whole: written beside, hidden, and renamed. */
public final class WholeFile {
  /** Writes the file's bytes. */
  @FunctionalInterface
  public interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Looks at a file that is written and has its name not yet. */
  @FunctionalInterface
  public interface Check {
    /**
     * @param draft the file, on the same file system
     * @throws IOException if it is not to appear
     */
    void of(Path draft) throws IOException;
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
    write(files, to, existing, body, draft -> {});
  }

  /**
   * @throws IOException of the body or the check, or if the file cannot be written
   */
  public static void write(FileSystem files, Path to, Existing existing, Body body, Check check)
      throws IOException {
    Path draft = TypedPath.in(to.getParent(), "." + to.getName() + "." + System.nanoTime());
    try {
      try (OutputStream out = files.create(draft, true)) {
        body.writeTo(out);
      }
      check.of(draft);
      // Some file systems put it in the other's place at once, others want that gone.
      boolean isThere =
          rename(files, draft, to)
              || switch (existing) {
                case STAYS -> files.exists(to);
                case REFUSED -> false;
                case GOES -> files.delete(to, false) && rename(files, draft, to);
              };
      if (!isThere) {
        throw new IOException("cannot write " + to);
      }
    } finally {
      delete(files, draft);
    }
  }

  /** Some file systems say by an exception that there is such a file, others by their answer. */
  private static boolean rename(FileSystem files, Path from, Path to) throws IOException {
    try {
      return files.rename(from, to);
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private static void delete(FileSystem files, Path draft) {
    try {
      files.delete(draft, false);
    } catch (IOException | FSError e) {
      // What went wrong before is what is told, and a hidden draft is no file of anyone's.
    }
  }
}
