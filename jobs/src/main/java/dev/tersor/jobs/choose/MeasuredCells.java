package dev.tersor.jobs.choose;

import dev.tersor.core.encode.NetworkLength;
import dev.tersor.core.encode.Recipe;
import dev.tersor.core.index.Access;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.plan.CodebookId;
import dev.tersor.jobs.plan.Setting;
import dev.tersor.jobs.source.TensorRef;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** Collects the cells of a grid as candidates of layers. */
public final class MeasuredCells {
  private static final List<String> COLUMNS =
      List.of(
          "key",
          "tensor",
          "segment",
          "params",
          "recipe",
          "access",
          "mean_square",
          "mse",
          "codebook_bytes",
          "table_bytes",
          "decode_ns_per_weight",
          "streams");

  private final boolean half;
  private final Map<String, Map<Setting, Map<Integer, Row>>> cells = new LinkedHashMap<>();

  /**
   * Reads the verified cells of a grid.
   *
   * @param table the cells table
   * @param keys the grid's
   * @param half whether numbers of codebooks will take 16 bits
   */
  public MeasuredCells(Dataset<Row> table, String model, Set<String> keys, boolean half) {
    this.half = half;
    List<String> columns = new ArrayList<>(COLUMNS);
    columns.addAll(Setting.COLUMNS);
    Iterator<Row> rows =
        table
            .filter(functions.col("model").equalTo(model).and(functions.col("verified")))
            .selectExpr(columns.toArray(new String[0]))
            .orderBy("key")
            .toLocalIterator();
    while (rows.hasNext()) {
      Row row = rows.next();
      if (keys.contains(row.<String>getAs("key"))) {
        cells
            .computeIfAbsent(row.getAs("tensor"), tensor -> new LinkedHashMap<>())
            .computeIfAbsent(Setting.of(row), setting -> new TreeMap<>())
            .put(row.getAs("segment"), row);
      }
    }
  }

  /**
   * The candidates of a tensor: settings all of whose segments were verified, and have one recipe.
   *
   * @param segments that the tensor is cut into
   * @throws UsageException naming the tensor, if there is none
   */
  public Layer layer(TensorRef tensor, int segments) {
    Map<Setting, Map<Integer, Row>> settings = cells.getOrDefault(tensor.name(), Map.of());
    List<Candidate> candidates = new ArrayList<>();
    double power = 0;
    for (Map.Entry<Setting, Map<Integer, Row>> entry : settings.entrySet()) {
      List<Row> rows = List.copyOf(entry.getValue().values());
      if (rows.size() == segments) {
        power = sum(rows, "mean_square");
        candidate(tensor, entry.getKey(), rows).ifPresent(candidates::add);
      }
    }
    if (candidates.isEmpty()) {
      throw new UsageException(
          "choose: no cell of tensor '" + tensor.name() + "' was verified; sweep says why");
    }
    return new Layer(tensor, power, candidates);
  }

  private Optional<Candidate> candidate(TensorRef tensor, Setting setting, List<Row> rows) {
    List<String> recipes =
        rows.stream().map(row -> row.<String>getAs("recipe")).distinct().toList();
    if (recipes.size() > 1) {
      return Optional.empty();
    }
    Access access = Access.RANDOM;
    double nanos = 0;
    long codebook = 0;
    List<List<NetworkLength.Part>> segments = new ArrayList<>();
    CodebookId id = setting.codebook(tensor);
    for (Row row : rows) {
      access = access.and(Access.valueOf(row.<String>getAs("access").toUpperCase(Locale.ROOT)));
      nanos += row.<Long>getAs("params") * row.<Double>getAs("decode_ns_per_weight");
      List<Row> streams = row.getList(row.fieldIndex("streams"));
      // Code tables that are none of the streams' are those of a codebook in streams.
      long own = row.<Long>getAs("codebook_bytes") + row.<Long>getAs("table_bytes");
      for (Row stream : streams) {
        own -= stream.<Long>getAs("table_bits") / Byte.SIZE;
      }
      codebook = id.isShared() ? Math.max(codebook, own) : codebook + own;
      segments.add(
          streams.stream()
              .map(
                  stream ->
                      new NetworkLength.Part(
                          stream.getAs("stream"),
                          stream.<Long>getAs("symbols"),
                          stream.<Long>getAs("table_bits") / Byte.SIZE,
                          stream.<Long>getAs("coded_bits") / Byte.SIZE))
              .toList());
    }
    Recipe recipe = Recipe.parse(recipes.get(0));
    double error = sum(rows, "mse");
    NetworkLength length = new NetworkLength();
    // Once for the texts, which other tensors bring as well.
    length.coded("", tensor.shape(), recipe, codebook, half, segments);
    long bytes = length.coded("", tensor.shape(), recipe, codebook, half, segments);
    return Optional.of(
        new Candidate(
            setting,
            recipe.name(),
            id.bits(),
            bytes,
            error,
            error,
            nanos,
            access,
            codebook,
            segments));
  }

  /** A mean over weights, summed over them. */
  private static double sum(List<Row> rows, String mean) {
    double sum = 0;
    for (Row row : rows) {
      sum += row.<Long>getAs("params") * row.<Double>getAs(mean);
    }
    return sum;
  }
}
