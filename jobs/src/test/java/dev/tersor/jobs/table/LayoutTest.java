package dev.tersor.jobs.table;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.config.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutTest {
  @TempDir private java.nio.file.Path folder;

  /** A folder that another writer begins just after it was asked whether it has begun. */
  private final class Raced extends FilterFileSystem {
    private boolean begun;

    Raced() throws IOException {
      super(new LocalFileSystem());
      initialize(folder.toUri(), new Configuration());
    }

    @Override
    public boolean exists(Path path) throws IOException {
      boolean there = super.exists(path);
      if (!begun && path.getName().equals("_tersor")) {
        begun = true;
        Layout.makeWritable(new LocalRaw(), new Path(folder.toString()), "out");
        Files.createDirectories(folder.resolve("cells/run=1-a"));
      }
      return there;
    }
  }

  private final class LocalRaw extends FilterFileSystem {
    LocalRaw() throws IOException {
      super(new LocalFileSystem());
      initialize(folder.toUri(), new Configuration());
    }
  }

  @Test
  void twoWritersBeginOneFolder() throws IOException {
    Layout.makeWritable(new Raced(), new Path(folder.toString()), "out");
    assertTrue(Files.exists(folder.resolve("_tersor")));
  }

  @Test
  void aFolderOfOtherThingsIsNone() throws IOException {
    Files.createFile(folder.resolve("photo.png"));
    assertThrows(
        UsageException.class,
        () -> Layout.makeWritable(new LocalRaw(), new Path(folder.toString()), "out"));
  }
}
