package dev.tersor.jobs.cli;

import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.decode.Decoding;
import dev.tersor.jobs.plan.Setting;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.Table;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Stored containers back to a checkpoint. */
@Command(
    name = "decode",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Decodes the stored tensors of one model at one setting to a safetensors file of F32.",
      "Where several encodings of a tensor are stored, the smallest is taken."
    })
final class DecodeCommand implements Callable<Integer> {
  private static final Set<String> LABELS = Set.of("asis", "paper");

  @Mixin OutOption results;

  @Option(names = "--model", required = true, paramLabel = "NAME", description = "model")
  String model;

  @Option(names = "--sparsity", paramLabel = "S", description = "sparsity target, asis or paper")
  String sparsity;

  @Option(names = "--bits", paramLabel = "B", description = "bits of a code, or paper")
  String bits;

  @Option(names = "--codebook", paramLabel = "NAME", description = "codebook")
  String codebook;

  @Option(names = "--encoding", paramLabel = "RECIPE", description = "recipe")
  String encoding;

  @Option(
      names = "--weights-hash",
      paramLabel = "HASH",
      description = "weights, where several of one model were swept")
  String weightsHash;

  @Option(names = "--tensor", paramLabel = "NAME", description = "one tensor only")
  String tensor;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FILE",
      description = "safetensors file to write; must not exist")
  String to;

  @Override
  public Integer call() throws IOException {
    Configuration hadoop = HadoopSettings.get();
    ResultsFolder folder = ResultsFolder.open(results.out, hadoop);
    try (Sessions spark = Sessions.start("decode")) {
      SparkSession session = spark.session();
      System.out.println(
          folder.reading(
              () ->
                  Decoding.toSafetensors(
                      chosen(folder.table(session, Table.COMPRESSED)), to, hadoop)));
      return Main.OK;
    }
  }

  private Dataset<Row> chosen(Dataset<Row> compressed) {
    Dataset<Row> chosen = where(compressed, "model", model);
    chosen = where(chosen, "tensor", tensor);
    chosen = where(chosen, "weights_hash", weightsHash);
    if (bits != null) {
      chosen = chosen.filter(functions.expr(Setting.BITS_SQL).equalTo(bits));
    }
    chosen = where(chosen, "codebook", codebook);
    chosen = where(chosen, "encoding", encoding);
    if (sparsity == null) {
      return chosen;
    }
    return LABELS.contains(sparsity)
        ? where(chosen, "pruning", sparsity)
        : where(chosen, "sparsity_target", target())
            .filter(functions.col("pruning").notEqual("paper"));
  }

  private double target() {
    try {
      return Double.parseDouble(sparsity);
    } catch (NumberFormatException e) {
      throw new UsageException(
          "sparsity: '" + sparsity + "' is neither a number, asis nor paper", e);
    }
  }

  private static Dataset<Row> where(Dataset<Row> rows, String column, Object value) {
    return value == null ? rows : rows.filter(functions.col(column).equalTo(value));
  }
}
