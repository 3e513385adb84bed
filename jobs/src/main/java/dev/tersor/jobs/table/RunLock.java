package dev.tersor.jobs.table;

import dev.tersor.jobs.config.UsageException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * One writer a results folder. The lock is a file that names its writer (host, process, when that
 * started, run) and that the writer touches every few seconds. It is stale when its process is gone
 * from this machine, or when nobody touched it for a minute. A writer that finds another's name in
 * it leaves it alone.
 */
public final class RunLock implements AutoCloseable {
  private static final Duration BEAT = Duration.ofSeconds(5);
  private static final Duration STALE = Duration.ofSeconds(60);

  private final ResultsFolder folder;
  private final Path file;
  private final String writer;
  private final ScheduledExecutorService beat;

  @SuppressWarnings("FutureReturnValueIgnored") // a beat that fails is told by the next one
  private RunLock(ResultsFolder folder, Path file, String writer) {
    this.folder = folder;
    this.file = file;
    this.writer = writer;
    beat =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "tersor-lock");
              thread.setDaemon(true);
              return thread;
            });
    beat.scheduleAtFixedRate(this::touch, BEAT.toMillis(), BEAT.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Takes the lock of a folder.
   *
   * @throws UsageException if another run is writing there
   */
  public static RunLock take(ResultsFolder folder, String run) {
    FileSystem files = folder.files();
    Path file = folder.child("_lock");
    try {
      String writer = host() + " " + process(ProcessHandle.current()) + " " + run + "\n";
      if (files.exists(file) && isStale(folder, file)) {
        files.delete(file, false);
      }
      try (OutputStream out = files.create(file, false)) {
        out.write(writer.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        if (files.exists(file)) {
          throw new UsageException(
              "out: another run is writing to "
                  + folder.root()
                  + ": "
                  + holder(folder, file).trim()
                  + " (if it is not, delete "
                  + file
                  + ")",
              e);
        }
        throw e;
      }
      return new RunLock(folder, file, writer);
    } catch (IOException e) {
      throw new UsageException("out: cannot lock " + folder.root() + ": " + e.getMessage(), e);
    }
  }

  private static String host() throws IOException {
    return InetAddress.getLocalHost().getHostName();
  }

  /** A process number is used again, so the time of its start goes with it. */
  private static String process(ProcessHandle handle) {
    String started =
        handle.info().startInstant().map(at -> Long.toString(at.toEpochMilli())).orElse("-");
    return handle.pid() + " " + started;
  }

  private static boolean isStale(ResultsFolder folder, Path file) throws IOException {
    String[] writer = holder(folder, file).split(" ", 4);
    if (writer.length == 4 && writer[0].equals(host()) && writer[1].matches("\\d{1,18}")) {
      Optional<ProcessHandle> holder = ProcessHandle.of(Long.parseLong(writer[1]));
      return holder.isEmpty() || !process(holder.get()).equals(writer[1] + " " + writer[2]);
    }
    long age =
        System.currentTimeMillis() - folder.files().getFileStatus(file).getModificationTime();
    return age > STALE.toMillis();
  }

  /** What the file says; nothing where a writer died while it touched it. */
  private static String holder(ResultsFolder folder, Path file) throws IOException {
    try {
      return folder.read(file);
    } catch (ChecksumException e) {
      return "";
    }
  }

  private boolean isMine() throws IOException {
    return holder(folder, file).equals(writer);
  }

  private void touch() {
    try {
      if (isMine()) {
        folder.write(file, writer);
      }
    } catch (IOException e) {
      // The next beat tries again; a lock that is lost for a minute is another run's.
    }
  }

  @Override
  public void close() throws IOException {
    beat.shutdown();
    try {
      // A beat in the middle of its write would leave the lock behind.
      beat.awaitTermination(BEAT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (isMine()) {
      folder.files().delete(file, false);
    }
  }
}
