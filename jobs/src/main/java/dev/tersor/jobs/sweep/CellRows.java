package dev.tersor.jobs.sweep;

import dev.tersor.core.encode.Breakdown;
import dev.tersor.core.encode.Content;
import dev.tersor.core.encode.Encoded;
import dev.tersor.core.encode.Encoded.CodedStream;
import dev.tersor.core.encode.Recipe;
import dev.tersor.core.index.Split;
import dev.tersor.core.index.Stream;
import dev.tersor.core.symbol.Entropy;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Segment;
import dev.tersor.jobs.config.BitWidth;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.plan.Cell;
import dev.tersor.jobs.plan.Unit;
import dev.tersor.jobs.source.TensorRef;
import dev.tersor.jobs.table.Failure;
import dev.tersor.jobs.table.RowBuilder;
import dev.tersor.jobs.table.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.apache.spark.sql.Row;
import scala.jdk.javaapi.CollectionConverters;

/** Rows of the tables that a unit fills. */
public final class CellRows {
  private final RowBuilder identity;
  private final Segment segment;
  private final Pruning pruning;
  private final String dtype;
  private long pruneNanos;
  private long fitNanos;

  CellRows(Unit unit, String run) {
    TensorRef tensor = unit.segment().tensor();
    pruning = unit.pruning();
    segment = unit.segment().segment();
    dtype = tensor.format().label();
    identity =
        new RowBuilder(Table.CELLS)
            .set("run_id", run)
            .set("model", tensor.model())
            .set("tensor", tensor.name())
            .set("segment", segment.index())
            .set("kind", tensor.kind().name().toLowerCase(Locale.ROOT))
            .set("shape", tensor.shape().toString())
            .set("layout", tensor.layout().name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .set("params", (long) segment.length())
            .set("macs", tensor.knownMacs().isPresent() ? tensor.macs() : null)
            .set("weights_source", tensor.origin().label())
            .set("weights_hash", unit.weightsHash());
  }

  /** Sets what it took to come to the codes of the cells that follow. */
  void prepared(long prune, long fit) {
    pruneNanos = prune;
    fitNanos = fit;
  }

  /**
   * A row of a cell with the time of its unit, where it was verified.
   *
   * @param stored keys of the cells whose containers are stored
   */
  static Row ofUnit(Row cell, long nanos, Set<String> stored) {
    return cell.<Boolean>getAs("verified")
        ? RowBuilder.of(Table.CELLS, cell)
            .set("unit_ns_per_weight", (double) nanos / cell.<Long>getAs("params"))
            .set("stored", stored.contains(cell.<String>getAs("key")))
            .build()
        : cell;
  }

  /** The columns that a cell has before anything is computed. */
  RowBuilder of(Cell cell) {
    return identity
        .copy(Table.CELLS)
        .set("key", cell.key())
        .setAll(cell.setting().values(pruning, cell.bits()))
        .set("dtype", cell.bits() == BitWidth.LOSSLESS.fixed() ? dtype : null);
  }

  Row failed(Cell cell, Throwable error) {
    return of(cell).setAll(Failure.of(error).values()).build();
  }

  /** Adds what the encoded bytes say. */
  void measure(RowBuilder row, Content content, Recipe recipe, Encoded encoded) {
    Breakdown bytes = encoded.breakdown();
    int total = encoded.container().length;
    long size = content.shape().size();
    double weights = size;
    row.set("payload_bytes", (long) bytes.payloadBytes())
        .set("total_bytes", (long) total)
        .set("value_bytes", (long) bytes.valueBytes())
        .set("index_bytes", (long) bytes.indexBytes())
        .set("codebook_bytes", (long) bytes.codebookBytes())
        .set("table_bytes", (long) bytes.tableBytes())
        .set("padding_bytes", (long) bytes.paddingBytes())
        .set("header_bytes", (long) bytes.headerBytes())
        .set("bits_per_weight", 8 * total / weights)
        .set("ratio_fp32", Float.BYTES * weights / total)
        .set("ratio_packed", (double) Codes.denseBytes(size, content.bits()) / total)
        .set("padding_elements", (long) bytes.paddingElements())
        .set("prune_ns_per_weight", pruneNanos / weights)
        .set("fit_ns_per_weight", fitNanos / weights)
        .set("recipe", recipe.name())
        .set("access", content.access(recipe).name().toLowerCase(Locale.ROOT));
  }

  /** A stream of an encoded cell. */
  static Row stream(Stream stream, CodedStream coded, Entropy.Statistics statistics) {
    Symbols symbols = stream.symbols();
    return RowBuilder.nested(Table.CELLS, "streams")
        .set("stream", stream.name())
        .set("role", stream.role().name().toLowerCase(Locale.ROOT))
        .set("coder", coded.coder())
        .set("width_bits", symbols.width())
        .set("symbols", (long) symbols.count())
        .set("padding_symbols", (long) stream.padding())
        .set("alphabet", (long) statistics.alphabet())
        .set("raw_bits", (long) symbols.count() * symbols.width())
        .set("coded_bits", 8L * coded.payloadBytes())
        .set("table_bits", 8L * coded.tableBytes())
        .set("entropy_bits", statistics.bits())
        .build();
  }

  /** Lanes of a group to number of groups; null for schemes without groups. */
  static scala.collection.Map<Integer, Long> groups(Split split) {
    Map<Integer, Long> counts = new TreeMap<>();
    split.groups().forEach((lanes, count) -> counts.put(lanes, (long) count));
    return counts.isEmpty() ? null : CollectionConverters.asScala(counts);
  }

  /** A row for each value of a distribution. */
  static List<Row> histogram(String name, Map<Integer, Long> counts) {
    List<Row> bins = new ArrayList<>();
    counts.forEach(
        (bin, count) ->
            bins.add(
                RowBuilder.nested(Table.CELLS, "histograms")
                    .set("histogram", name)
                    .set("bin", bin)
                    .set("count", count)
                    .build()));
    return bins;
  }

  Row compressed(RowBuilder cell, byte[] container) {
    return cell.copy(Table.COMPRESSED)
        .set("offset", segment.offset())
        .set("segment_shape", segment.shape().toString())
        .set("checksum", checksum(container))
        .set("container", container)
        .build();
  }

  /** CRC32C in hexadecimal. */
  public static String checksum(byte[] container) {
    CRC32C crc = new CRC32C();
    crc.update(container);
    return "%08x".formatted(crc.getValue());
  }
}
