package dev.tersor.jobs.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.table.RowBuilder;
import dev.tersor.jobs.table.Table;
import java.util.List;
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

  @Test
  void totalsAreOfAllTensors() {
    Row model = Models.of(List.of(good("a", 50, 4, 0.1), good("b", 150, 2, 0.3)), "run").get(0);
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
  }

  @Test
  void aMendedModelIsANewRow() {
    Row failed = Models.of(List.of(good("a", 50, 4, 0.1), cell("b").build()), "run").get(0);
    Row mended = Models.of(List.of(good("a", 50, 4, 0.1), good("b", 50, 4, 0.1)), "run").get(0);
    assertEquals(1L, failed.<Long>getAs("failed"));
    assertFalse(failed.<Boolean>getAs("verified"));
    assertEquals(0L, mended.<Long>getAs("failed"));
    assertNotEquals(failed.<String>getAs("key"), mended.<String>getAs("key"));
    Row again = Models.of(List.of(good("a", 50, 4, 0.1), good("b", 50, 4, 0.1)), "later").get(0);
    assertEquals(mended.<String>getAs("key"), again.<String>getAs("key"));
  }
}
