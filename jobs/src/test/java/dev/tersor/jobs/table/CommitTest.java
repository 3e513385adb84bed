package dev.tersor.jobs.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.util.functional.FunctionRaisingIOE;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commits by a writer that dies before each of its changes to the file system in turn. */
class CommitTest {
  @TempDir Path temporary;
  private Path out;

  @AfterEach
  void revive() {
    DyingFileSystem.revive();
  }

  private ResultsFolder writer() {
    return ResultsFolder.create(out.toString(), DyingFileSystem.configuration());
  }

  private ResultsFolder reader() {
    return ResultsFolder.open(out.toString(), DyingFileSystem.configuration());
  }

  /** Each file holds its own name of old, so that what is read can be told. */
  private void stage(String wave, String... files) throws IOException {
    for (String file : files) {
      Path staged = out.resolve("_staging/run/" + wave + "/" + file);
      Files.createDirectories(staged.getParent());
      Files.writeString(staged, wave + " " + file);
    }
  }

  /** What a reader of the current snapshot reads. */
  private Set<String> read() throws IOException {
    Set<String> texts = new TreeSet<>();
    for (DataFile file : reader().snapshot().orElseThrow().files()) {
      Path path = out.resolve(file.path());
      Path found = Files.exists(path) ? path : out.resolve(String.valueOf(file.staged()));
      String text = Files.readString(found);
      assertEquals(file.bytes(), text.length(), file.path());
      texts.add(text);
    }
    return texts;
  }

  /** What a reader of whole folders reads. */
  private Set<String> globbed() throws IOException {
    Set<String> texts = new TreeSet<>();
    for (String table : List.of("cells", "streams")) {
      if (Files.exists(out.resolve(table))) {
        try (Stream<Path> all = Files.walk(out.resolve(table))) {
          for (Path path : all.filter(Files::isRegularFile).toList()) {
            texts.add(Files.readString(path));
          }
        }
      }
    }
    return texts;
  }

  /**
   * Dies before every change in turn.
   *
   * @return how many places to die there were
   */
  private int dieEverywhere(
      FunctionRaisingIOE<ResultsFolder, Void> commit, Set<String> before, Set<String> after)
      throws IOException {
    for (int changes = 0; ; changes++) {
      out = temporary.resolve("after" + changes + "-" + after.size() + before.size());
      ResultsFolder folder = writer();
      folder.recover();
      stage("w1", "cells/model=a/part-0.parquet", "streams/model=a/part-0.parquet");
      stage("w2", "cells/model=a/part-0.parquet", "streams/model=a/part-0.parquet");
      folder.commit("run", "w1");
      folder.commit("run", "w2");
      stage("w3", "cells/model=a/part-0.parquet", "streams/model=a/part-0.parquet");
      boolean died = false;
      DyingFileSystem.dieAfter(changes);
      try {
        commit.apply(folder);
      } catch (IOException e) {
        died = true;
      }
      DyingFileSystem.revive();
      Set<String> seen = read();
      assertTrue(seen.equals(before) || seen.equals(after), changes + ": " + seen);
      boolean committed = Files.exists(out.resolve("_waves/w3"));
      writer().recover();
      assertEquals(committed ? after : before, read(), "after " + changes + " changes");
      assertEquals(read(), globbed());
      assertFalse(Files.exists(out.resolve("_staging/run")), "staged files are left");
      if (!died) {
        assertTrue(committed);
        return changes;
      }
    }
  }

  private static final Set<String> TWO_WAVES =
      Set.of(
          "w1 cells/model=a/part-0.parquet",
          "w1 streams/model=a/part-0.parquet",
          "w2 cells/model=a/part-0.parquet",
          "w2 streams/model=a/part-0.parquet");

  @Test
  void aWaveIsSeenWholeOrNotAtAll() throws IOException {
    Set<String> three = new TreeSet<>(TWO_WAVES);
    three.add("w3 cells/model=a/part-0.parquet");
    three.add("w3 streams/model=a/part-0.parquet");
    int places =
        dieEverywhere(
            folder -> {
              folder.commit("run", "w3");
              return null;
            },
            new TreeSet<>(TWO_WAVES),
            three);
    assertTrue(places > 8, places + " places to die");
  }

  @Test
  void replacedFilesAndTheirSuccessorsAreNeverSeenTogether() throws IOException {
    Set<String> replaced =
        new TreeSet<>(
            Set.of(
                "w3 cells/model=a/part-0.parquet",
                "w3 streams/model=a/part-0.parquet",
                "w2 streams/model=a/part-0.parquet"));
    int places =
        dieEverywhere(
            folder -> {
              try {
                folder.replace(
                    "run",
                    "w3",
                    folder.snapshot().orElseThrow().files().stream()
                        .filter(file -> !file.path().equals("streams/model=a/w2-0.parquet"))
                        .toList());
              } finally {
                Set<String> seen = globbed();
                boolean old = seen.stream().anyMatch(text -> text.startsWith("w1"));
                boolean young = seen.stream().anyMatch(text -> text.startsWith("w3"));
                assertFalse(old && young, "rows are seen twice: " + seen);
              }
              return null;
            },
            new TreeSet<>(TWO_WAVES),
            replaced);
    assertTrue(places > 12, places + " places to die");
    assertEquals(
        "w1 cells/model=a/part-0.parquet",
        Files.readString(out.resolve("_old/w3/cells/model=a/w1-0.parquet")),
        "nothing is lost");
  }

  @Test
  void puttingAsideIsAllOrRecovered() throws IOException {
    int places = 0;
    for (boolean died = true; died; places++) {
      out = temporary.resolve("aside" + places);
      ResultsFolder folder = writer();
      folder.recover();
      stage("w1", "cells/model=a/part-0.parquet", "streams/model=a/part-0.parquet");
      folder.commit("run", "w1");
      DyingFileSystem.dieAfter(places);
      died = false;
      try {
        folder.putAside();
      } catch (IOException e) {
        died = true;
      }
      DyingFileSystem.revive();
      writer().recover();
      assertEquals(read(), globbed());
      try (Stream<Path> all = Files.walk(out)) {
        assertEquals(2, all.filter(path -> path.toString().endsWith("w1-0.parquet")).count());
      }
    }
    assertTrue(places > 5, places + " places to die");
    assertEquals(Set.of(), read());
  }
}
