package dev.tersor.jobs.decode;

import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.plan.Setting;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.InitContext;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;

/**
 * Parquet files of the table of containers, read without Spark, which takes longer to start than
 * most networks to decode. What a container is comes first, and then those that are asked for: a
 * row has pages of its own.
 *
 * @param isEarlier whether they are of 0.1.0, which has a folder for each model in place of a
 *     column
 */
record ContainerFiles(List<Path> files, boolean isEarlier, Configuration configuration) {
  private static final String CONTAINER = "container";

  /** What a container is. */
  private static final Set<String> COLUMNS =
      Set.of(
          "key",
          "run_id",
          "model",
          "tensor",
          "segment",
          "shape",
          "params",
          "weights_hash",
          "pruning",
          "sparsity_target",
          "bits",
          "setting",
          "codebook",
          "encoding");

  private static final String PARTITION = "model=";

  @FunctionalInterface
  private interface Visitor {
    void row(Group row, long index) throws IOException;
  }

  /**
   * The rows that are asked for.
   *
   * @throws UsageException naming a file that cannot be read
   * @throws IOException if one is gone
   */
  List<ContainerRow> rows(ContainerChoice choice) throws IOException {
    List<ContainerRow> rows = new ArrayList<>();
    for (Path file : files) {
      Map<String, String> texts = new LinkedHashMap<>(choice.texts());
      String model = isEarlier ? partition(file) : null;
      if (isEarlier && texts.containsKey("model") && !texts.remove("model").equals(model)) {
        continue;
      }
      read(
          file,
          COLUMNS,
          texts,
          (row, index) -> {
            ContainerRow found = row(file, index, row, isEarlier ? model : text(row, "model"));
            if (choice.isOf(found.setting())) {
              rows.add(found);
            }
          });
    }
    return rows;
  }

  /** The container of a row. */
  byte[] container(ContainerRow row) throws IOException {
    List<byte[]> found = new ArrayList<>();
    read(
        row.file(),
        Set.of("key", CONTAINER),
        Map.of("key", row.key()),
        (group, index) -> {
          if (index == row.index()) {
            found.add(group.getBinary(CONTAINER, 0).getBytes());
          }
        });
    if (found.isEmpty()) {
      throw new UsageException(
          "decode: " + row.file() + " has no row " + row.index() + " any more");
    }
    return found.get(0);
  }

  private void read(Path file, Set<String> columns, Map<String, String> texts, Visitor visitor)
      throws IOException {
    try (ParquetReader<Group> reader = open(file, columns, texts)) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        visitor.row(row, reader.getCurrentRowIndex());
      }
    } catch (FileNotFoundException | UsageException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // libraries throw all kinds over damaged files
      throw new UsageException("decode: " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Reads those of some columns that a file has. */
  private static final class SomeColumns extends GroupReadSupport {
    private final Set<String> names;

    SomeColumns(Set<String> names) {
      this.names = names;
    }

    @Override
    public ReadContext init(InitContext file) {
      MessageType stored = file.getFileSchema();
      return new ReadContext(
          new MessageType(
              stored.getName(),
              stored.getFields().stream().filter(f -> names.contains(f.getName())).toList()));
    }
  }

  private ParquetReader<Group> open(Path file, Set<String> columns, Map<String, String> texts)
      throws IOException {
    FilterPredicate all = null;
    for (Map.Entry<String, String> text : texts.entrySet()) {
      FilterPredicate one =
          FilterApi.eq(FilterApi.binaryColumn(text.getKey()), Binary.fromString(text.getValue()));
      all = all == null ? one : FilterApi.and(all, one);
    }
    // Where a container is may be told by statistics, but not which there are: those may be
    // damaged.
    boolean isQuick = columns.contains(CONTAINER);
    return ParquetReader.builder(new SomeColumns(columns), file)
        .withConf(configuration)
        .withFilter(all == null ? FilterCompat.NOOP : FilterCompat.get(all))
        .useStatsFilter(isQuick)
        .useDictionaryFilter(isQuick)
        .useColumnIndexFilter(isQuick)
        .useBloomFilter(isQuick)
        .build();
  }

  /** The model of a folder, whose name is escaped as in addresses. */
  private static String partition(Path file) {
    String name = file.getParent().getName();
    if (!name.startsWith(PARTITION)) {
      return null;
    }
    try {
      // A plus is no space here.
      String escaped = name.substring(PARTITION.length()).replace("+", "%2B");
      return URLDecoder.decode(escaped, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) { // nobody's escape
      return name.substring(PARTITION.length());
    }
  }

  private static ContainerRow row(Path file, long index, Group row, String model) {
    return new ContainerRow(
        file,
        index,
        text(row, "run_id"),
        text(row, "key"),
        model,
        text(row, "tensor"),
        row.getInteger("segment", 0),
        text(row, "shape"),
        row.getLong("params", 0),
        text(row, "weights_hash"),
        Setting.of(
            text(row, "pruning"),
            has(row, "sparsity_target") ? row.getDouble("sparsity_target", 0) : null,
            has(row, "bits") ? row.getInteger("bits", 0) : null,
            text(row, "setting"),
            text(row, "codebook"),
            text(row, "encoding")));
  }

  private static String text(Group row, String column) {
    return has(row, column) ? row.getBinary(column, 0).toStringUsingUTF8() : null;
  }

  /** Files of earlier versions lack columns. */
  private static boolean has(Group row, String column) {
    return row.getType().containsField(column) && row.getFieldRepetitionCount(column) > 0;
  }
}
