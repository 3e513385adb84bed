package dev.tersor.jobs.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tersor.core.checkpoint.ByteSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HadoopSourceTest {
  @TempDir Path folder;

  /** The integers of a model lie in one folder, their scales in another: each finds the other. */
  @Test
  void opensAnotherFileByItsName() throws IOException {
    String[] names = {"m.onnx", "data/integers of it", "data/a:b/100%.bin"};
    for (String name : names) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, name);
    }
    String model = folder.resolve(names[0]).toString();
    try (ByteSource first = new HadoopSource(model, new Configuration(false));
        ByteSource second = first.sibling(names[1]);
        ByteSource third = first.sibling(names[2])) {
      for (ByteSource from : new ByteSource[] {first, second, third}) {
        for (ByteSource to : new ByteSource[] {first, second, third}) {
          try (ByteSource opened = from.other(to.name())) {
            assertEquals(to.name(), opened.name());
            assertArrayEquals(bytes(to), bytes(opened));
          }
        }
        assertThrows(IOException.class, () -> from.other(first.name() + "x"));
      }
    }
  }

  private static byte[] bytes(ByteSource source) throws IOException {
    byte[] bytes = new byte[(int) source.length()];
    source.readFully(0, bytes, 0, bytes.length);
    return bytes;
  }
}
