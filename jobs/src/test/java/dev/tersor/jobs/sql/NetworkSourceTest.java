package dev.tersor.jobs.sql;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.encode.NetworkFile;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.encode.Recipe;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Network files as rows, through Spark. */
class NetworkSourceTest {
  private static SparkSession spark;
  @TempDir Path folder;

  @BeforeAll
  static void start() {
    spark =
        LocalSpark.builder()
            .config("spark.sql.extensions", TersorExtensions.class.getName())
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static Dataset<Row> load(Object path) {
    return spark.read().format("tersor").load(path.toString());
  }

  /** The codes 0, 1, 0, 1, ... */
  private static NetworkTensor coded(String name, Shape shape, String recipe) {
    Codebook codebook = new Step(1, 0.5f);
    List<Codes> segments = new ArrayList<>();
    for (Segment segment : Segment.cut(shape)) {
      byte[] codes = new byte[segment.length()];
      for (int i = 1; i < codes.length; i += 2) {
        codes[i] = 1;
      }
      segments.add(new Codes(segment.shape(), codes, codebook));
    }
    return new NetworkTensor.Coded(name, shape, Recipe.parse(recipe), segments);
  }

  private static Path write(Path file, NetworkTensor... tensors) throws IOException {
    return Files.write(file, NetworkFile.write(List.of(tensors)).bytes());
  }

  private Path network() throws IOException {
    return write(
        folder.resolve("net.tersor"),
        coded("fc1", Shape.of(2, 3), "bitmap/packed"),
        new NetworkTensor.Plain("fc1.bias", Shape.of(2), new float[] {1.5f, -2}, false),
        new NetworkTensor.Plain("fc2.bias", Shape.of(1), new float[] {0.25f}, true));
  }

  @Test
  void tensorsAreRows() throws IOException {
    Path file = network();
    List<Row> rows = load(file).drop("file", "bytes").collectAsList();
    assertEquals(
        List.of(
            "[fc1,null,ArraySeq(2, 3),0,0,6,bitmap/packed,1,ArraySeq(0.0, 0.5, 0.0, 0.5, 0.0, 0.5)]",
            "[fc1.bias,fp32,ArraySeq(2),0,0,2,null,32,ArraySeq(1.5, -2.0)]",
            "[fc2.bias,fp16,ArraySeq(1),0,0,1,null,16,ArraySeq(0.25)]"),
        rows.stream().map(Row::toString).toList());
    long bytes = load(file).selectExpr("sum(bytes)").first().getLong(0);
    // What no tensor has: magic, version, end and checksum.
    assertEquals(Files.size(file) - 10, bytes);
    assertEquals(
        List.of("fc2.bias"),
        load(file)
            .filter("name LIKE 'fc2%' AND recipe IS NULL AND bits = 16")
            .select("name")
            .javaRDD()
            .map(row -> row.getString(0))
            .collect());
  }

  /** A built-in network, against the library's own reader. */
  @Test
  void aTrainedNetworkIsThatOfTheLibrary() throws IOException {
    Path file = Path.of("..", "conf", "weights", "lenet300.tersor");
    List<NetworkTensor> expected = NetworkFile.read(Files.readAllBytes(file));
    List<Row> rows = load(file).collectAsList();
    assertEquals(expected.size(), rows.size());
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      assertEquals(expected.get(i).name(), row.getAs("name"));
      List<Float> values = row.getList(row.fieldIndex("values"));
      float[] actual = new float[values.size()];
      for (int at = 0; at < actual.length; at++) {
        actual[at] = values.get(at);
      }
      assertArrayEquals(expected.get(i).values(), actual, expected.get(i).name());
    }
  }

  @Test
  void aLargeTensorIsARowForEachSegment() throws IOException {
    Path file =
        write(folder.resolve("l.tersor"), coded("w", Shape.of(5, 1 << 20), "bitmap/huffman"));
    List<Row> rows =
        load(file)
            .selectExpr("segment", "offset", "params", "size(values)", "values[1]", "bytes > 20")
            .orderBy("segment")
            .collectAsList();
    assertEquals(
        List.of("[0,0,4194304,4194304,0.5,true]", "[1,4194304,1048576,1048576,0.5,true]"),
        rows.stream().map(Row::toString).toList());
  }

  /** Streams that cannot be decoded behind a checksum that holds: a writer's mistake. */
  @Test
  void nothingIsDecodedThatNobodyAsksFor() throws IOException {
    Path file =
        write(
            folder.resolve("bad.tersor"),
            coded("fc1", Shape.of(2, 3), "relative5/packed"),
            coded("fc2", Shape.of(2, 3), "bitmap/packed"));
    byte[] bytes = Files.readAllBytes(file);
    int values = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("values");
    // The width of the values' symbols, behind name and role.
    bytes[values + 7] = 2;
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length - 4);
    for (int i = 0; i < 4; i++) {
      bytes[bytes.length - 4 + i] = (byte) (crc.getValue() >>> (8 * i));
    }
    Files.write(file, bytes);
    assertEquals(2, load(file).select("name", "recipe", "bytes").collectAsList().size());
    assertEquals(1, load(file).filter("name = 'fc2'").collectAsList().size());
    String error = LocalSpark.error(() -> load(file).collectAsList());
    assertTrue(error.startsWith("tersor: "), error);
    assertTrue(error.contains("tensor 'fc1', segment 0"), error);
    assertTrue(error.contains("at byte"), error);
  }

  @Test
  void aFolderOfNetworksIsOneTable() throws IOException {
    Path file = network();
    Files.copy(file, folder.resolve("other.tersor"));
    assertEquals(6, load(folder).count());
    assertEquals(3, load(folder).filter("file LIKE '%/other.tersor'").count());
    spark.sql(
        "CREATE OR REPLACE TEMPORARY VIEW net USING tersor OPTIONS (path '%s')".formatted(file));
    assertEquals(2, spark.sql("SELECT DISTINCT bits FROM net WHERE recipe IS NULL").count());
  }

  /** By the setting and by the jar at once, as in a session that was told both. */
  @Test
  void functionsMayBeRegisteredTwice() {
    assertEquals(
        List.of("[tensor_bytes]", "[tensor_decode]", "[tensor_stats]"),
        spark.sql("SHOW FUNCTIONS LIKE 'tensor_*'").collectAsList().stream()
            .map(Row::toString)
            .toList());
  }

  @Test
  void badInputIsSaidInOneLine() throws IOException {
    Path file = network();
    byte[] bytes = Files.readAllBytes(file);
    for (int length : new int[] {0, 3, 20, bytes.length - 1}) {
      Path cut = Files.write(folder.resolve("cut.tersor"), Arrays.copyOf(bytes, length));
      String error = LocalSpark.error(() -> load(cut).count());
      assertTrue(error.contains("cut.tersor"), error);
    }
    byte[] flipped = bytes.clone();
    flipped[bytes.length / 2] ^= 1;
    Path damaged = Files.write(folder.resolve("damaged.tersor"), flipped);
    String error = LocalSpark.error(() -> load(damaged).collectAsList());
    assertTrue(error.contains("damaged.tersor, byte " + (bytes.length - 4)), error);
    Path text = Files.writeString(folder.resolve("text.tersor"), "this is no network");
    String wrong = LocalSpark.error(() -> load(text).collectAsList());
    assertTrue(wrong.contains("is no network file"), wrong);
    String missing = LocalSpark.error(() -> load(folder.resolve("none.tersor")));
    assertTrue(missing.startsWith("tersor: no such file or folder: "), missing);
    String empty = LocalSpark.error(() -> load(Files.createDirectory(folder.resolve("empty"))));
    assertTrue(empty.startsWith("tersor: no file *.tersor in "), empty);
  }
}
