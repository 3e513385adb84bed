package dev.tersor.jobs.source;

import dev.tersor.jobs.config.UsageException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A file of the cache. It appears when it is whole. What goes wrong with the cache is the user's to
 * mend and no reason to take other weights, so it is never an {@link IOException}, which says that
 * a source is out of reach.
 */
final class CacheFile {
  private final Path path;
  private final FileSystem files;

  /** Writes the file's bytes. */
  @FunctionalInterface
  interface Body {
    /**
     * @throws IOException if the source of the bytes fails
     */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * @throws UsageException if its file system is none
   */
  CacheFile(Path path, Configuration configuration) {
    this.path = path;
    try {
      this.files = path.getFileSystem(configuration);
    } catch (IOException | IllegalArgumentException e) {
      throw trouble("cannot use", e);
    }
  }

  Path path() {
    return path;
  }

  /**
   * @throws UsageException if that cannot be told
   */
  boolean exists() {
    try {
      return files.exists(path);
    } catch (IOException e) {
      throw trouble("cannot read", e);
    }
  }

  /**
   * Writes it, unless another run is faster.
   *
   * @throws IOException of the body
   * @throws UsageException if it cannot be written
   */
  void write(Body body) throws IOException {
    Path partial = new Path(path.getParent(), "." + path.getName() + "." + System.nanoTime());
    try {
      try (OutputStream out = create(partial)) {
        body.writeTo(out);
      }
      rename(partial);
    } finally {
      delete(partial);
    }
  }

  private OutputStream create(Path file) {
    try {
      return new Output(files.create(file, true));
    } catch (IOException | FSError e) {
      throw trouble("cannot write", e);
    }
  }

  private void rename(Path partial) {
    try {
      if (files.rename(partial, path) || files.exists(path)) {
        return;
      }
    } catch (IOException | FSError e) {
      throw trouble("cannot write", e);
    }
    throw trouble("cannot write", new IOException("no reason is given"));
  }

  private void delete(Path partial) {
    try {
      files.delete(partial, false);
    } catch (IOException | FSError e) {
      // What went wrong before is what is told, and a partial file is no file of the cache.
    }
  }

  private UsageException trouble(String what, Throwable cause) {
    String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return new UsageException(
        "cache: "
            + what
            + " "
            + path
            + ": "
            + reason.replace('\n', ' ')
            + "; --cache DIR or TERSOR_CACHE names another folder",
        cause);
  }

  private final class Output extends FilterOutputStream {
    Output(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int one) {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      try {
        out.write(bytes, offset, length);
      } catch (IOException | FSError e) {
        throw trouble("cannot write", e);
      }
    }

    @Override
    public void flush() {
      try {
        out.flush();
      } catch (IOException | FSError e) {
        throw trouble("cannot write", e);
      }
    }

    @Override
    public void close() {
      try {
        out.close();
      } catch (IOException | FSError e) {
        throw trouble("cannot write", e);
      }
    }
  }
}
