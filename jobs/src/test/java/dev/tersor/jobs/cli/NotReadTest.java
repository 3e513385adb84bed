package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.CodedOutputStream;
import dev.tersor.core.checkpoint.OpenCheckpoint;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.encode.NetworkFile;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.Checkpoints;
import dev.tersor.jobs.sql.RawSafetensors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is not read is refused with one line, by every command, and never left out. */
class NotReadTest {
  private static final int FLOAT = 1;
  private static final int INT64 = 7;
  private static final int COMPLEX64 = 14;

  @TempDir Path folder;

  /** Writes the fields of one message. */
  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] tensor(String name, int type, int bytes, long... dims) {
    return message(
        out -> {
          for (long dim : dims) {
            out.writeInt64(1, dim);
          }
          out.writeInt32(2, type);
          out.writeString(8, name);
          out.writeByteArray(9, new byte[bytes]);
        });
  }

  private static byte[] concat(byte[] head, byte[] tail) {
    byte[] all = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, all, head.length, tail.length);
    return all;
  }

  private static byte[] external(String name, String location) {
    return message(
        out -> {
          out.writeInt64(1, 2);
          out.writeInt64(1, 2);
          out.writeInt32(2, FLOAT);
          out.writeString(8, name);
          out.writeByteArray(
              13,
              message(
                  entry -> {
                    entry.writeString(1, "location");
                    entry.writeString(2, location);
                  }));
          out.writeInt32(14, 1);
        });
  }

  private static byte[] constant(String node, byte[] tensor) {
    return message(
        out -> {
          out.writeString(2, node + "_out");
          out.writeString(3, node);
          out.writeString(4, "Constant");
          out.writeByteArray(
              5,
              message(
                  attribute -> {
                    attribute.writeString(1, "value");
                    attribute.writeByteArray(5, tensor);
                  }));
        });
  }

  private static byte[] onnx(Fields graph) {
    return message(
        out -> {
          out.writeInt64(1, 8);
          out.writeByteArray(7, message(graph));
        });
  }

  private static byte[] npz(String entry, String descr, int bytes) throws IOException {
    String dict = "{'descr': '%s', 'fortran_order': False, 'shape': (2, 2), }\n".formatted(descr);
    ByteArrayOutputStream npy = new ByteArrayOutputStream();
    npy.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    npy.writeBytes(new byte[] {(byte) dict.length(), 0});
    npy.writeBytes(dict.getBytes(StandardCharsets.US_ASCII));
    npy.writeBytes(new byte[bytes]);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(file)) {
      zip.putNextEntry(new ZipEntry(entry));
      zip.write(npy.toByteArray());
    }
    return file.toByteArray();
  }

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private CommandLineRun compress(Path file) {
    return CommandLineRun.of("compress", file.toString(), "--to", folder.resolve("to").toString());
  }

  private CommandLineRun sweep(Path file, String... more) {
    String[] options = {"--weights", "net=" + file, "--sparsities", "0.5"};
    String[] all = Arrays.copyOf(options, options.length + more.length);
    System.arraycopy(more, 0, all, options.length, more.length);
    return CommandLineRun.sweep(folder.resolve("out").toString(), all);
  }

  private void assertRefused(CommandLineRun run, String... parts) {
    assertEquals(2, run.status, run::toString);
    assertEquals(1, run.errors().size(), run::toString);
    for (String part : parts) {
      assertTrue(run.errors().get(0).contains(part), () -> run.errors() + " lacks " + part);
    }
    assertFalse(run.err.contains("\tat "), run::toString);
    assertFalse(Files.exists(folder.resolve("to")), "a file that lacks a tensor");
    assertFalse(Files.exists(folder.resolve("out")), "results of a part of a network");
  }

  /** By compress, by the forecast of a sweep and by the sweep itself. */
  private void assertRefusedByAll(Path file, String... parts) {
    assertRefused(compress(file), parts);
    assertRefused(sweep(file, "--dry-run"), parts);
    assertRefused(sweep(file), parts);
  }

  private RawSafetensors withWeights() {
    return new RawSafetensors().add("w", "F32", "[2,2]", new byte[16]);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"C64 | [] | 8", "F2_NEW | [5] | 3"})
  void numbersThatAreNotReadAreRefusedWhateverTheirRank(String dtype, String shape, int bytes)
      throws IOException {
    Path file = folder.resolve("odd.safetensors");
    withWeights().add("odd", dtype, shape, new byte[bytes]).write(file);
    String[] parts = {
      "odd.safetensors", "tensor 'odd'", "dtype " + dtype, "floating-point numbers"
    };
    assertRefused(compress(file), parts);
    assertRefused(sweep(file, "--dry-run"), parts);
  }

  /** A sweep says so, and a file that is decompressed again has them bit for bit. */
  @Test
  void onlyASweepLeavesIntegersOut() throws IOException {
    Path file = folder.resolve("steps.safetensors");
    withWeights()
        .add("mask", "BOOL", "[2,2]", new byte[] {1, 0, 0, 1})
        .add("steps", "I64", "[]", new byte[] {1, 2, 3, 4, 5, 6, 7, -8})
        .write(file);
    assertEquals(0, compress(file).status);
    Path back = folder.resolve("back.safetensors");
    CommandLineRun.of("decompress", folder.resolve("to").toString(), "--to", back.toString());
    OpenCheckpoint decoded = OpenCheckpoint.of(back);
    StoredTensor steps = decoded.header().find("steps").orElseThrow();
    assertEquals("I64", steps.dtypeName());
    assertArrayEquals(new byte[] {1, 2, 3, 4, 5, 6, 7, -8}, decoded.integers(steps));
    StoredTensor mask = decoded.header().find("mask").orElseThrow();
    assertEquals("BOOL", mask.dtypeName());
    assertArrayEquals(new byte[] {1, 0, 0, 1}, decoded.integers(mask));
    CommandLineRun run = sweep(file, "--dry-run");
    assertEquals(0, run.status, run::toString);
    assertTrue(run.err.contains("1 tensors of BOOL left out"), run::toString);
    assertTrue(run.err.contains("1 tensors of I64 left out"), run::toString);
  }

  @Test
  void otherFormatsHaveSuchTensorsToo() throws IOException {
    assertRefusedByAll(file("c.npz", npz("w.npy", "<c8", 32)), "c.npz", "tensor 'w'", "<c8");
    Path ints =
        file(
            "i.onnx",
            onnx(
                out -> {
                  out.writeByteArray(5, tensor("w", FLOAT, 16, 2, 2));
                  out.writeByteArray(5, tensor("axes", INT64, 16, 2));
                }));
    assertEquals(0, compress(ints).status);
    Files.delete(folder.resolve("to"));
    Path mixed =
        file(
            "m.onnx",
            onnx(
                out -> {
                  out.writeByteArray(5, tensor("w", FLOAT, 16, 2, 2));
                  out.writeByteArray(5, tensor("c", COMPLEX64, 32, 2, 2));
                }));
    assertRefusedByAll(mixed, "m.onnx", "tensor 'c'", "dtype COMPLEX64");
  }

  private List<String> compressed(Path file) throws IOException {
    CommandLineRun run = compress(file);
    assertEquals(0, run.status, run::toString);
    Path to = folder.resolve("to");
    List<String> names =
        NetworkFile.read(Files.readAllBytes(to)).stream().map(NetworkTensor::name).toList();
    Files.delete(to);
    return names;
  }

  @Test
  void weightsInConstantNodesAreRead() throws IOException {
    Path all =
        file(
            "c.onnx",
            onnx(
                out -> {
                  out.writeByteArray(1, constant("/c", tensor("", FLOAT, 64, 4, 4)));
                }));
    assertEquals(List.of("/c_out"), compressed(all));
    assertEquals(0, sweep(all, "--dry-run").status);
    Path some =
        file(
            "mix.onnx",
            onnx(
                out -> {
                  out.writeByteArray(5, tensor("w", FLOAT, 16, 2, 2));
                  out.writeByteArray(5, tensor("f8", 17, 4, 2, 2));
                  out.writeByteArray(1, constant("/c", tensor("", FLOAT, 64, 4, 4)));
                }));
    assertEquals(List.of("w", "f8", "/c_out"), compressed(some));
    Path small =
        file(
            "small.onnx",
            onnx(
                out -> {
                  out.writeByteArray(5, tensor("w", FLOAT, 16, 2, 2));
                  out.writeByteArray(1, constant("/scale", tensor("", FLOAT, 4)));
                  out.writeByteArray(1, constant("/mean", tensor("", FLOAT, 12, 1, 3, 1, 1)));
                  out.writeByteArray(1, constant("/shape", tensor("", INT64, 16, 2)));
                }));
    assertEquals(List.of("w", "/mean_out"), compressed(small));
    Path sparse =
        file(
            "sparse.onnx",
            onnx(
                out -> {
                  byte[] values = tensor("s", FLOAT, 8, 2);
                  byte[] dims = {24, 8, 24, 8};
                  out.writeByteArray(15, concat(message(in -> in.writeByteArray(1, values)), dims));
                }));
    assertRefusedByAll(sparse, "sparse.onnx", "a sparse initialiser without a name or indices");
    Path none = file("none.onnx", onnx(out -> out.writeString(2, "empty")));
    assertRefused(compress(none), "none.onnx holds no tensor");
    assertRefused(sweep(none, "--dry-run"), "none.onnx has no tensor of weights of rank 2 or more");
  }

  @Test
  void aMissingDataFileIsNamed() throws IOException {
    Path file = file("e.onnx", onnx(out -> out.writeByteArray(5, external("w", "nope.bin"))));
    assertRefusedByAll(file, "e.onnx", "tensor 'w'", "data file 'nope.bin'", "cannot be read");
    Path good = folder.resolve("good.safetensors");
    Checkpoints.small(good);
    CommandLineRun run = sweep(file, "--weights", "good=" + good, "--skip-missing", "--dry-run");
    assertTrue(run.err.contains("net IS LEFT OUT: weights: net: "), run::toString);
    assertTrue(run.err.contains("data file 'nope.bin'"), run::toString);
    assertFalse(run.err.contains("\tat "), run::toString);
  }

  @Test
  void namesThatNoOtherFileHoldsAreRefused() throws IOException {
    Path file = file("meta.npz", npz("__metadata__.npy", "<f4", 16));
    assertRefusedByAll(file, "meta.npz", "tensor '__metadata__'", "safetensors keeps for itself");
    // Of a network file that an earlier version wrote.
    NetworkTensor tensor =
        new NetworkTensor.Plain("__metadata__", Shape.of(2), new float[2], false);
    Path network = file("meta.tersor", NetworkFile.write(List.of(tensor)).bytes());
    String to = folder.resolve("to").toString();
    assertRefused(
        CommandLineRun.of("decompress", network.toString(), "--to", to),
        "meta.tersor",
        "tensor '__metadata__'");
    assertRefused(sweep(network, "--dry-run"), "meta.tersor", "'__metadata__'");
  }

  /** What a download that broke off leaves, and what names files elsewhere. */
  @Test
  void shardsThatAreMissingOrElsewhereAreNamed() throws IOException {
    Path sharded = Files.createDirectories(folder.resolve("sharded"));
    String[] shards = {"m-00001-of-00002.safetensors", "m-00002-of-00002.safetensors"};
    withWeights().write(sharded.resolve(shards[0]));
    Path index = index(shards[0], shards[1]);
    assertRefusedByAll(index, "m.safetensors.index.json", shards[1], "cannot be read");
    assertRefusedByAll(sharded, "m.safetensors.index.json", shards[1], "cannot be read");
    index(shards[0], "../" + shards[0]);
    assertRefusedByAll(sharded, "tensor 'b'", "../" + shards[0], "not within the folder");
    Files.copy(sharded.resolve(shards[0]), sharded.resolve("other.safetensors"));
    Files.delete(index);
    assertRefusedByAll(sharded, "sharded", "folder of 2 checkpoints", "other.safetensors");
  }

  private Path index(String ofW, String ofB) throws IOException {
    return file(
        "sharded/m.safetensors.index.json",
        "{\"weight_map\": {\"w\": \"%s\", \"b\": \"%s\"}}"
            .formatted(ofW, ofB)
            .getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void shardsAreOneNetworkByTheirIndexAndByTheirFolder() throws IOException {
    Path sharded = Files.createDirectories(folder.resolve("sharded"));
    withWeights().write(sharded.resolve("m-00001-of-00002.safetensors"));
    new RawSafetensors()
        .add("b", "F64", "[2,3]", new byte[48])
        .write(sharded.resolve("m-00002-of-00002.safetensors"));
    Path index = index("m-00001-of-00002.safetensors", "m-00002-of-00002.safetensors");
    for (Path path : new Path[] {index, sharded}) {
      CommandLineRun run = sweep(path, "--dry-run");
      assertEquals(0, run.status, run::toString);
      assertEquals(0, compress(path).status);
      assertEquals(
          List.of("b", "w"),
          NetworkFile.read(Files.readAllBytes(folder.resolve("to"))).stream()
              .map(NetworkTensor::name)
              .sorted()
              .toList());
      Files.delete(folder.resolve("to"));
    }
  }

  /** A file holds 16 dimensions, and the forecast knows. */
  @Test
  void moreDimensionsThanAFileHoldsAreRefusedAtOnce() throws IOException {
    long[] dims = new long[17];
    Arrays.fill(dims, 1);
    dims[0] = 4;
    Path file = folder.resolve("deep.safetensors");
    Checkpoints.write(file, Map.of("deep", Shape.of(dims)), Map.of("deep", new float[4]));
    assertRefusedByAll(file, "deep.safetensors", "tensor 'deep'", "rank 17 is above 16");
    Path wide = folder.resolve("wide.safetensors");
    withWeights().add("wide", "F32", "[0,4294967296]").write(wide);
    assertRefused(compress(wide), "tensor 'wide'", "dimension 4294967296");
  }
}
