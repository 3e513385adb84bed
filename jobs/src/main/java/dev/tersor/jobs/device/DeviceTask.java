package dev.tersor.jobs.device;

import dev.tersor.core.device.BoardCount;
import dev.tersor.core.device.DeviceExport;
import dev.tersor.core.device.DeviceLayer;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.encode.Recipe;
import dev.tersor.core.tensor.Codes;
import dev.tersor.jobs.config.UnavailableException;
import dev.tersor.jobs.fit.Quantised;
import dev.tersor.jobs.fit.SegmentWeights;
import dev.tersor.jobs.plan.Cell;
import dev.tersor.jobs.plan.CodebookId;
import dev.tersor.jobs.plan.Unit;
import dev.tersor.jobs.source.TensorRef;
import dev.tersor.jobs.table.Failure;
import dev.tersor.jobs.table.RowBuilder;
import dev.tersor.jobs.table.Table;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;

/**
 * Counts what decoding segments on the board takes, many in one run of it. What cannot be counted
 * becomes a row that says why, with what is known of it all the same.
 */
final class DeviceTask implements Serializable {
  private static final long serialVersionUID = 1L;

  private final SegmentWeights reader;
  private final String run;
  private final long seed;
  private final long ram;
  private final Toolchain asked;

  /**
   * @param ram bytes that codes of a segment may take
   * @param asked programs; those of the worker where it has none
   */
  DeviceTask(SegmentWeights reader, String run, long seed, long ram, Toolchain asked) {
    this.reader = reader;
    this.run = run;
    this.seed = seed;
    this.ram = ram;
    this.asked = asked;
  }

  /**
   * A recipe of a segment on its way to a row.
   *
   * @param coded its codes, under a name that C takes
   */
  private record Part(NetworkTensor.Coded coded, DeviceLayer layer, RowBuilder row) {}

  List<Row> compute(List<Unit> units) {
    List<Row> rows = new ArrayList<>();
    List<Part> parts = new ArrayList<>();
    units.forEach(unit -> prepare(unit, parts, rows));
    Toolchain tools = asked.orElse(Toolchain.ofMachine());
    Optional<String> missing = tools.missing();
    if (missing.isPresent()) {
      Failure failure =
          Failure.of(
              UnavailableException.of(
                  "no "
                      + missing.get()
                      + " on this worker: install make, gcc-arm-none-eabi,"
                      + " libnewlib-arm-none-eabi and qemu-system-arm, or name them by --cross and"
                      + " --qemu",
                  null));
      parts.forEach(part -> rows.add(part.row().setAll(failure.values()).build()));
    } else if (!parts.isEmpty()) {
      count(new Board(tools), tools.versions(), parts, rows);
    }
    return rows;
  }

  /** Encodes the cells of a unit; those that are none on a device become rows. */
  private void prepare(Unit unit, List<Part> parts, List<Row> rows) {
    Quantised quantised;
    try {
      quantised = new Quantised(unit, reader, reader.of(unit.segment()), seed);
    } catch (RuntimeException | VirtualMachineError | LinkageError e) {
      unit.cells().forEach(cell -> rows.add(failed(identity(unit, cell), e)));
      return;
    }
    Map<CodebookId, Codes> codes = new LinkedHashMap<>();
    for (Cell cell : unit.cells()) {
      RowBuilder row = identity(unit, cell);
      try {
        parts.add(
            part(
                codes.computeIfAbsent(cell.codebook(), quantised::codes),
                Recipe.parse(cell.recipe()),
                "t" + parts.size(),
                row));
      } catch (RuntimeException | VirtualMachineError | LinkageError e) {
        rows.add(failed(row, e));
      }
    }
  }

  private Part part(Codes codes, Recipe recipe, String name, RowBuilder row) {
    NetworkTensor.Coded coded =
        new NetworkTensor.Coded(name, codes.shape(), recipe, List.of(codes));
    DeviceLayer layer = DeviceExport.layer(codes, recipe, ram);
    long zeros = 0;
    for (byte code : codes.codes()) {
      zeros += code == 0 ? 1 : 0;
    }
    row.set("sparsity", (double) zeros / layer.weights())
        .set("flash_bytes", (long) layer.bytes())
        .set("lanes_per_weight", (double) layer.scatteredLanes() / layer.weights());
    return new Part(coded, layer, row);
  }

  /** Counts all in one run; if that is not possible, each half by itself. */
  private static void count(Board board, String versions, List<Part> parts, List<Row> rows) {
    if (parts.size() > 1 && bytes(parts) > Board.MEMORY) {
      halves(board, versions, parts, rows);
      return;
    }
    Board.Counts counts;
    try {
      Map<String, DeviceLayer> layers = new LinkedHashMap<>();
      parts.forEach(part -> layers.put(part.coded().name(), part.layer()));
      counts = board.count(DeviceExport.of(parts.stream().map(Part::coded).toList(), layers, true));
    } catch (RuntimeException e) {
      if (parts.size() == 1) {
        rows.add(failed(parts.get(0).row(), e));
        return;
      }
      halves(board, versions, parts, rows);
      return;
    }
    for (Part part : parts) {
      BoardCount byVectors = counts.byVectors().get(part.coded().name());
      BoardCount plain = counts.plain().get(part.coded().name());
      List<String> files = List.copyOf(part.layer().files());
      rows.add(
          part.row()
              .set("device_instructions", Math.round(byVectors.instructions()))
              .set("device_instructions_per_weight", byVectors.instructionsPerWeight())
              .set("plain_instructions", Math.round(plain.instructions()))
              .set("plain_instructions_per_weight", plain.instructionsPerWeight())
              .set("stack_bytes", (long) byVectors.stack())
              .set("plain_stack_bytes", (long) plain.stack())
              .set("code_bytes", counts.codeBytes(files))
              .set(
                  "vector_code_bytes",
                  counts.codeBytes(files.stream().map(file -> file + "_mve").toList()))
              .set("board", versions)
              .set("verified", true)
              .build());
    }
  }

  private static void halves(Board board, String versions, List<Part> parts, List<Row> rows) {
    int half = parts.size() / 2;
    count(board, versions, parts.subList(0, half), rows);
    count(board, versions, parts.subList(half, parts.size()), rows);
  }

  /** Bytes of the board's memory: all streams, and the codes of the largest. */
  private static long bytes(List<Part> parts) {
    long flash = parts.stream().mapToLong(part -> part.layer().bytes()).sum();
    return flash + parts.stream().mapToLong(part -> part.layer().weights()).max().orElse(0);
  }

  private RowBuilder identity(Unit unit, Cell cell) {
    TensorRef tensor = unit.segment().tensor();
    return new RowBuilder(Table.DEVICE)
        .set("key", cell.key())
        .set("run_id", run)
        .set("model", tensor.model())
        .set("tensor", tensor.name())
        .set("segment", unit.segment().segment().index())
        .set("kind", tensor.kind().name().toLowerCase(Locale.ROOT))
        .set("shape", tensor.shape().toString())
        .set("params", (long) unit.segment().segment().length())
        .set("weights_source", tensor.origin().label())
        .set("weights_hash", unit.weightsHash())
        .setAll(cell.setting().values(unit.pruning(), cell.bits()));
  }

  private static Row failed(RowBuilder row, Throwable error) {
    return row.setAll(Failure.of(error).values()).build();
  }
}
