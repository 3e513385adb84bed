package dev.tersor.jobs.sql;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.encode.Content;
import dev.tersor.jobs.Checkpoints;
import dev.tersor.jobs.cli.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stored containers of results: as rows of decoded weights, and as what functions take. */
class ContainerSourceTest {
  private static SparkSession spark;
  private static String results;
  private static String empty;
  @TempDir static Path folder;

  @BeforeAll
  static void sweep() throws IOException {
    Path file = folder.resolve("small.safetensors");
    Checkpoints.small(file);
    results = folder.resolve("results").toString();
    empty = folder.resolve("empty").toString();
    String[] common = {"--weights", "net=" + file, "--sparsities", "0.5,0.9", "--bits", "2,4"};
    String[] kept = {"--encodings", "bitmap/huffman,relative5/packed", "--keep", "*"};
    CommandLineRun sweep =
        CommandLineRun.sweep(
            results,
            java.util.stream.Stream.concat(
                    java.util.Arrays.stream(common), java.util.Arrays.stream(kept))
                .toArray(String[]::new));
    assertEquals(0, sweep.status, sweep::toString);
    CommandLineRun none =
        CommandLineRun.sweep(
            empty, "--weights", "net=" + file, "--encodings", "bitmap", "--keep", "none");
    assertEquals(0, none.status, none::toString);
    spark = LocalSpark.start();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static Dataset<Row> load(String path) {
    return spark.read().format("tersor").load(path);
  }

  private static Dataset<Row> containers() {
    return spark.read().parquet(results + "/compressed");
  }

  private static Map<String, float[]> decoded() {
    Map<String, float[]> decoded = new HashMap<>();
    for (Row row : containers().collectAsList()) {
      decoded.put(row.getAs("key"), Content.decode(row.getAs("container")).weights());
    }
    return decoded;
  }

  private static float[] floats(List<Float> list) {
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i);
    }
    return values;
  }

  @Test
  void everyContainerIsARowOfItsWeights() {
    Map<String, float[]> expected = decoded();
    List<Row> rows = load(results).collectAsList();
    assertEquals(4 * 2 * 2 * 2, rows.size());
    assertEquals(expected.size(), rows.size());
    for (Row row : rows) {
      assertArrayEquals(
          expected.get(row.<String>getAs("key")),
          floats(row.getList(row.fieldIndex("values"))),
          row::toString);
    }
    Row one =
        load(results)
            .filter("tensor = 'fc1.weight' AND sparsity_target = 0.9 AND bits = 4")
            .filter("encoding = 'bitmap/huffman'")
            .select("model", "segment", "params", "recipe", "shape", "codebook")
            .collectAsList()
            .get(0);
    assertEquals("[net,0,4200,bitmap/huffman,60x70,uniform]", one.toString());
    // The same weights in whatever recipe they are stored.
    assertEquals(
        0,
        load(results)
            .groupBy("tensor", "sparsity_target", "bits")
            .agg(functions.countDistinct("values").alias("n"))
            .filter("n <> 1")
            .count());
  }

  @Test
  void conditionsHoldOnEveryColumn() {
    assertEquals(32, load(results).count());
    assertEquals(16, load(results).filter("bits = 2").select("model", "tensor").count());
    assertEquals(
        4,
        load(results)
            .filter("model = 'net' AND tensor IN ('fc1.weight', 'x') AND sparsity_target > 0.6")
            .select("values")
            .count());
    assertEquals(
        load(results).filter("bytes > 500").count(),
        containers().filter("length(container) > 500").count());
    assertEquals(8, load(results).filter("size(values) = 4200").count());
    assertEquals(0, load(results).filter("model = 'other'").count());
    assertThrows(AnalysisException.class, () -> load(results).select("weights"));
  }

  @Test
  void functionsTellWhatTheSweepMeasured() {
    containers().createOrReplaceTempView("compressed");
    spark.read().parquet(results + "/cells").createOrReplaceTempView("cells");
    assertEquals(
        32,
        spark
            .sql(
                """
                SELECT count(*) FROM (SELECT key, tensor_stats(container) AS s, container FROM compressed) c
                JOIN cells USING (key)
                WHERE s.weights = params AND s.sparsity = sparsity AND s.bits = bits AND s.recipe = recipe
                  AND s.non_zeros = round(params * (1 - sparsity))
                  AND s.value_bytes = value_bytes AND s.index_bytes = index_bytes
                  AND s.table_bytes = table_bytes AND s.codebook_bytes = codebook_bytes
                  AND s.header_bytes = header_bytes AND s.total_bytes = total_bytes
                  AND tensor_bytes(container) = total_bytes
                  AND tensor_bytes(container, 'index') = index_bytes
                  AND tensor_bytes(container, 'value') = value_bytes
                  AND tensor_bytes(container, 'payload') = payload_bytes
                """)
            .first()
            .getLong(0));
    Map<String, float[]> expected = decoded();
    for (Row row :
        spark.sql("SELECT key, tensor_decode(container) AS w FROM compressed").collectAsList()) {
      assertArrayEquals(expected.get(row.getString(0)), floats(row.getList(1)));
    }
    Row nulls =
        spark
            .sql(
                "SELECT tensor_decode(n), tensor_stats(n), tensor_bytes(n), tensor_bytes(n, 'index')"
                    + " FROM (SELECT CAST(NULL AS BINARY) AS n)")
            .first();
    for (int i = 0; i < 4; i++) {
      assertTrue(nulls.isNullAt(i));
    }
  }

  @Test
  void functionsSayWhatIsWrong() {
    containers().createOrReplaceTempView("compressed");
    String damaged =
        LocalSpark.error(
            () ->
                spark
                    .sql("SELECT tensor_decode(substring(container, 1, 150)) FROM compressed")
                    .collectAsList());
    assertTrue(damaged.startsWith("tensor_decode: "), damaged);
    assertTrue(damaged.contains("at byte"), damaged);
    String foreign =
        LocalSpark.error(
            () -> spark.sql("SELECT tensor_stats(CAST('none' AS BINARY))").collectAsList());
    assertTrue(foreign.contains("not a Tersor container"), foreign);
    String part =
        LocalSpark.error(
            () -> spark.sql("SELECT tensor_bytes(container, 'x') FROM compressed").collectAsList());
    assertTrue(part.contains("no part 'x', expected value, index"), part);
    String count =
        LocalSpark.error(() -> spark.sql("SELECT tensor_decode(container, 1) FROM compressed"));
    assertTrue(count.contains("2 arguments, expected tensor_decode(container)"), count);
    assertThrows(AnalysisException.class, () -> spark.sql("SELECT tensor_decode(array(1))"));
    assertTrue(
        spark
            .sql("DESCRIBE FUNCTION tensor_bytes")
            .collectAsList()
            .toString()
            .contains("tensor_bytes(container[, part])"));
  }

  /** A container that is sound by itself and another row's is found by its checksum. */
  @Test
  void aContainerOfAnotherRowIsNotShown() throws IOException {
    Path swapped = folder.resolve("swapped");
    Files.createDirectories(swapped);
    Files.copy(Path.of(results, "_tersor"), swapped.resolve("_tersor"));
    containers()
        .withColumn(
            "container",
            functions.expr(
                "if(tensor = 'fc1.weight', first(container) OVER (PARTITION BY tensor,"
                    + " sparsity_target, bits ORDER BY key), container)"))
        .write()
        .parquet(swapped + "/compressed/run=0-swapped");
    Dataset<Row> rows = load(swapped.toString());
    assertEquals(32, rows.select("tensor", "sparsity").count());
    // What a condition leaves out is not decoded.
    assertEquals(
        8,
        rows.filter("tensor LIKE 'fc2%' AND params = 600").select("values").collectAsList().size());
    String error = LocalSpark.error(rows::collectAsList);
    assertTrue(
        error.matches(
            "tersor: model net, tensor fc1.weight, segment 0, .*: checksum .*, stored .*"),
        error);
  }

  @Test
  void resultsWithoutContainersAreRefused() {
    String none = LocalSpark.error(() -> load(empty));
    assertTrue(none.contains("store no containers"), none);
    assertTrue(none.contains(empty), none);
    String both = LocalSpark.error(() -> spark.read().format("tersor").load(empty, results));
    assertTrue(both.contains("is read by itself"), both);
  }
}
