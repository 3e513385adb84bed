package dev.tersor.jobs.table;

import dev.tersor.jobs.config.UsageException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * One writer a results folder. The lock is a file that names its writer and that the writer touches
 * every few seconds; it is stale when its process is gone from this machine, or when nobody touched
 * it for a minute.
 */
public final class RunLock implements AutoCloseable {
  private static final Duration BEAT = Duration.ofSeconds(5);
  private static final Duration STALE = Duration.ofSeconds(60);

  private final FileSystem files;
  private final Path file;
  private final ScheduledExecutorService beat;

  @SuppressWarnings("FutureReturnValueIgnored") // a beat that fails is told by the next one
  private RunLock(FileSystem files, Path file, String writer) {
    this.files = files;
    this.file = file;
    beat =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "tersor-lock");
              thread.setDaemon(true);
              return thread;
            });
    beat.scheduleAtFixedRate(
        () -> touch(writer), BEAT.toMillis(), BEAT.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * @throws UsageException if another run is writing there
   */
  public static RunLock take(ResultsFolder folder, String run) {
    FileSystem files = folder.files();
    Path file = folder.child("_lock");
    try {
      String host = InetAddress.getLocalHost().getHostName();
      String writer = host + " " + ProcessHandle.current().pid() + " " + run + "\n";
      if (files.exists(file) && isStale(folder, file, host)) {
        files.delete(file, false);
      }
      try (OutputStream out = files.create(file, false)) {
        out.write(writer.getBytes(StandardCharsets.UTF_8));
      } catch (FileAlreadyExistsException e) {
        throw inUse(folder, file);
      } catch (IOException e) {
        if (files.exists(file)) {
          throw inUse(folder, file);
        }
        throw e;
      }
      return new RunLock(files, file, writer);
    } catch (IOException e) {
      throw new UsageException("out: cannot lock " + folder.root() + ": " + e.getMessage(), e);
    }
  }

  private static boolean isStale(ResultsFolder folder, Path file, String host) throws IOException {
    String[] writer = folder.read(file).split(" ", 3);
    if (writer.length >= 2 && writer[0].equals(host) && writer[1].matches("\\d+")) {
      return ProcessHandle.of(Long.parseLong(writer[1])).isEmpty();
    }
    long age =
        System.currentTimeMillis() - folder.files().getFileStatus(file).getModificationTime();
    return age > STALE.toMillis();
  }

  private static UsageException inUse(ResultsFolder folder, Path file) throws IOException {
    return new UsageException(
        "out: another run is writing to "
            + folder.root()
            + ": "
            + folder.read(file).trim()
            + " (if it is not, delete "
            + file
            + ")");
  }

  private void touch(String writer) {
    try (OutputStream out = files.create(file, true)) {
      out.write(writer.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // The next beat tries again; a lock that is lost for a minute is another run's.
    }
  }

  @Override
  public void close() throws IOException {
    beat.shutdownNow();
    files.delete(file, false);
  }
}
