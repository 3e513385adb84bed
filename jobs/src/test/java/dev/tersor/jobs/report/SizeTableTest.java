package dev.tersor.jobs.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.table.RowBuilder;
import dev.tersor.jobs.table.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class SizeTableTest {
  /** Of 1,000 weights at 8 bits, so that a byte is a thousandth of the dense codes. */
  private static Row row(String model, double sparsity, String encoding, long bytes) {
    return new RowBuilder(Table.MODELS)
        .set("model", model)
        .set("weights_source", "synthetic")
        .set("pruning", "tensor")
        .set("sparsity_target", sparsity)
        .set("bits", 8)
        .set("codebook", "uniform")
        .set("encoding", encoding)
        .set("access", "parallel")
        .set("params", 1000L)
        .set("payload_bytes", bytes)
        .set("total_bytes", bytes + 100)
        .set("bits_per_weight", 8.0 * (bytes + 100) / 1000)
        .set("ratio_fp32", 4000.0 / (bytes + 100))
        .set("ratio_packed", 1000.0 / (bytes + 100))
        .set("floor_bytes", 150.0)
        .set("floor_packed_bytes", 200.0)
        .set("verified", true)
        .build();
  }

  private static List<Row> rows(List<String> models, double[] sparsities, List<String> encodings) {
    List<Row> rows = new ArrayList<>();
    for (String model : models) {
      for (double sparsity : sparsities) {
        for (int i = 0; i < encodings.size(); i++) {
          rows.add(row(model, sparsity, encodings.get(i), 300 + i));
        }
      }
    }
    return rows;
  }

  private static List<String> cells(String line) {
    return List.of(line.split("\\|", -1)).stream().map(String::strip).toList();
  }

  @Test
  void fewEncodingsAreColumns() {
    List<String> encodings = List.of("bitmap/packed", "dcsr/packed", "dcsr/huffman");
    String text = SizeTable.of(rows(List.of("net"), new double[] {0.5}, encodings), encodings);
    List<String> lines = text.lines().toList();
    assertEquals(
        List.of(
            "",
            "model",
            "weights",
            "sparsity",
            "bits",
            "bitmap",
            "dcsr",
            "mask entropy + values",
            "best context model",
            ""),
        cells(lines.get(2)));
    assertEquals(
        List.of(
            "",
            "net",
            "synthetic",
            "50.0 %",
            "8 uniform",
            "300 / 0.300*",
            "301 / 0.301",
            "200 / 0.200",
            "not swept",
            ""),
        cells(lines.get(4)));
    assertTrue(text.contains("Bytes of index and values, huffman"), text);
  }

  @Test
  void manyEncodingsAreRows() {
    List<String> encodings =
        new ArrayList<>(IntStream.rangeClosed(1, 8).mapToObj(w -> "gap" + w + "/packed").toList());
    encodings.add("hybrid(theta=0.7,remainder=bitmap)/packed");
    encodings.add("auto");
    encodings.add("auto(access=parallel)");
    double[] sparsities = {0.3, 0.5, 0.7, 0.9};
    String text =
        SizeTable.of(rows(List.of("mobilevit-xxs", "resnet34"), sparsities, encodings), encodings);
    List<String> lines = text.lines().toList();
    assertTrue(lines.get(0).contains("smallest of the column"), text);
    assertEquals(
        List.of(
            "",
            "encoding",
            "mobilevit-xxs",
            "mobilevit-xxs",
            "mobilevit-xxs",
            "mobilevit-xxs",
            "resnet34",
            "resnet34",
            ""),
        cells(lines.get(2)));
    assertEquals("30.0 %", cells(lines.get(4)).get(2));
    assertEquals("8 uniform", cells(lines.get(5)).get(7));
    assertEquals(List.of("", "gap1", "300 / 0.300*"), cells(lines.get(7)).subList(0, 3));
    assertEquals("hybrid(theta=0.7,remainder=bitmap)", cells(lines.get(15)).get(1));
    assertEquals(
        List.of("", "mask entropy + values", "200 / 0.200"), cells(lines.get(16)).subList(0, 3));
    assertEquals(
        List.of("", "best context model", "not swept"), cells(lines.get(17)).subList(0, 3));
    // Eight settings are six and two.
    assertEquals(List.of("", "encoding", "resnet34", "resnet34", ""), cells(lines.get(20)));
    assertEquals("90.0 %", cells(lines.get(22)).get(3));
    assertTrue(text.contains("Bytes of index and values, auto"), text);
    assertTrue(text.lines().anyMatch(line -> line.contains("| auto(access=parallel) |")), text);
    int longest = text.lines().mapToInt(String::length).max().orElseThrow();
    assertTrue(longest <= 165, longest + "\n" + text);
  }

  @Test
  void theSmallestContextModelStandsBesideTheEntropy() {
    List<String> encodings = List.of("bitmap/rans", "dense/mix", "dense/context");
    String text = SizeTable.of(rows(List.of("net"), new double[] {0.5}, encodings), encodings);
    // 300, 301 and 302 bytes: it is the smallest of its kind, not of all.
    List<String> rans = cells(text.lines().toList().get(4));
    assertEquals(List.of("300 / 0.300*", "150 / 0.150", "301 / 0.301"), rans.subList(5, 8));
    assertTrue(text.contains("order-0 entropy"), text);
    assertFalse(text.contains("floor"), text);
  }

  @Test
  void aFailedEncodingSaysSo() {
    List<String> encodings = List.of("bitmap/packed", "auto(access=random)");
    Row failed =
        new RowBuilder(Table.MODELS)
            .set("model", "net")
            .set("weights_source", "synthetic")
            .set("pruning", "tensor")
            .set("sparsity_target", 0.5)
            .set("bits", 8)
            .set("codebook", "uniform")
            .set("encoding", "auto(access=random)")
            .set("failed", 2L)
            .set("verified", false)
            .build();
    String text = SizeTable.of(List.of(row("net", 0.5, "bitmap/packed", 300), failed), encodings);
    assertTrue(text.contains("failed: 2"), text);
    assertFalse(text.contains("null"), text);
  }
}
