package dev.tersor.jobs.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.config.CostModel;
import dev.tersor.jobs.config.CostModel.Rate;
import dev.tersor.jobs.config.CostModel.Stage;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.cost.LeastSquares.Sample;
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
  private static final Map<String, Double> SPLIT = Map.of("bitmap", 2.0, "csr", 5.0);
  private static final Map<String, Double> CODE = Map.of("packed", 3.0, "rans", 20.0);

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

  @Test
  void coefficientsComeOutAndNoneIsNegative() {
    List<Sample> samples = new ArrayList<>();
    for (int i = 1; i <= 40; i++) {
      Map<String, Double> quantities = Map.of("a", 1e6 * i, "b", 3e5 * (i % 7), "c", 1e3 * i * i);
      // More of c is faster by a little, which no stage is.
      samples.add(new Sample(quantities, 4e6 * i + 9e5 * (i % 7) - 1e3 * i * i));
    }
    Map<String, Double> found = new LeastSquares(session).fit(samples);
    assertEquals(4, found.get("a"), 0.05);
    assertEquals(3, found.get("b"), 0.1);
    assertEquals(0, found.get("c"));
  }

  /** Units of four cells, whose times are by known rates, with 10 % of noise. */
  private static List<Row> cells() {
    SplittableRandom random = new SplittableRandom(1);
    List<Row> rows = new ArrayList<>();
    for (int tensor = 0; tensor < 40; tensor++) {
      for (double sparsity : new double[] {0.3, 0.9}) {
        long params = 10_000 + random.nextLong(1_000_000);
        double kept = 1 - sparsity;
        double noise = random.nextDouble(0.95, 1.05);
        double unit = 7 + 11;
        List<RowBuilder> cells = new ArrayList<>();
        for (String scheme : List.of("bitmap", "csr")) {
          unit += SPLIT.get(scheme);
          for (String coder : List.of("packed", "rans")) {
            unit += (CODE.get(coder) + 1.5) * kept + 6;
            cells.add(
                new RowBuilder(Table.CELLS)
                    .set("key", scheme + coder)
                    .set("run_id", "run")
                    .set("model", "net")
                    .set("tensor", "tensor" + tensor)
                    .set("segment", 0)
                    .set("shape", "1x" + params)
                    .set("params", params)
                    .set("weights_source", "file")
                    .set("pruning", "tensor")
                    .set("sparsity_target", sparsity)
                    .set("bits", 8)
                    .set("codebook", "uniform")
                    .set("encoding", scheme + "/" + coder)
                    .set("recipe", scheme + "/" + coder)
                    .set("prune_ns_per_weight", 7 * noise)
                    .set("fit_ns_per_weight", 11 * noise)
                    .set(
                        "encode_ns_per_weight",
                        noise * (SPLIT.get(scheme) + CODE.get(coder) * kept))
                    .set("decode_ns_per_weight", noise * 1.5 * kept)
                    .set("timing_runs", 1)
                    .set("verified", true));
          }
        }
        double perWeight = noise * unit;
        cells.forEach(row -> rows.add(row.set("unit_ns_per_weight", perWeight).build()));
      }
    }
    return rows;
  }

  @Test
  void ratesAndTheErrorOfHeldOutUnits() {
    CostModel before = CostModel.load("");
    CostFit.Result fit =
        CostFit.of(
            session, session.createDataFrame(cells(), Table.CELLS.schema()), "a test", before);
    CostModel model = fit.model();
    assertEquals(320, fit.cells() + fit.heldOut());
    assertTrue(fit.heldOut() > 0);
    // By sparsity alone a weight that is kept and one that is not can be told apart.
    assertEquals(7, model.rate(Stage.PRUNE, "read").nanos(1000, 500) / 1000, 0.4);
    assertEquals(11, model.rate(Stage.FIT, "uniform").nanos(1000, 500) / 1000, 0.5);
    double packed =
        model.rate(Stage.SPLIT, "bitmap").nanos(1000, 500)
            + model.rate(Stage.CODE, "packed").nanos(1000, 500);
    double rans =
        model.rate(Stage.SPLIT, "csr").nanos(1000, 500)
            + model.rate(Stage.CODE, "rans").nanos(1000, 500);
    assertEquals(3.5, packed / 1000, 0.4);
    assertEquals(15, rans / 1000, 1);
    assertEquals(before.rates().get(Stage.PRODUCT), model.rates().get(Stage.PRODUCT));
    CostFit.Deviation unit = fit.errors().get(fit.errors().size() - 1);
    assertTrue(unit.what().startsWith("unit"), unit.what());
    assertEquals(1, unit.quantile(0.5), 0.05);
    assertEquals(1, unit.quantile(0.9), 0.12);
    assertEquals(1, unit.total(), 0.08);
    Rate other = model.rate(Stage.CODE, "huffman");
    assertTrue(other.nanos(1000, 500) > 0, "one that was not measured");
  }

  @Test
  void tooLittleIsSaid() {
    UsageException e =
        assertThrows(
            UsageException.class,
            () ->
                CostFit.of(
                    session,
                    session.createDataFrame(List.of(), Table.CELLS.schema()),
                    "",
                    CostModel.load("")));
    assertTrue(e.getMessage().contains("too few timed cells"), e.getMessage());
  }
}
