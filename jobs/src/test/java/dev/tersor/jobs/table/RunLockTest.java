package dev.tersor.jobs.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.config.TryLaterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLockTest {
  private static final RunLock.Patience SHORT =
      new RunLock.Patience(Duration.ofMillis(20), Duration.ofMillis(600));

  @TempDir Path out;

  private ResultsFolder folder() {
    return ResultsFolder.create(out.toString(), new Configuration());
  }

  private void write(String text) throws IOException {
    Files.deleteIfExists(out.resolve("._lock.crc"));
    Files.writeString(out.resolve("_lock"), text);
  }

  @Test
  void oneWriterAtATime() throws IOException {
    ResultsFolder folder = folder();
    try (RunLock lock = RunLock.take(folder, "first")) {
      TryLaterException e =
          assertThrows(TryLaterException.class, () -> RunLock.take(folder, "second"));
      assertTrue(e.getMessage().contains("another run is writing"), e.getMessage());
      assertTrue(e.getMessage().contains("first"), e.getMessage());
    }
    assertFalse(Files.exists(out.resolve("_lock")));
  }

  @Test
  void aWriterWhoseLockWasTakenStopsBeforeItsNextCommit() throws IOException {
    ResultsFolder folder = folder();
    RunLock lost = RunLock.take(folder, "second");
    write("another 1 1 third\n");
    TryLaterException e =
        assertThrows(TryLaterException.class, () -> folder.commit("second", "second-0"));
    assertTrue(e.getMessage().contains("third"), e.getMessage());
    assertFalse(Files.exists(out.resolve("_waves")));
    lost.close();
    assertTrue(Files.exists(out.resolve("_lock")), "the lock of another run is left alone");
  }

  @Test
  void aDeadWritersLockIsTakenOver() throws IOException, InterruptedException {
    ResultsFolder folder = folder();
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    String host = java.net.InetAddress.getLocalHost().getHostName();
    write(host + " " + dead.pid() + " 1 gone\n");
    RunLock.take(folder, "next").close();
    // This process's number, but not its start: another process had it.
    write(host + " " + ProcessHandle.current().pid() + " 1 reused\n");
    RunLock.take(folder, "next").close();
  }

  /** Whatever the clocks of the two machines and of the file system say. */
  @Test
  void aLockOfAnotherMachineIsStaleWhenItsNumberStandsStill() throws IOException {
    ResultsFolder folder = folder();
    for (int seconds : new int[] {-90_000, 0, 90_000}) {
      write("elsewhere 1 1 asleep\n");
      Files.writeString(out.resolve("_beat"), "17\n");
      Files.setLastModifiedTime(
          out.resolve("_lock"), FileTime.from(Instant.now().plusSeconds(seconds)));
      long started = System.nanoTime();
      RunLock.take(folder, "next", SHORT).close();
      assertTrue(System.nanoTime() - started > SHORT.stale().toNanos());
    }
  }

  @Test
  @SuppressWarnings("FutureReturnValueIgnored") // a beat that fails is missed
  void aLockOfAnotherMachineThatBeatsIsLeftAlone() throws Exception {
    ResultsFolder folder = folder();
    write("elsewhere 1 1 awake\n");
    AtomicInteger beats = new AtomicInteger();
    ScheduledExecutorService other = Executors.newSingleThreadScheduledExecutor();
    try {
      other.scheduleAtFixedRate(
          () -> {
            try {
              // Renamed into place, so that the other never sees half of it here.
              Path next = out.resolve("_staging/next");
              Files.writeString(next, beats.incrementAndGet() + "\n");
              Files.setLastModifiedTime(next, FileTime.from(Instant.EPOCH));
              Files.move(
                  next, out.resolve("_beat"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          },
          50,
          50,
          TimeUnit.MILLISECONDS);
      TryLaterException e =
          assertThrows(TryLaterException.class, () -> RunLock.take(folder, "next", SHORT));
      assertTrue(e.getMessage().contains("elsewhere 1 1 awake"), e.getMessage());
    } finally {
      other.shutdownNow();
      other.awaitTermination(5, TimeUnit.SECONDS);
    }
  }

  @Test
  void aFolderThatIsDeletedUnderItsWriterStaysAway() throws IOException, InterruptedException {
    ResultsFolder folder = folder();
    try (RunLock lock = RunLock.take(folder, "run", SHORT)) {
      folder.files().delete(folder.child("_lock"), false);
      // A beat that has begun ends before the rest goes.
      Thread.sleep(5 * SHORT.beat().toMillis());
      folder.files().delete(folder.root(), true);
      Thread.sleep(20 * SHORT.beat().toMillis());
      assertFalse(Files.exists(out));
    }
  }

  @Test
  void aLiveLockBeats() throws IOException, InterruptedException {
    ResultsFolder folder = folder();
    try (RunLock lock = RunLock.take(folder, "run", SHORT)) {
      String first = Files.readString(out.resolve("_lock"));
      Path beat = out.resolve("_beat");
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (!(Files.exists(beat) && Files.readString(beat).matches("([3-9]|\\d\\d+)\n"))) {
        assertTrue(System.nanoTime() < deadline, "no beat");
        Thread.sleep(5);
      }
      assertEquals(first, Files.readString(out.resolve("_lock")));
    }
    assertFalse(Files.exists(out.resolve("_beat")));
    assertFalse(Files.exists(out.resolve("_lock")));
  }
}
