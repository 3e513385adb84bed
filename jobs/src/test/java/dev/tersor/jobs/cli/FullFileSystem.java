package dev.tersor.jobs.cli;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/** The local disk, which has room for so many more Parquet files. */
public final class FullFileSystem extends LocalFileSystem {
  static final AtomicInteger ROOM = new AtomicInteger(Integer.MAX_VALUE);

  @Override
  public FSDataOutputStream create(
      Path file,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    if (file.getName().endsWith(".parquet") && ROOM.getAndDecrement() <= 0) {
      throw new IOException("No space left on device");
    }
    return super.create(file, permission, overwrite, bufferSize, replication, blockSize, progress);
  }
}
