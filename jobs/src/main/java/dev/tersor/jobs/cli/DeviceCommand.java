package dev.tersor.jobs.cli;

import static org.apache.spark.sql.functions.expr;

import dev.tersor.core.device.DeviceLayer;
import dev.tersor.core.encode.Auto;
import dev.tersor.core.encode.RasSelection;
import dev.tersor.core.encode.Recipe;
import dev.tersor.jobs.config.BitWidth;
import dev.tersor.jobs.config.Encodings;
import dev.tersor.jobs.config.GridSettings;
import dev.tersor.jobs.config.SettingsLoader;
import dev.tersor.jobs.config.SweepSettings;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.device.DeviceCounts;
import dev.tersor.jobs.device.Toolchain;
import dev.tersor.jobs.plan.TensorSettings;
import dev.tersor.jobs.report.AnswerTable;
import dev.tersor.jobs.report.PlanText;
import dev.tersor.jobs.source.CalibrationResolver;
import dev.tersor.jobs.source.ResolvedModel;
import dev.tersor.jobs.source.WeightResolver;
import dev.tersor.jobs.table.ResultsFolder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Instructions of decoding on a board. */
@Command(
    name = "device",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Counts the instructions that a Cortex-M55 takes to decode each tensor in each recipe, with"
          + " and without its vectors, in QEMU; bytes of flash, stack and code beside them.",
      "Needs make, arm-none-eabi-gcc and qemu-system-arm where tasks run; without them counts are"
          + " null, and the next run tries again. What the results hold is not counted again."
    },
    footer = {"", "Without --config it is conf/sweeps/device.conf: the paper's Table I."})
final class DeviceCommand implements Callable<Integer> {
  private static final String DEFAULT_CONFIG = "device";
  private static final int MAX_ROWS = 500;

  @Mixin WeightOptions from;

  @Option(
      names = "--sparsities",
      split = ",",
      paramLabel = "S",
      description = "shares of weights to prune, in [0, 1); asis; paper")
  List<String> sparsities;

  @Option(
      names = "--bits",
      split = ",",
      paramLabel = "B",
      description = "bits of a code, 1..8, paper or file; vectors take those of 8 (default: 8)")
  List<String> bits;

  @Option(
      names = "--codebooks",
      split = ",",
      paramLabel = "NAME",
      description = "codebooks, as of sweep (default: uniform)")
  List<String> codebooks;

  @Option(
      names = "--recipes",
      paramLabel = "RECIPES",
      description = "recipes or globs of them, those without a decoder in C among them")
  List<String> recipes;

  @Option(
      names = "--ram",
      paramLabel = "BYTES",
      description = {
        "bytes that codes of a tensor may take, all of them or those of a row; what takes more is",
        "not counted (default: any)"
      })
  Long ram;

  @Option(
      names = "--cross",
      paramLabel = "PREFIX",
      description = "of the cross compiler's programs (default: $CROSS, or arm-none-eabi-)")
  String cross;

  @Option(
      names = "--qemu",
      paramLabel = "PROGRAM",
      description = "the emulator (default: $QEMU, or qemu-system-arm)")
  String qemu;

  @Option(names = "--seed", paramLabel = "N", description = "for codebooks that draw")
  Long seed;

  @Option(names = "--config", paramLabel = "FILE", description = "as of sweep")
  String config;

  @Option(names = "--out", paramLabel = "DIR", description = "results folder (default: results)")
  String out;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    SweepSettings settings = SettingsLoader.load(config == null ? DEFAULT_CONFIG : config, flags());
    check(settings.grid());
    if (ram != null && ram < 1) {
      throw new UsageException("device: --ram " + ram + ", expected a number of bytes from 1 on");
    }
    Sessions.startFirstInCluster("device");
    Configuration hadoop = HadoopSettings.get();
    List<ResolvedModel> resolved =
        new CalibrationResolver(settings.from(), hadoop)
            .resolve(new WeightResolver(settings.from(), hadoop).resolve());
    TensorSettings.check(settings.grid(), resolved);
    System.err.print(PlanText.sources(resolved));
    ResultsFolder folder = ResultsFolder.create(settings.run().out(), hadoop);
    try (Sessions spark = Sessions.start("device")) {
      SparkSession session = spark.session();
      DeviceCounts counts =
          new DeviceCounts(
              session,
              settings.grid(),
              folder,
              Runs.start(spec, folder),
              ram == null ? Long.MAX_VALUE : ram,
              new Toolchain(cross, qemu));
      Set<String> keys = counts.run(resolved, System.err);
      System.out.print(folder.reading(() -> AnswerTable.of(totals(counts.rows(keys)), MAX_ROWS)));
      return folder.reading(() -> counts.rows(keys).filter("NOT verified").isEmpty())
          ? Main.OK
          : Main.FAILED;
    }
  }

  /** What has no codes of one recipe is refused, and a list that has no decoder at all. */
  private static void check(GridSettings grid) {
    if (grid.bits().stream().anyMatch(BitWidth::isLossless)) {
      throw new UsageException("bits: 32 has no codes that a device decodes, expected 1 to 8");
    }
    IllegalArgumentException missing = null;
    for (String encoding : grid.allEncodings()) {
      if (Auto.isAuto(encoding) || RasSelection.isSelection(encoding)) {
        throw new UsageException(
            "recipes: '" + encoding + "' is a choice among recipes, expected recipes");
      }
      try {
        DeviceLayer.check(Recipe.parse(encoding));
        return;
      } catch (IllegalArgumentException e) {
        missing = e;
      }
    }
    throw new UsageException("recipes: " + missing.getMessage(), missing);
  }

  /** Tensors of a model together: a recipe that fails in one of them has no sum. */
  private static Dataset<Row> totals(Dataset<Row> rows) {
    return rows.groupBy(
            "model", "weights_source", "sparsity_target", "bits", "codebook", "encoding")
        .agg(
            expr("count(DISTINCT tensor) AS tensors"),
            expr("sum(params) AS weights"),
            expr("if(bool_and(flash_bytes IS NOT NULL), sum(flash_bytes), NULL) AS flash_bytes"),
            expr(
                "if(bool_and(verified), round(sum(device_instructions) / sum(params), 3), NULL)"
                    + " AS instructions_per_weight"),
            expr(
                "if(bool_and(verified), round(sum(plain_instructions) / sum(params), 3), NULL)"
                    + " AS without_vectors"),
            expr(
                "if(bool_and(verified), round(sum(lanes_per_weight * params) / sum(params), 3),"
                    + " NULL) AS lanes_per_weight"),
            expr("max(stack_bytes) AS stack_bytes"),
            expr("max(code_bytes + vector_code_bytes) AS code_bytes"),
            expr("min(error) AS error"))
        .orderBy("model", "sparsity_target", "bits", "codebook", "encoding");
  }

  private Map<String, Object> flags() {
    Flags flags = new Flags();
    from.put(flags);
    if (from.weights != null && from.models == null && config == null) {
      // A checkpoint that is named is counted, and not the paper's models beside it.
      flags.put("models", List.copyOf(NamedValue.byName("weights", from.weights).keySet()));
    }
    return flags
        .put("sparsities", sparsities)
        .put("bits", bits)
        .put("codebooks", codebooks)
        .put("encodings", recipes == null ? null : Encodings.split("recipes", recipes))
        .put("seed", seed)
        .put("out", out)
        .values();
  }
}
