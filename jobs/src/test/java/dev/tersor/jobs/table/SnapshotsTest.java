package dev.tersor.jobs.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.config.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotsTest {
  @TempDir Path out;

  private ResultsFolder folder() {
    return ResultsFolder.create(out.toString(), new Configuration());
  }

  private Path file(long number) {
    return out.resolve("_snapshots/%08d.json".formatted(number));
  }

  private void damage(long number, String text) throws IOException {
    Files.deleteIfExists(out.resolve("_snapshots/.%08d.json.crc".formatted(number)));
    Files.writeString(file(number), text);
  }

  private static List<DataFile> files(String name) {
    return List.of(DataFile.of("cells/model=a/" + name + ".parquet", 7, null));
  }

  @Test
  void theHighestIsCurrentAndTheLastFewStay() throws IOException {
    Snapshots snapshots = new Snapshots(folder());
    assertTrue(snapshots.latest().isEmpty());
    for (int i = 1; i <= Snapshots.KEPT + 3; i++) {
      assertEquals(i, snapshots.publish("run", "w" + i, files("f" + i)).snapshot());
    }
    Snapshot latest = snapshots.latest().orElseThrow();
    assertEquals(files("f" + (Snapshots.KEPT + 3)), latest.files());
    assertEquals("run", latest.run());
    assertEquals(7, latest.bytes());
    assertFalse(Files.exists(file(3)));
    assertTrue(Files.exists(file(4)));
    String text = Files.readString(file(4));
    assertTrue(
        text.contains("{\"table\":\"cells\",\"path\":\"cells/model=a/f4.parquet\",\"bytes\":7}"),
        text);
  }

  @Test
  void aDamagedOneIsPassedOverAndItsNumberNotUsedAgain() throws IOException {
    Snapshots snapshots = new Snapshots(folder());
    snapshots.publish("run", "w1", files("f1"));
    snapshots.publish("run", "w2", files("f2"));
    String whole = Files.readString(file(2));
    for (String text :
        List.of("", "null", "{}", "[]", whole.substring(0, whole.length() / 2), "\u0000\u0000")) {
      damage(2, text);
      assertEquals(files("f1"), snapshots.latest().orElseThrow().files(), text);
    }
    assertEquals(3, snapshots.publish("run", "w3", files("f3")).snapshot());
    damage(3, "");
    damage(1, "");
    UsageException e = assertThrows(UsageException.class, snapshots::latest);
    assertTrue(e.getMessage().contains("_snapshots are damaged"), e.getMessage());
  }

  @Test
  void oneOfANewerVersionIsRefused() throws IOException {
    Snapshots snapshots = new Snapshots(folder());
    snapshots.publish("run", "w1", files("f1"));
    damage(1, Files.readString(file(1)).replace("\"format\":1", "\"format\":9"));
    UsageException e =
        assertThrows(
            UsageException.class, () -> ResultsFolder.open(out.toString(), new Configuration()));
    assertTrue(e.getMessage().contains("format 9, this version knows 1"), e.getMessage());
  }

  /** Files that were put there or taken away by hand, and folders of versions without snapshots. */
  @Test
  void recoveryListsWhatIsThere() throws IOException {
    ResultsFolder folder = folder();
    Path cells = Files.createDirectories(out.resolve("cells/model=a"));
    Files.writeString(cells.resolve("w1-0.parquet"), "rows");
    Files.writeString(cells.resolve("_temporary.parquet"), "hidden");
    assertTrue(folder.snapshot().isEmpty());
    folder.recover();
    assertEquals(
        List.of(new DataFile("cells", "cells/model=a/w1-0.parquet", 4, null)),
        folder.snapshot().orElseThrow().files());
    folder.recover();
    assertEquals(1, folder.snapshot().orElseThrow().snapshot(), "nothing changed");
    Files.delete(cells.resolve("w1-0.parquet"));
    folder.recover();
    assertEquals(2, folder.snapshot().orElseThrow().snapshot());
    assertEquals(List.of(), folder.snapshot().orElseThrow().files());
  }
}
