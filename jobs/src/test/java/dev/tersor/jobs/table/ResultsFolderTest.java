package dev.tersor.jobs.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.config.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsFolderTest {
  @TempDir Path out;

  private ResultsFolder folder() {
    return ResultsFolder.create(out.toString(), new Configuration());
  }

  private void stage(String wave, String file) throws IOException {
    Path staged = out.resolve("_staging/run/" + wave + "/" + file);
    Files.createDirectories(staged.getParent());
    Files.writeString(staged, wave);
  }

  @Test
  void oneWriterAtATime() throws IOException {
    ResultsFolder folder = folder();
    try (RunLock lock = RunLock.take(folder, "first")) {
      UsageException e = assertThrows(UsageException.class, () -> RunLock.take(folder, "second"));
      assertTrue(e.getMessage().contains("another run is writing"), e.getMessage());
      assertTrue(e.getMessage().contains("first"), e.getMessage());
    }
    RunLock lost = RunLock.take(folder, "second");
    Files.deleteIfExists(out.resolve("._lock.crc"));
    Files.writeString(out.resolve("_lock"), "another 1 1 third\n");
    lost.close();
    assertTrue(Files.exists(out.resolve("_lock")), "the lock of another run is left alone");
    Files.delete(out.resolve("_lock"));
    Files.deleteIfExists(out.resolve("._lock.crc"));
    RunLock.take(folder, "second").close();
    assertFalse(Files.exists(out.resolve("_lock")));
  }

  @Test
  void aDeadWritersLockIsTakenOver() throws IOException, InterruptedException {
    ResultsFolder folder = folder();
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    String host = java.net.InetAddress.getLocalHost().getHostName();
    Files.writeString(out.resolve("_lock"), host + " " + dead.pid() + " 1 gone\n");
    RunLock.take(folder, "next").close();
    // This process's number, but not its start: another process had it.
    long pid = ProcessHandle.current().pid();
    Files.writeString(out.resolve("_lock"), host + " " + pid + " 1 reused\n");
    RunLock.take(folder, "next").close();
    Path lock = out.resolve("_lock");
    Files.writeString(lock, "elsewhere 1 1 asleep\n");
    Files.setLastModifiedTime(
        lock, java.nio.file.attribute.FileTime.from(Instant.now().minusSeconds(30)));
    assertThrows(UsageException.class, () -> RunLock.take(folder, "next"));
    Files.setLastModifiedTime(
        lock, java.nio.file.attribute.FileTime.from(Instant.now().minusSeconds(90)));
    RunLock.take(folder, "next").close();
  }

  @Test
  void aWaveIsCommittedWholeAndNumbered() throws IOException {
    ResultsFolder folder = folder();
    stage("w1", "cells/model=a/part-1-x.zstd.parquet");
    stage("w1", "cells/model=b/part-0-x.zstd.parquet");
    stage("w1", "cells/_SUCCESS");
    stage("w1", "runs/part-0-x.parquet");
    folder.commit("run", "w1");
    assertEquals("w1", Files.readString(out.resolve("cells/model=a/w1-0.parquet")));
    assertEquals("w1", Files.readString(out.resolve("cells/model=b/w1-0.parquet")));
    assertEquals("w1", Files.readString(out.resolve("runs/w1-0.parquet")));
    assertFalse(Files.exists(out.resolve("_staging/run/w1")));
    assertEquals(3, Files.readAllLines(out.resolve("_waves/w1")).size());
  }

  /** Whatever moves a kill left undone: recovery ends with the same files. */
  @Test
  void recoveryFinishesEveryPrefixOfMoves() throws IOException {
    for (int moved = 0; moved <= 2; moved++) {
      ResultsFolder folder = folder();
      String wave = "w" + moved;
      stage(wave, "cells/model=a/part-0.parquet");
      stage(wave, "streams/model=a/part-0.parquet");
      Files.createDirectories(out.resolve("_waves"));
      Files.writeString(
          out.resolve("_waves/" + wave),
          "cells/model=a/part-0.parquet\tcells/model=a/%1$s-0.parquet\n".formatted(wave)
              + "streams/model=a/part-0.parquet\tstreams/model=a/%1$s-0.parquet\n".formatted(wave));
      Files.createDirectories(out.resolve("cells/model=a"));
      Files.createDirectories(out.resolve("streams/model=a"));
      Path staged = out.resolve("_staging/run/" + wave);
      if (moved > 0) {
        Files.move(
            staged.resolve("cells/model=a/part-0.parquet"),
            out.resolve("cells/model=a/" + wave + "-0.parquet"));
      }
      if (moved > 1) {
        Files.move(
            staged.resolve("streams/model=a/part-0.parquet"),
            out.resolve("streams/model=a/" + wave + "-0.parquet"));
      }
      stage("uncommitted", "cells/model=a/part-0.parquet");
      folder.recover();
      assertTrue(Files.exists(out.resolve("cells/model=a/" + wave + "-0.parquet")));
      assertTrue(Files.exists(out.resolve("streams/model=a/" + wave + "-0.parquet")));
      assertFalse(Files.exists(out.resolve("_staging/run")));
    }
  }

  @Test
  void puttingAsideLosesNothing() throws IOException {
    ResultsFolder folder = folder();
    stage("w1", "cells/model=a/part-0.parquet");
    folder.commit("run", "w1");
    folder.putAside();
    assertFalse(Files.exists(out.resolve("cells")));
    try (var all = Files.walk(out.resolve("_old"))) {
      assertEquals(
          1, all.filter(path -> path.getFileName().toString().equals("w1-0.parquet")).count());
    }
  }
}
