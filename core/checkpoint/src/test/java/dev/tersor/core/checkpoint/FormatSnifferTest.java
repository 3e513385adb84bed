package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.Fixtures.assertMalformed;
import static dev.tersor.core.checkpoint.Fixtures.assertMessage;
import static dev.tersor.core.checkpoint.Fixtures.f32;
import static dev.tersor.core.checkpoint.Fixtures.npy;
import static dev.tersor.core.checkpoint.Fixtures.safetensors;
import static dev.tersor.core.checkpoint.Fixtures.zip;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FormatSnifferTest {
  @Test
  void contentDecides() throws IOException {
    byte[] npy = npy("<f4", false, "(1,)", f32(1));
    byte[] json =
        safetensors("{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", f32(1));
    assertEquals(Checkpoint.Format.NPY, Fixtures.open(npy).format());
    assertEquals(Checkpoint.Format.NPZ, Fixtures.open(zip(true, "w.npy", npy)).format());
    assertEquals(Checkpoint.Format.SAFETENSORS, Fixtures.open(json).format());
    assertEquals(
        Checkpoint.Format.SAFETENSORS, Fixtures.open(safetensors("{}", new byte[0])).format());
    assertEquals(
        Checkpoint.Format.ONNX, Fixtures.open(new OnnxBytes().floats("w", 1).model()).format());
  }

  @Test
  void otherFilesNameTheFormats() {
    for (String text : new String[] {"", "x", "hello, world", "{\"json\": 1}", "\u0080\u0004."}) {
      assertMalformed(text.getBytes(StandardCharsets.ISO_8859_1), "safetensors", "ONNX", "NumPy");
    }
    assertMalformed("\b\nbut no model".getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void fileSource(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("f");
    Files.write(path, new byte[] {1, 2, 3});
    try (FileSource source = FileSource.open(path)) {
      assertEquals(path.toString(), source.name());
      assertEquals(3, source.length());
      byte[] into = new byte[4];
      source.readFully(1, into, 2, 2);
      assertArrayEquals(new byte[] {0, 0, 2, 3}, into);
      assertThrows(EOFException.class, () -> source.readFully(2, into, 0, 2));
      assertMessage(
          assertThrows(IOException.class, () -> source.sibling("none")), "no such", "none");
      assertThrows(IOException.class, () -> source.sibling("\0"));
    }
    Path missing = folder.resolve("missing.onnx");
    assertMessage(
        assertThrows(IOException.class, () -> FileSource.open(missing)),
        "no such checkpoint file",
        missing.toString());
    assertMessage(assertThrows(IOException.class, () -> FileSource.open(folder)), "is a folder");
  }
}
