package dev.tersor.jobs.device;

import dev.tersor.core.device.DeviceExport;
import dev.tersor.jobs.config.GridSettings;
import dev.tersor.jobs.fit.Fitted;
import dev.tersor.jobs.fit.GridFit;
import dev.tersor.jobs.fit.Scan;
import dev.tersor.jobs.fit.SegmentWeights;
import dev.tersor.jobs.plan.Cell;
import dev.tersor.jobs.plan.CellKeys;
import dev.tersor.jobs.plan.Grid;
import dev.tersor.jobs.plan.SegmentRef;
import dev.tersor.jobs.plan.Unit;
import dev.tersor.jobs.source.ResolvedModel;
import dev.tersor.jobs.table.Coverage;
import dev.tersor.jobs.table.Failure;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.RunInfo;
import dev.tersor.jobs.table.Table;
import dev.tersor.jobs.table.TableWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Counts instructions of decoding recipes x segments on a board, tasks of many each, and writes the
 * device table (Smaller together, Table I, figures 7 and 8, which count cycles).
 */
public final class DeviceCounts {
  private static final int ATTEMPTS = 3;

  /**
   * Weights that a task decodes: building for the board takes a second or two whatever is in it.
   */
  private static final long TASK_WEIGHTS = 4_000_000;

  /** Tasks between two commits, for each core: what a killed run loses at most. */
  private static final int TASKS = 4;

  private final SparkSession session;
  private final JavaSparkContext spark;
  private final GridSettings settings;
  private final ResultsFolder folder;
  private final RunInfo info;
  private final long ram;
  private final Toolchain tools;
  private final SegmentWeights reader;
  private final TableWriter tables;

  /**
   * @param ram bytes that codes of a segment may take, whole or a row of them
   * @param tools programs of the workers; null in it where they are those of each worker
   */
  public DeviceCounts(
      SparkSession session,
      GridSettings settings,
      ResultsFolder folder,
      RunInfo info,
      long ram,
      Toolchain tools) {
    this.session = session;
    this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    this.settings = settings;
    this.folder = folder;
    this.info = info;
    this.ram = ram;
    this.tools = tools;
    this.reader =
        new SegmentWeights(
            spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration())));
    this.tables = new TableWriter(session, folder, info.id());
  }

  /**
   * Counts and publishes what the results do not hold yet, and the row of the run.
   *
   * @return the keys of all that was asked for, those held before among them
   * @throws IOException if something takes rows away as fast as they are written
   */
  public Set<String> run(List<ResolvedModel> models, PrintStream console) throws IOException {
    List<SegmentRef> segments = Grid.segments(models);
    Grid grid = Grid.of(settings, segments, Scan.all(spark, reader, segments));
    String programs = DeviceExport.version();
    Set<String> asked = new LinkedHashSet<>();
    long done = 0;
    long failed = 0;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      List<Grid.Block> left = left(grid, programs, held(), asked);
      Fitted fitted = new GridFit(session, reader, settings.seed(), grid).fit(left, console);
      List<List<Unit>> tasks = tasks(left, fitted);
      done += left.stream().mapToLong(block -> block.cells().size()).sum();
      failed += write(tasks, console);
      tables.finish(
          List.of(),
          info.row(done, Math.max(0, asked.size() - done), failed, spark),
          new Coverage().add(Table.DEVICE, asked));
      // Expiry beside this run may have taken what it found held; it keeps this run's from now on.
      if (tables.keys(Table.DEVICE).containsAll(asked)) {
        return asked;
      }
    }
    throw new IOException(
        "counts are gone from "
            + folder.root()
            + " after they were written: something deletes its files");
  }

  /** The rows of keys, each once. */
  public Dataset<Row> rows(Set<String> keys) {
    return folder.table(session, Table.DEVICE).filter(functions.col("key").isin(keys.toArray()));
  }

  /** Keys of rows that would come out the same; those that lacked a program are not. */
  private Set<String> held() throws IOException {
    return folder.reading(
        () -> {
          Set<String> held = new HashSet<>();
          for (Row row :
              folder
                  .ofGeneration(session, Table.DEVICE)
                  .select("key", "verified", "error", "cause")
                  .collectAsList()) {
            if (row.getBoolean(1) || !Failure.of(row).isPassing()) {
              held.add(row.getString(0));
            }
          }
          return held;
        });
  }

  /**
   * What of a grid is not held, under the keys of this table.
   *
   * @param asked takes all keys
   */
  private List<Grid.Block> left(Grid grid, String programs, Set<String> held, Set<String> asked) {
    List<Grid.Block> left = new ArrayList<>();
    for (Grid.Block block : grid.blocks()) {
      List<Cell> cells = new ArrayList<>();
      for (Cell cell : block.cells()) {
        String key = CellKeys.ofDevice(cell.key(), programs, ram);
        asked.add(key);
        if (!held.contains(key)) {
          cells.add(new Cell(cell.setting(), cell.bits(), cell.recipe(), key));
        }
      }
      if (!cells.isEmpty()) {
        left.add(new Grid.Block(block.segment(), block.pruning(), block.weightsHash(), cells));
      }
    }
    return left;
  }

  /** Blocks together until they are worth a run of the board, the heaviest first. */
  private static List<List<Unit>> tasks(List<Grid.Block> left, Fitted fitted) {
    List<Unit> units = new ArrayList<>();
    for (Grid.Block block : left) {
      long weights = block.segment().segment().length();
      units.add(fitted.unit(block, weights * block.cells().size()));
    }
    units.sort(Comparator.comparingLong(Unit::cost).reversed());
    List<List<Unit>> tasks = new ArrayList<>();
    long weights = TASK_WEIGHTS;
    for (Unit unit : units) {
      if (weights >= TASK_WEIGHTS) {
        tasks.add(new ArrayList<>());
        weights = 0;
      }
      tasks.get(tasks.size() - 1).add(unit);
      weights += unit.cost();
    }
    return tasks;
  }

  /** Counts and publishes; returns how many failed. */
  private long write(List<List<Unit>> tasks, PrintStream console) {
    DeviceTask task = new DeviceTask(reader, info.id(), settings.seed(), ram, tools);
    int atOnce = TASKS * spark.defaultParallelism();
    long failed = 0;
    for (int from = 0; from < tasks.size(); from += atOnce) {
      List<List<Unit>> wave = tasks.subList(from, Math.min(from + atOnce, tasks.size()));
      JavaRDD<Row> rows =
          spark
              .parallelize(List.copyOf(wave), wave.size())
              .flatMap(units -> task.compute(units).iterator())
              .cache();
      failed += rows.filter(row -> !row.<Boolean>getAs("verified")).count();
      tables.write(session.createDataFrame(rows, Table.DEVICE.schema()).coalesce(1), Table.DEVICE);
      rows.unpersist();
      console.printf("counted on the board: %,d of %,d runs%n", from + wave.size(), tasks.size());
    }
    return failed;
  }
}
