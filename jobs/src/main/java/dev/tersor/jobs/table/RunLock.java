package dev.tersor.jobs.table;

import dev.tersor.jobs.config.TryLaterException;
import dev.tersor.jobs.config.UsageException;
import java.io.FileNotFoundException;
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
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One writer a results folder. {@code _lock} names it (host, process, when that started, run), and
 * {@code _beat} holds a number that it raises every few seconds. A lock is stale when its process
 * is gone from this machine, or, on another, when the one that waits sees the same number for two
 * minutes. No clocks are compared. A writer that finds another's name stops before its next commit.
 */
public final class RunLock implements AutoCloseable {
  /**
   * @param beat between two numbers
   * @param stale how long a number stays the same before its writer counts as gone
   */
  record Patience(Duration beat, Duration stale) {
    static final Patience STANDARD = new Patience(Duration.ofSeconds(5), Duration.ofSeconds(120));
  }

  private static final Logger LOG = LoggerFactory.getLogger(RunLock.class);
  private static final String BEAT = "_beat";

  private final ResultsFolder folder;
  private final Path file;
  private final Path beatFile;
  private final String writer;
  private final Patience patience;
  private final ScheduledExecutorService beat;
  private long beats;

  @SuppressWarnings("FutureReturnValueIgnored") // a beat that fails is told by the next one
  private RunLock(ResultsFolder folder, Path file, String writer, Patience patience) {
    this.folder = folder;
    this.file = file;
    this.beatFile = folder.child(BEAT);
    this.writer = writer;
    this.patience = patience;
    beat =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "tersor-lock");
              thread.setDaemon(true);
              return thread;
            });
    long millis = patience.beat().toMillis();
    beat.scheduleAtFixedRate(this::touch, millis, millis, TimeUnit.MILLISECONDS);
  }

  /**
   * Takes the lock of a folder. Waits for up to two minutes where that tells whether its writer on
   * another machine is alive.
   *
   * @throws TryLaterException if another run is writing there
   */
  public static RunLock take(ResultsFolder folder, String run) {
    return take(folder, run, Patience.STANDARD);
  }

  static RunLock take(ResultsFolder folder, String run, Patience patience) {
    FileSystem files = folder.files();
    Path file = folder.child("_lock");
    try {
      String writer = host() + " " + process(ProcessHandle.current()) + " " + run + "\n";
      Optional<String> found = text(files, file);
      // Another that waited for the same stale lock may have taken it first.
      if (found.isPresent()
          && isStale(folder, file, found.get(), patience)
          && text(files, file).equals(found)) {
        files.delete(file, false);
      }
      try (OutputStream out = files.create(file, false)) {
        out.write(writer.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        if (files.exists(file)) {
          throw busy(folder, file);
        }
        throw e;
      } catch (
          FSError e) { // it was created, so it is this run's, and there is no room for its name
        files.delete(file, false);
        throw new IOException(e.getCause().getMessage(), e);
      }
      RunLock lock = new RunLock(folder, file, writer, patience);
      folder.heldBy(lock);
      return lock;
    } catch (IOException e) {
      throw new UsageException("out: cannot lock " + folder.root() + ": " + e.getMessage(), e);
    }
  }

  private static TryLaterException busy(ResultsFolder folder, Path file) throws IOException {
    return new TryLaterException(
        "out: another run is writing to "
            + folder.root()
            + ": "
            + holder(text(folder.files(), file))
            + " (if it is not, delete "
            + file
            + ")");
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

  private static boolean isStale(ResultsFolder folder, Path file, String found, Patience patience)
      throws IOException {
    String[] writer = found.strip().split(" ", 4);
    if (writer.length == 4 && writer[0].equals(host()) && writer[1].matches("\\d{1,18}")) {
      Optional<ProcessHandle> holder = ProcessHandle.of(Long.parseLong(writer[1]));
      return holder.isEmpty() || !process(holder.get()).equals(writer[1] + " " + writer[2]);
    }
    LOG.warn(
        "{} is another run's ({}): watching for up to {} s whether it is alive",
        file,
        holder(Optional.of(found)),
        patience.stale().toSeconds());
    FileSystem files = folder.files();
    Path beat = folder.child(BEAT);
    Optional<String> number = text(files, beat);
    long started = System.nanoTime();
    while (System.nanoTime() - started < patience.stale().toNanos()) {
      try {
        Thread.sleep(Math.max(1, patience.beat().toMillis() / 5));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
      if (!text(files, file).equals(Optional.of(found)) || !text(files, beat).equals(number)) {
        return false;
      }
    }
    return true;
  }

  private static String holder(Optional<String> text) {
    return text.map(String::strip).filter(name -> !name.isEmpty()).orElse("a run without a name");
  }

  /** What a file says: an empty text where its writer is, or died, in the middle of it. */
  private static Optional<String> text(FileSystem files, Path file) throws IOException {
    try (var in = files.open(file)) {
      return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (ChecksumException e) {
      return Optional.of("");
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  private boolean isAnothers() throws IOException {
    String text = text(folder.files(), file).orElse("");
    return !text.isEmpty() && !text.equals(writer);
  }

  /**
   * The last look before something is committed.
   *
   * @throws TryLaterException if another run took the lock, since this one made no beat for long
   */
  void check() throws IOException {
    if (isAnothers()) {
      throw new TryLaterException(
          "out: this run stood still for so long that another took "
              + file
              + ": "
              + holder(text(folder.files(), file))
              + "; what it had not committed is left to that one");
    }
  }

  private synchronized void touch() {
    try {
      // Where the lock is gone, the folder may be: it would come back with a beat and nothing else.
      if (text(folder.files(), file).equals(Optional.of(writer))) {
        folder.write(beatFile, ++beats + "\n");
      }
    } catch (IOException e) {
      // The next beat tries again; a lock without a beat for long is another run's.
    }
  }

  @Override
  public void close() throws IOException {
    folder.heldBy(null);
    beat.shutdown();
    try {
      // A beat in the middle of its write would leave the lock behind.
      beat.awaitTermination(patience.beat().toSeconds() + 1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!isAnothers()) {
      folder.files().delete(beatFile, false);
      folder.files().delete(file, false);
    }
  }
}
