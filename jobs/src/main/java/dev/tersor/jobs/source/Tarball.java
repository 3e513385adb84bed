package dev.tersor.jobs.source;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** A {@code .tar.gz} or {@code .tgz} of this machine. */
public record Tarball(Path file) {
  private static final int BUFFER = 1 << 16;

  /** Takes the content of an entry. */
  @FunctionalInterface
  public interface Taker {
    /**
     * @param content to be read before it returns
     */
    void take(String path, InputStream content) throws IOException;
  }

  /**
   * Reads entries: only files that are asked for, under the very path that they are asked for.
   *
   * @return what is not in it
   * @throws IOException naming the archive, if it is damaged or what takes an entry fails
   */
  public Set<String> read(Collection<String> paths, Taker taker) throws IOException {
    Set<String> wanted = new HashSet<>(paths);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER);
        TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(in, BUFFER))) {
      while (!wanted.isEmpty()) {
        TarArchiveEntry entry = tar.getNextEntry();
        if (entry == null) {
          break;
        }
        if (entry.isFile() && wanted.remove(entry.getName())) {
          taker.take(entry.getName(), tar);
        }
      }
    } catch (IOException e) {
      String why = e.getMessage() == null ? e.toString() : e.getMessage();
      throw new IOException(file.getFileName() + " is damaged: " + why, e);
    }
    return wanted;
  }
}
