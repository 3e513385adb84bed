package dev.tersor.jobs.cli;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** The local disk as {@code starving:/a/file}, where some times of opening a file lack memory. */
public final class StarvingFileSystem extends RawLocalFileSystem {
  /** How often a file can be opened before one cannot. */
  static final AtomicInteger BEFORE = new AtomicInteger(Integer.MAX_VALUE);

  /** How often then it cannot. */
  static final AtomicInteger TIMES = new AtomicInteger();

  @Override
  public String getScheme() {
    return "starving";
  }

  @Override
  public URI getUri() {
    return URI.create("starving:///");
  }

  @Override
  public FSDataInputStream open(Path file, int bufferSize) throws IOException {
    if (BEFORE.getAndDecrement() <= 0 && TIMES.getAndDecrement() > 0) {
      throw new OutOfMemoryError("Java heap space");
    }
    return super.open(file, bufferSize);
  }
}
