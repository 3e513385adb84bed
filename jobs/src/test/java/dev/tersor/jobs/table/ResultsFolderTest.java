package dev.tersor.jobs.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    Path aside;
    try (var all = Files.list(out.resolve("_old"))) {
      aside = all.findFirst().orElseThrow();
    }
    assertTrue(Files.exists(aside.resolve("cells/model=a/w1-0.parquet")));
    ResultsFolder old = ResultsFolder.open(aside.toString(), new Configuration());
    assertEquals(1, old.live().size(), "what was put aside is a folder of results itself");
    assertFalse(Files.exists(aside.resolve("_staging")));
  }

  @Test
  void nothingIsPutAsideWhereThereIsNothing() throws IOException {
    folder().putAside();
    assertFalse(Files.exists(out.resolve("_old")));
  }
}
