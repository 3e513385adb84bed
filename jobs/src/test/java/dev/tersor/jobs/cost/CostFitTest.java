package dev.tersor.jobs.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.config.CostModel;
import dev.tersor.jobs.config.CostModel.Stage;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.plan.Cost;
import dev.tersor.jobs.table.RowBuilder;
import dev.tersor.jobs.table.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CostFitTest {
  private static final Map<String, Double> CODED =
      Map.of("bitmap/packed", 6.0, "bitmap/rans", 24.0, "csr/packed", 9.0, "rice(k=3)/rans", 30.0);

  private static SparkSession session;

  @BeforeAll
  static void start() {
    session =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate();
  }

  @AfterAll
  static void stop() throws IOException {
    session.close();
  }

  /** Units of four cells, whose times are by known rates, with 10 % of noise. */
  private static List<Row> cells() {
    SplittableRandom random = new SplittableRandom(1);
    List<Row> rows = new ArrayList<>();
    for (int tensor = 0; tensor < 40; tensor++) {
      for (double sparsity : new double[] {0.3, 0.9}) {
        long params = 10_000 + random.nextLong(1_000_000);
        double noise = random.nextDouble(0.95, 1.05);
        double share = Cost.share(Pruning.of("tensor", sparsity));
        double unit =
            noise * (7 + share * (11 + CODED.values().stream().mapToDouble(d -> d).sum()));
        CODED.forEach(
            (recipe, nanos) ->
                rows.add(
                    new RowBuilder(Table.CELLS)
                        .set("key", recipe)
                        .set("run_id", "run")
                        .set("model", "net")
                        .set("tensor", "tensor" + rows.size() / CODED.size())
                        .set("segment", 0)
                        .set("shape", "1x" + params)
                        .set("params", params)
                        .set("weights_source", "file")
                        .set("pruning", "tensor")
                        .set("sparsity_target", sparsity)
                        .set("bits", 8)
                        .set("codebook", "uniform")
                        .set("encoding", recipe)
                        .set("recipe", recipe)
                        .set("prune_ns_per_weight", 7 * noise)
                        .set("fit_ns_per_weight", 11 * noise * share)
                        // A third of what the unit needs for the cell is checked, not coded.
                        .set("encode_ns_per_weight", noise * share * nanos / 2)
                        .set("decode_ns_per_weight", noise * share * nanos / 6)
                        .set("timing_runs", 1)
                        .set("verified", true)
                        .set("unit_ns_per_weight", unit)
                        .build()));
      }
    }
    return rows;
  }

  @Test
  void ratesAndTheErrorOfHeldOutUnits() {
    CostModel before = CostModel.load("");
    CostFit.Result fit =
        CostFit.of(session.createDataFrame(cells(), Table.CELLS.schema()), "a test", before);
    CostModel model = fit.model();
    assertEquals(80, fit.fitted() + fit.ratios().size());
    assertFalse(fit.ratios().isEmpty());
    assertEquals(7, model.rate(Stage.PRUNE, "read"), 0.2);
    assertEquals(11, model.rate(Stage.FIT, "uniform"), 0.3);
    CODED.forEach(
        (recipe, nanos) ->
            assertEquals(nanos, model.rate(Stage.CELL, recipe.replace("(k=3)", "")), 0.03 * nanos));
    assertEquals(before.rates().get(Stage.PRODUCT), model.rates().get(Stage.PRODUCT));
    assertEquals(1, fit.quantile(0.5), 0.05);
    assertEquals(1, fit.quantile(0.9), 0.06);
    assertEquals(1, fit.total(), 0.03);
  }

  @Test
  void tooLittleIsSaid() {
    UsageException e =
        assertThrows(
            UsageException.class,
            () ->
                CostFit.of(
                    session.createDataFrame(List.of(), Table.CELLS.schema()),
                    "",
                    CostModel.load("")));
    assertTrue(e.getMessage().contains("too few units"), e.getMessage());
  }
}
