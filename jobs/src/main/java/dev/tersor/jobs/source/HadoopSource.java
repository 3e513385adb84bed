package dev.tersor.jobs.source;

import dev.tersor.core.checkpoint.ByteSource;
import java.io.IOException;
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
   * @param path as a user typed it, or the {@link #name} of a source
   * @throws IOException naming the path, if it is not a readable file
   * @throws dev.tersor.jobs.config.UsageException if it is the folder of a sharded checkpoint
   */
  public HadoopSource(String path, Configuration configuration) throws IOException {
    Path given = TypedPath.of(path);
    FileSystem files = TypedPath.fileSystem(given, configuration);
    this.path = files.makeQualified(given);
    this.configuration = configuration;
    FileStatus status = files.getFileStatus(this.path);
    if (!status.isFile()) {
      Shards.refuse(files, this.path);
      throw new IOException(path + " is a folder, expected a file");
    }
    this.length = status.getLen();
    this.modified = status.getModificationTime();
    this.stream = files.open(this.path);
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
    return new HadoopSource(TypedPath.in(path.getParent(), relativeName).toString(), configuration);
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
