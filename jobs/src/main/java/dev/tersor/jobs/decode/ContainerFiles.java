package dev.tersor.jobs.decode;

import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.plan.Setting;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.api.Binary;

/**
 * Parquet files of the table of containers, read without Spark, which takes longer to start than
 * most networks to decode. A row has pages of its own, so only what is asked for is read.
 */
record ContainerFiles(List<Path> files, Configuration configuration) {
  /** What 0.1.0 keeps the model in, escaped as in addresses. */
  private static final Pattern PARTITION = Pattern.compile("/model=([^/]+)/");

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
      read(
          file,
          choice.texts(),
          (row, index) -> {
            ContainerRow found = row(file, row, index);
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
        Map.of("key", row.key()),
        (group, index) -> {
          if (index == row.index()) {
            found.add(group.getBinary("container", 0).getBytes());
          }
        });
    if (found.isEmpty()) {
      throw new UsageException(
          "decode: " + row.file() + " has no row " + row.index() + " any more");
    }
    return found.get(0);
  }

  private void read(Path file, Map<String, String> texts, Visitor visitor) throws IOException {
    Map<String, String> columns = new HashMap<>(texts);
    String partition = partition(file);
    if (partition != null) {
      String model = columns.remove("model");
      if (model != null && !model.equals(partition)) {
        return;
      }
    }
    try (ParquetReader<Group> reader = open(file, columns)) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        visitor.row(row, reader.getCurrentRowIndex());
      }
    } catch (FileNotFoundException | UsageException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // libraries throw all kinds over damaged files
      throw new UsageException("decode: " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private ParquetReader<Group> open(Path file, Map<String, String> columns) throws IOException {
    FilterPredicate all = null;
    for (Map.Entry<String, String> column : columns.entrySet()) {
      FilterPredicate one =
          FilterApi.eq(
              FilterApi.binaryColumn(column.getKey()), Binary.fromString(column.getValue()));
      all = all == null ? one : FilterApi.and(all, one);
    }
    return ParquetReader.builder(new GroupReadSupport(), file)
        .withConf(configuration)
        .withFilter(all == null ? FilterCompat.NOOP : FilterCompat.get(all))
        .build();
  }

  private static String partition(Path file) {
    Matcher matcher = PARTITION.matcher(file.toString());
    // A plus is no space here.
    return matcher.find()
        ? URLDecoder.decode(matcher.group(1).replace("+", "%2B"), StandardCharsets.UTF_8)
        : null;
  }

  private static ContainerRow row(Path file, Group row, long index) {
    String partition = partition(file);
    return new ContainerRow(
        file,
        index,
        text(row, "run_id"),
        text(row, "key"),
        partition == null ? text(row, "model") : partition,
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
            text(row, "encoding")),
        row.getBinary("container", 0).length());
  }

  private static String text(Group row, String column) {
    return has(row, column) ? row.getBinary(column, 0).toStringUsingUTF8() : null;
  }

  /** Files of earlier versions lack columns. */
  private static boolean has(Group row, String column) {
    return row.getType().containsField(column) && row.getFieldRepetitionCount(column) > 0;
  }
}
