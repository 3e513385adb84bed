package dev.tersor.jobs.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.evaluate.Accuracies;
import dev.tersor.jobs.table.RowBuilder;
import dev.tersor.jobs.table.Table;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class ModelsTest {
  private static RowBuilder cell(String tensor) {
    return new RowBuilder(Table.CELLS)
        .set("key", "key of " + tensor)
        .set("model", "net")
        .set("tensor", tensor)
        .set("weights_hash", "hash")
        .set("pruning", "tensor")
        .set("sparsity_target", 0.5)
        .set("bits", 8)
        .set("codebook", "uniform")
        .set("encoding", "dense/packed")
        .set("weights_source", "file")
        .set("params", 100L)
        .set("verified", false);
  }

  private static Row good(String tensor, long total, double meanSquare, double mse) {
    RowBuilder row = cell(tensor).set("verified", true).set("access", "random");
    for (String bytes :
        List.of(
            "payload_bytes",
            "value_bytes",
            "index_bytes",
            "codebook_bytes",
            "table_bytes",
            "padding_bytes",
            "header_bytes")) {
      row.set(bytes, 1L);
    }
    return row.set("total_bytes", total)
        .set("floor_bytes", 10.0)
        .set("floor_packed_bytes", 20.0)
        .set("sparsity", 0.5)
        .set("mean_square", meanSquare)
        .set("mse", mse)
        .build();
  }

  private static List<Row> models(List<Row> cells, String run, Accuracies accuracies) {
    Models models = new Models();
    cells.forEach(models::add);
    return models.rows(run, accuracies);
  }

  @Test
  void totalsAreOfAllTensors() {
    Row model =
        models(List.of(good("a", 50, 4, 0.1), good("b", 150, 2, 0.3)), "run", Accuracies.none())
            .get(0);
    assertEquals(200L, model.<Long>getAs("params"));
    assertEquals(200L, model.<Long>getAs("total_bytes"));
    assertEquals(8.0, model.<Double>getAs("bits_per_weight"));
    assertEquals(4.0, model.<Double>getAs("ratio_fp32"));
    assertEquals(1.0, model.<Double>getAs("ratio_packed"));
    assertEquals(20.0, model.<Double>getAs("floor_bytes"));
    assertEquals(0.2, model.<Double>getAs("mse"), 1e-12);
    assertEquals(10 * Math.log10(15), model.<Double>getAs("sqnr_db"), 1e-9);
    assertTrue(model.<Boolean>getAs("verified"));
    assertNull(model.getAs("top1_accuracy"));
    assertNull(model.getAs("decode_ns_per_weight"), "cells without times");
    assertNull(model.getAs("timing_runs"));
  }

  @Test
  void equalErrorsAreEqualInWhateverOrderCellsCome() {
    List<Row> cells = new ArrayList<>();
    for (int i = 1; i <= 40; i++) {
      cells.add(good("t" + i, 50, 1 / (3.0 + i), 1e-3 / (7.0 * i)));
    }
    Row forward = models(cells, "run", Accuracies.none()).get(0);
    Collections.reverse(cells);
    Row backward = models(cells, "run", Accuracies.none()).get(0);
    Collections.shuffle(cells, new Random(1));
    Row shuffled = models(cells, "run", Accuracies.none()).get(0);
    for (String column :
        List.of("sparsity", "mean_square", "mse", "sqnr_db", "floor_bytes", "floor_packed_bytes")) {
      assertEquals(forward.<Double>getAs(column), backward.<Double>getAs(column), column);
      assertEquals(forward.<Double>getAs(column), shuffled.<Double>getAs(column), column);
    }
  }

  private static Row timed(String tensor, long params, double nanos, int runs, String access) {
    Row row = good(tensor, 50, 4, 0.1);
    RowBuilder timed = new RowBuilder(Table.CELLS);
    for (String column : row.schema().fieldNames()) {
      timed.set(column, row.getAs(column));
    }
    return timed
        .set("params", params)
        .set("encode_ns_per_weight", 10 * nanos)
        .set("decode_ns_per_weight", nanos)
        .set("copy_ns_per_weight", nanos / 10)
        .set("timing_runs", runs)
        .set("access", access)
        .build();
  }

  @Test
  void timesAreMeansOverWeightsAndAccessIsTheWeakest() {
    List<Row> cells =
        List.of(
            timed("a", 100, 1, 5, "random"),
            timed("b", 300, 5, 3, "parallel"),
            timed("c", 100, 9, 5, "random"));
    Row model = models(cells, "run", Accuracies.none()).get(0);
    assertEquals(50.0, model.<Double>getAs("encode_ns_per_weight"), 1e-12);
    assertEquals(5.0, model.<Double>getAs("decode_ns_per_weight"), 1e-12);
    assertEquals(0.5, model.<Double>getAs("copy_ns_per_weight"), 1e-12);
    assertEquals(3, model.<Integer>getAs("timing_runs"));
    assertEquals("parallel", model.getAs("access"));
    Row mixed =
        models(
                List.of(timed("a", 100, 1, 5, "sequential"), good("b", 50, 4, 0.1)),
                "run",
                Accuracies.none())
            .get(0);
    assertNull(mixed.getAs("decode_ns_per_weight"), "one cell of an earlier version");
    assertEquals("sequential", mixed.getAs("access"));
  }

  @Test
  void aMendedModelIsANewRow() {
    Row failed =
        models(List.of(good("a", 50, 4, 0.1), cell("b").build()), "run", Accuracies.none()).get(0);
    Row mended =
        models(List.of(good("a", 50, 4, 0.1), good("b", 50, 4, 0.1)), "run", Accuracies.none())
            .get(0);
    assertEquals(1L, failed.<Long>getAs("failed"));
    assertFalse(failed.<Boolean>getAs("verified"));
    assertEquals(0L, mended.<Long>getAs("failed"));
    assertNotEquals(failed.<String>getAs("key"), mended.<String>getAs("key"));
    Row again =
        models(List.of(good("a", 50, 4, 0.1), good("b", 50, 4, 0.1)), "later", Accuracies.none())
            .get(0);
    assertEquals(mended.<String>getAs("key"), again.<String>getAs("key"));
  }
}
