package dev.tersor.jobs.sql;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.Checkpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints as rows, through Spark. */
class SafetensorsSourceTest {
  private static SparkSession spark;
  @TempDir static Path shared;
  @TempDir Path folder;

  @BeforeAll
  static void start() throws IOException {
    spark = LocalSpark.start();
    // Two tensors: one of three segments, 24 MiB, and a small one behind it.
    float[] large = new float[3 * (Segment.MAX_WEIGHTS / 2 + 1)];
    for (int i = 0; i < large.length; i++) {
      large[i] = i;
    }
    Checkpoints.write(
        shared.resolve("large.safetensors"),
        Map.of("large", Shape.of(3, Segment.MAX_WEIGHTS / 2 + 1), "small", Shape.of(5)),
        Map.of("large", large, "small", new float[] {1, 2, 3, 4, 5}));
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static Dataset<Row> load(Object... paths) {
    String[] names = List.of(paths).stream().map(Object::toString).toArray(String[]::new);
    return names.length == 1
        ? spark.read().format("safetensors").load(names[0])
        : spark.read().format("safetensors").load(names);
  }

  private static float[] values(Row row) {
    List<Float> list = row.getList(row.fieldIndex("values"));
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i);
    }
    return values;
  }

  @Test
  void tensorsOfEveryDtypeAreRows() throws IOException {
    Path file = folder.resolve("net.safetensors");
    new RawSafetensors()
        .add("f32", "F32", "[1,2]", new byte[] {0, 0, -64, 63, 0, 0, 0, -128})
        .add("f16", "F16", "[2]", new byte[] {0, 62, -1, 123})
        .add("bf16", "BF16", "[1]", new byte[] {-64, 63})
        .add("scalar", "F32", "[]", new byte[] {0, 0, 0, 64})
        .add("empty", "F32", "[0,3]")
        .add("ids", "I64", "[1]", new byte[] {7, 0, 0, 0, 0, 0, 0, 0})
        .write(file);
    List<Row> rows = load(file).collectAsList();
    assertEquals(
        List.of("f32", "f16", "bf16", "scalar", "empty", "ids"),
        rows.stream().map(row -> row.getAs("name")).toList());
    assertEquals(
        List.of("F32", "F16", "BF16", "F32", "F32", "I64"),
        rows.stream().map(row -> row.getAs("dtype")).toList());
    assertArrayEquals(new float[] {1.5f, -0.0f}, values(rows.get(0)));
    assertArrayEquals(new float[] {1.5f, 65504}, values(rows.get(1)));
    assertArrayEquals(new float[] {1.5f}, values(rows.get(2)));
    assertArrayEquals(new float[] {2}, values(rows.get(3)));
    assertArrayEquals(new float[0], values(rows.get(4)));
    assertNull(rows.get(5).getAs("values"), "numbers that are no weights are not shown as such");
    assertEquals(List.of(1L, 2L), rows.get(0).getList(rows.get(0).fieldIndex("shape")));
    assertEquals(List.of(), rows.get(3).getList(3));
    assertTrue(rows.get(0).<String>getAs("file").endsWith("net.safetensors"));
    assertEquals(6L, load(file).selectExpr("sum(params)").first().getLong(0) - 1);
  }

  @Test
  void aLargeTensorIsARowForEachSegment() {
    Dataset<Row> rows = load(shared.resolve("large.safetensors")).filter("name = 'large'");
    assertEquals(3, rows.select("values").javaRDD().getNumPartitions());
    List<Row> sums =
        rows.selectExpr(
                "segment",
                "offset",
                "params",
                "shape[0]",
                "size(values)",
                "values[0]",
                "element_at(values, -1)")
            .orderBy("segment")
            .collectAsList();
    int each = Segment.MAX_WEIGHTS / 2 + 1;
    assertEquals(3, sums.size());
    for (int i = 0; i < 3; i++) {
      assertEquals(i, sums.get(i).getInt(0));
      assertEquals((long) i * each, sums.get(i).getLong(1));
      assertEquals(each, sums.get(i).getLong(2));
      assertEquals(3, sums.get(i).getLong(3), "the shape is that of the whole tensor");
      assertEquals(each, sums.get(i).getInt(4));
      assertEquals((float) i * each, sums.get(i).getFloat(5));
      assertEquals((float) ((i + 1) * each - 1), sums.get(i).getFloat(6));
    }
  }

  @Test
  void onlyWhatIsAskedForIsRead() throws Throwable {
    String file = shared.resolve("large.safetensors").toString();
    long headers =
        LocalSpark.bytesRead(
            () -> assertEquals(4, load(file).select("name", "shape").collectAsList().size()));
    assertTrue(headers < 100_000, headers + " bytes for names and shapes");
    long counted = LocalSpark.bytesRead(() -> assertEquals(4, load(file).count()));
    assertTrue(counted < 100_000, counted + " bytes for a count");
    for (String condition :
        List.of(
            "name = 'small'",
            "name IN ('small', 'tiny')",
            "name LIKE 'sm%'",
            "name = 'small' OR name = 'tiny'",
            "params < 100",
            "dtype = 'F32' AND params <= 5 AND params > 4 AND params >= 5",
            "shape[0] = 5 AND startswith(name, 's')")) {
      long small =
          LocalSpark.bytesRead(
              () ->
                  assertArrayEquals(
                      new float[] {1, 2, 3, 4, 5},
                      values(load(file).filter(condition).collectAsList().get(0)),
                      condition));
      assertTrue(small < 200_000, small + " bytes for " + condition);
    }
    long all = LocalSpark.bytesRead(() -> load(file).selectExpr("sum(size(values))").first());
    assertTrue(all > 25_000_000, all + " bytes for everything: the others were measured");
  }

  @Test
  void filtersThatCannotBeToldAreTestedBySpark() {
    Dataset<Row> rows = load(shared.resolve("large.safetensors")).select("name", "segment");
    assertEquals(1, rows.filter("name NOT LIKE 'l%'").count());
    assertEquals(1, rows.filter("name > 'large'").count());
    assertEquals(3, rows.filter("length(name) = 5 AND name <> 'small'").count());
    assertEquals(2, rows.filter("segment = 0").count());
    assertEquals(0, rows.filter("name IS NULL").count());
    assertEquals(1, load(shared.resolve("large.safetensors")).filter("values[4] = 5.0f").count());
  }

  @Test
  void severalFilesAreOneTable() throws IOException {
    Path sub = Files.createDirectories(folder.resolve("shards"));
    for (String name : List.of("a", "b")) {
      Checkpoints.write(
          sub.resolve(name + ".safetensors"),
          Map.of(name, Shape.of(2)),
          Map.of(name, new float[] {1, 2}));
    }
    Files.writeString(sub.resolve("README.md"), "not a checkpoint");
    Files.writeString(sub.resolve("_part.safetensors"), "hidden");
    assertEquals(2, load(sub).count());
    assertEquals(1, load(sub + "/a*").count());
    assertEquals(2, load(sub + "/{a,b}.safetensors").count());
    assertEquals(2, load(sub.resolve("a.safetensors"), sub.resolve("b.safetensors")).count());
    assertEquals(2, load(sub, sub.resolve("a.safetensors")).count(), "named twice, read once");
    assertEquals(
        "b", load(sub).filter("file LIKE '%/b.safetensors'").first().getAs("name").toString());
    spark.sql(
        "CREATE OR REPLACE TEMPORARY VIEW shards USING safetensors OPTIONS (path '%s')"
            .formatted(sub));
    assertEquals(
        6.0,
        spark
            .sql("SELECT sum(aggregate(values, 0D, (s, v) -> s + v)) FROM shards")
            .first()
            .getDouble(0));
  }

  @Test
  void badInputIsSaidInOneLine() throws IOException {
    Path none = folder.resolve("none.safetensors");
    String missing = LocalSpark.error(() -> load(none));
    assertTrue(missing.startsWith("safetensors: no such file or folder: "), missing);
    assertTrue(missing.contains("none.safetensors"), missing);
    String empty = LocalSpark.error(() -> load(Files.createDirectory(folder.resolve("empty"))));
    assertTrue(empty.startsWith("safetensors: no file *.safetensors in "), empty);
    String glob = LocalSpark.error(() -> load(folder + "/*.nothing"));
    assertTrue(glob.contains("*.nothing"), glob);
    String nothing = LocalSpark.error(() -> spark.read().format("safetensors").load());
    assertTrue(nothing.contains("no path is given"), nothing);

    Path text = Files.writeString(folder.resolve("text.safetensors"), "this is no checkpoint");
    String wrong = LocalSpark.error(() -> load(text).collectAsList());
    assertTrue(wrong.contains("text.safetensors") && wrong.contains("byte 0"), wrong);
    Path npy = folder.resolve("array.safetensors");
    Files.write(
        npy,
        ("\u0093NUMPY\u0001\u0000F\u0000"
                + "{'descr': '<f4', 'fortran_order': False, 'shape': (0,), }".concat(" ".repeat(12))
                + "\n")
            .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    String other = LocalSpark.error(() -> load(npy).collectAsList());
    assertTrue(other.contains("array.safetensors"), other);
    assertTrue(other.contains("NPY"), other);
    Path whole = folder.resolve("whole.safetensors");
    Checkpoints.small(whole);
    byte[] bytes = Files.readAllBytes(whole);
    for (int length : new int[] {0, 5, 8, 100, bytes.length - 1}) {
      Path cut =
          Files.write(folder.resolve("cut.safetensors"), java.util.Arrays.copyOf(bytes, length));
      String short_ = LocalSpark.error(() -> load(cut).count());
      assertTrue(
          short_.contains("cut.safetensors") && short_.contains("byte"), length + ": " + short_);
    }
    AnalysisException column =
        assertThrows(AnalysisException.class, () -> load(whole).select("weights"));
    assertTrue(column.getMessage().contains("weights"), column.getMessage());
  }

  /** A plan that outlives its file must not show the bytes of another one. */
  @Test
  void aFileThatChangedIsNotReadByItsOldHeader() throws IOException {
    Path file = folder.resolve("net.safetensors");
    Checkpoints.write(file, Map.of("a", Shape.of(2)), Map.of("a", new float[] {1, 2}));
    Dataset<Row> rows = load(file);
    assertArrayEquals(new float[] {1, 2}, values(rows.collectAsList().get(0)));
    Checkpoints.write(file, Map.of("bb", Shape.of(3)), Map.of("bb", new float[] {1, 2, 3}));
    String changed = LocalSpark.error(rows::collectAsList);
    assertTrue(changed.contains("was changed after its header was read"), changed);
    assertArrayEquals(new float[] {1, 2, 3}, values(load(file).collectAsList().get(0)));
  }
}
