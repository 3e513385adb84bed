package dev.tersor.jobs.decode;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.SafetensorsWriter;
import dev.tersor.core.encode.Content;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.plan.Setting;
import dev.tersor.jobs.source.NewFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.functions;

/** Decodes stored containers to a safetensors file, one segment at a time. */
public final class Decoding {
  private Decoding() {}

  /**
   * @param chosen rows of the compressed table: one model at one setting
   * @param to must not exist; appears only when it is whole
   * @return a line that says what was written
   * @throws UsageException if nothing is stored, more than one setting is, or a segment is missing
   */
  public static String toSafetensors(Dataset<Row> chosen, String to, Configuration configuration)
      throws IOException {
    List<Row> settings =
        chosen
            .select(functions.expr("struct(" + Setting.SQL + ", weights_hash)").as("weights"))
            .distinct()
            .select("weights.*")
            .orderBy("pruning", "sparsity_target", "bits", "codebook", "weights_hash")
            .collectAsList();
    if (settings.size() != 1) {
      throw new UsageException(
          settings.isEmpty()
              ? "decode: nothing is stored for that choice; only what --keep named is (best: the"
                  + " smallest encoding of each tensor); ask: SELECT DISTINCT model,"
                  + " sparsity_target, bits, codebook, encoding FROM compressed"
              : "decode: choose one of the stored settings: "
                  + settings.stream().map(Decoding::options).collect(Collectors.joining("; ")));
    }
    Column[] segment = {functions.col("tensor"), functions.col("segment")};
    Dataset<Row> smallest =
        chosen
            .withColumn(
                "choice",
                functions
                    .row_number()
                    .over(
                        Window.partitionBy(segment)
                            .orderBy(
                                functions.length(functions.col("container")),
                                functions.col("key"))))
            .filter("choice = 1")
            .drop("choice");
    Map<String, Shape> shapes = shapes(smallest);
    checkNames(shapes);
    long[] weights = new long[1];
    NewFile.write(
        "decode",
        to,
        configuration,
        out -> {
          try (SafetensorsWriter writer = new SafetensorsWriter(out, shapes, Map.of())) {
            Iterator<Row> rows = smallest.orderBy(segment).toLocalIterator();
            while (rows.hasNext()) {
              Row row = rows.next();
              float[] values = decode(row);
              writer.write(row.getAs("tensor"), values);
              weights[0] += values.length;
            }
          }
        });
    return String.format(Locale.ROOT, "%s: %d tensors, %,d weights", to, shapes.size(), weights[0]);
  }

  private static String options(Row setting) {
    return Setting.of(setting).options() + " --weights-hash " + setting.getAs("weights_hash");
  }

  /** Names that checkpoints had when they were swept by earlier versions. */
  private static void checkNames(Map<String, Shape> shapes) {
    try {
      SafetensorsWriter.check(shapes);
    } catch (IllegalArgumentException e) {
      throw new UsageException("decode: no safetensors file holds it: " + e.getMessage(), e);
    }
  }

  private static Map<String, Shape> shapes(Dataset<Row> rows) {
    Map<String, Shape> shapes = new TreeMap<>();
    for (Row row :
        rows.groupBy("tensor", "shape")
            .agg(functions.sum("params").alias("held"), functions.count("key").alias("segments"))
            .collectAsList()) {
      String name = row.getString(0);
      String text = row.getString(1);
      long[] dims =
          text.equals("scalar")
              ? new long[0]
              : Arrays.stream(text.split("x")).mapToLong(Long::parseLong).toArray();
      Shape shape = Shape.of(dims);
      if (shape.size() != row.getLong(2)) {
        throw new UsageException(
            "decode: of tensor '"
                + name
                + "' only "
                + row.getLong(2)
                + " of "
                + shape.size()
                + " weights are stored");
      }
      shapes.put(name, shape);
    }
    return shapes;
  }

  private static float[] decode(Row row) {
    try {
      return Content.decode(row.getAs("container")).weights();
    } catch (MalformedInputException e) {
      throw new UsageException(
          "decode: tensor '"
              + row.getAs("tensor")
              + "', segment "
              + row.getAs("segment")
              + ": "
              + e.getMessage(),
          e);
    }
  }
}
