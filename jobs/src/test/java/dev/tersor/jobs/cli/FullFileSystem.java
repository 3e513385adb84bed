package dev.tersor.jobs.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Constructor;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * The local disk, which has room for so many more Parquet files, and then for nothing. As Hadoop
 * has it: files can be created, and what is written to them ends in an {@link FSError}.
 */
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
    FSDataOutputStream out =
        super.create(file, permission, overwrite, bufferSize, replication, blockSize, progress);
    boolean isTable = file.getName().endsWith(".parquet");
    if (isTable ? ROOM.getAndDecrement() > 0 : ROOM.get() >= 0) {
      return out;
    }
    out.close();
    return new FSDataOutputStream(
        new OutputStream() {
          @Override
          public void write(int b) {
            throw noSpace();
          }
        },
        null);
  }

  private static FSError noSpace() {
    try {
      Constructor<FSError> constructor = FSError.class.getDeclaredConstructor(Throwable.class);
      constructor.setAccessible(true);
      return constructor.newInstance(new IOException("No space left on device"));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("a file system error of Hadoop has another constructor", e);
    }
  }
}
