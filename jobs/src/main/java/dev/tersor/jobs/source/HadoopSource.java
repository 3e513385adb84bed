package dev.tersor.jobs.source;

import dev.tersor.core.checkpoint.ByteSource;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/** A file of any Hadoop file system: file:, hdfs:, s3a: and what else is configured. */
public final class HadoopSource implements ByteSource {
  private final Path path;
  private final Configuration configuration;
  private final long length;
  private final long modified;
  private final FSDataInputStream stream;

  /**
   * @throws IOException naming the path, if it is not a readable file
   */
  public HadoopSource(String path, Configuration configuration) throws IOException {
    Path given = path(path);
    FileSystem files = fileSystem(given, configuration);
    this.path = files.makeQualified(given);
    this.configuration = configuration;
    FileStatus status = files.getFileStatus(this.path);
    if (!status.isFile()) {
      throw new IOException(path + " is a folder, expected a file");
    }
    this.length = status.getLen();
    this.modified = status.getModificationTime();
    this.stream = files.open(this.path);
  }

  /**
   * The path that a user means. A colon in a name of this machine begins no scheme where there is
   * such a file.
   *
   * @throws FileNotFoundException if it is neither a path nor a file of this machine
   */
  static Path path(String text) throws FileNotFoundException {
    File local = new File(text);
    if (text.contains(":") && !local.isAbsolute() && local.exists()) {
      return new Path(local.toURI());
    }
    try {
      return new Path(text);
    } catch (IllegalArgumentException e) {
      FileNotFoundException missing = new FileNotFoundException(text);
      missing.initCause(e);
      throw missing;
    }
  }

  /** The file system of a path, without Hadoop's checksum files where the name has none. */
  static FileSystem fileSystem(Path path, Configuration configuration) throws IOException {
    FileSystem files = path.getFileSystem(configuration);
    // The name of its checksum file would not be taken for one.
    return path.getName().contains(":") && files instanceof LocalFileSystem local
        ? local.getRawFileSystem()
        : files;
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
    return new HadoopSource(new Path(path.getParent(), relativeName).toString(), configuration);
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
