package dev.tersor.jobs.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.table.RowBuilder;
import dev.tersor.jobs.table.Table;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class SmallestTableTest {
  private static RowBuilder setting(double sparsity, int bits, String encoding) {
    return new RowBuilder(Table.MODELS)
        .set("model", "net")
        .set("weights_source", "synthetic")
        .set("pruning", "tensor")
        .set("sparsity_target", sparsity)
        .set("bits", bits)
        .set("codebook", "exact")
        .set("encoding", encoding);
  }

  private static Row row(double sparsity, int bits, String encoding, String access, long bytes) {
    return setting(sparsity, bits, encoding)
        .set("access", access)
        .set("sparsity", sparsity)
        .set("total_bytes", bytes)
        .set("ratio_fp32", 400_000.0 / bytes)
        .set("floor_bytes", 9_000.0)
        .set("sqnr_db", bits == 8 ? null : 12.34)
        .set("verified", true)
        .build();
  }

  private static List<String> cells(String line) {
    return List.of(line.split("\\|", -1)).stream().map(String::strip).toList();
  }

  @Test
  void hasTheSmallestRecipeOfEachKindOfAccess() {
    List<String> lines =
        SmallestTable.of(
                List.of(
                    row(0.9, 4, "dcsr/packed", "parallel", 11_000),
                    row(0.5, 8, "dense/rans", "sequential", 40_000),
                    row(0.9, 4, "bitmap/packed", "parallel", 12_000),
                    row(0.9, 4, "relative5/huffman", "sequential", 12_500),
                    row(0.9, 4, "dense/mix", "sequential", 12_700),
                    row(0.9, 4, "bitmap/context", "sequential", 12_600),
                    row(0.9, 4, "auto", "sequential", 13_000)))
            .lines()
            .toList();
    assertEquals(
        List.of(
            "",
            "model",
            "weights",
            "sparsity",
            "bits",
            "read in sequence",
            "read in parallel",
            "order-0",
            "context model",
            "of fp32",
            "SQNR",
            ""),
        cells(lines.get(2)));
    assertEquals(
        List.of(
            "",
            "net",
            "synthetic",
            "50.0 %",
            "8 exact",
            "dense/rans          40.00k*",
            "",
            "9.00k",
            "not swept",
            "1/10.0",
            "exact",
            ""),
        cells(lines.get(4)));
    assertEquals(
        List.of(
            "",
            "net",
            "synthetic",
            "90.0 %",
            "4 exact",
            "relative5/huffman   12.50k",
            "dcsr/packed   11.00k*",
            "9.00k",
            "bitmap/context 12.60k",
            "1/36.4",
            "12.3 dB",
            ""),
        cells(lines.get(5)));
  }

  @Test
  void saysWhatFailed() {
    Row failed = setting(0.5, 4, "auto").set("failed", 2L).set("verified", false).build();
    Row alone = setting(0.7, 4, "auto").set("failed", 1L).set("verified", false).build();
    String text =
        SmallestTable.of(List.of(row(0.5, 4, "bitmap/packed", "parallel", 11_000), failed, alone));
    List<String> lines = text.lines().toList();
    assertEquals("failed", cells(lines.get(2)).get(10));
    assertEquals("1", cells(lines.get(4)).get(10));
    assertEquals(List.of("70.0 %", "4 exact", "failed"), cells(lines.get(5)).subList(3, 6));
    assertFalse(text.contains("null"), text);
  }

  @Test
  void showsAccuracyWhereAModelWasEvaluated() {
    Row evaluated =
        RowBuilder.of(Table.MODELS, row(0.5, 4, "bitmap/packed", "parallel", 11_000))
            .set("top1_accuracy", 0.9812)
            .set("dense_top1_accuracy", 0.9859)
            .build();
    String text = SmallestTable.of(List.of(evaluated));
    assertTrue(text.contains("98.12 %") && text.contains("98.59 %"), text);
  }
}
