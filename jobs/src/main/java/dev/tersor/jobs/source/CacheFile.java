package dev.tersor.jobs.source;

import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.source.WholeFile.Existing;
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
  void write(WholeFile.Body body) throws IOException {
    try {
      WholeFile.write(
          files,
          path,
          Existing.STAYS,
          out -> {
            try {
              body.writeTo(new Output(out));
            } catch (IOException e) {
              throw new SourceException(e);
            }
          });
    } catch (SourceException e) {
      throw e.getCause();
    } catch (IOException | FSError e) {
      throw trouble("cannot write", e);
    }
  }

  /** What the source of the bytes threw, told from what writing them did. */
  private static final class SourceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SourceException(IOException cause) {
      super(cause);
    }

    @Override
    public synchronized IOException getCause() {
      return (IOException) super.getCause();
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
