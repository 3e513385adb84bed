package dev.tersor.jobs.source;

import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.CheckpointFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A file of any Hadoop file system: file:, hdfs:, s3a: and what else is configured. */
public final class HadoopSource implements ByteSource {
  private final Path path;
  private final Configuration configuration;
  private final long length;
  private final long modified;
  private final FSDataInputStream stream;

  /**
   * @param path as a user typed it, or the {@link #name} of a source; a folder stands for the one
   *     checkpoint in it
   * @throws IOException naming the path, if it is not a readable file, or a folder of none or
   *     several checkpoints
   */
  public HadoopSource(String path, Configuration configuration) throws IOException {
    this(path, configuration, true);
  }

  /**
   * @param orFolder whether a folder stands for the checkpoint in it
   */
  private HadoopSource(String path, Configuration configuration, boolean orFolder)
      throws IOException {
    Path given = TypedPath.of(path);
    FileSystem files = TypedPath.fileSystem(given, configuration);
    Path qualified = files.makeQualified(given);
    this.configuration = configuration;
    FileStatus status = files.getFileStatus(qualified);
    if (!status.isFile() && !orFolder) {
      throw new IOException(path + " is a folder, expected a file");
    }
    if (!status.isFile()) {
      qualified = chosen(files, path, qualified);
      status = files.getFileStatus(qualified);
    }
    this.path = qualified;
    this.length = status.getLen();
    this.modified = status.getModificationTime();
    this.stream = files.open(this.path);
  }

  /** The checkpoint that a folder stands for. */
  private static Path chosen(FileSystem files, String typed, Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    for (FileStatus file : files.listStatus(folder)) {
      if (file.isFile()) {
        names.add(file.getPath().getName());
      }
    }
    return TypedPath.in(folder, CheckpointFolder.choose(typed, names));
  }

  @Override
  public String name() {
    return path.toString();
  }

  @Override
  public long length() {
    return length;
  }

  /** When it was last written, in milliseconds since 1970, as its file system says. */
  public long modified() {
    return modified;
  }

  @Override
  public void readFully(long position, byte[] into, int offset, int count) throws IOException {
    stream.readFully(position, into, offset, count);
  }

  @Override
  public ByteSource sibling(String relativeName) throws IOException {
    return new HadoopSource(
        TypedPath.in(path.getParent(), relativeName).toString(), configuration, false);
  }

  @Override
  public ByteSource other(String name) throws IOException {
    return new HadoopSource(name, configuration);
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
