package dev.tersor.jobs.source;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.network.ExactFiles;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** Files of any Hadoop file system, and those that {@code .tersor} files hold as they are. */
public final class HeldFile {
  private HeldFile() {}

  /**
   * Opens a file, or the one that it holds byte for byte: no more of that is decoded than what is
   * read.
   *
   * @param name as of {@link HadoopSource}
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if it was stored by what differs from another file
   * @throws MalformedInputException if it is damaged
   */
  public static ByteSource open(String name, Configuration configuration) throws IOException {
    return within(new HadoopSource(name, configuration));
  }

  /** The file that another holds byte for byte, or that one; closing it closes both. */
  public static ByteSource within(ByteSource file) throws IOException {
    try {
      return ExactFiles.isOne(file) ? ExactFiles.open(file, Optional.empty()) : file;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }
}
