package dev.tersor.jobs.cli;

import dev.tersor.jobs.table.Failure;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.Table;
import dev.tersor.jobs.table.TableWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.functions;

/**
 * One sweep of 100,800 cells of small layers, and the same folder where one cell in a hundred has
 * failed, gone on with twice. Prints what it took, and what the driver's old generation held after
 * collections. {@code bin/table-drill} runs it.
 */
public final class ManyCells {
  private static final int LAYERS = 105;
  private static final int CELLS = LAYERS * 10 * 4 * 24;
  private static final int FAILED = 100;

  private static final String ENCODINGS =
      Stream.of("dense", "bitmap", "csr", "relative4", "relative5", "psr", "dcsr", "hybrid")
          .map(index -> index + "/packed," + index + "/huffman," + index + "/rans")
          .collect(Collectors.joining(","));

  private ManyCells() {}

  /**
   * @param args folder for results
   */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]).toAbsolutePath();
    Path models = Files.createDirectories(folder.resolve("models"));
    Files.writeString(models.resolve("layers.conf"), model());
    String whole = folder.resolve("whole").toString();
    try (Sessions spark = Sessions.start("many cells")) {
      List<Long> held = Collections.synchronizedList(new ArrayList<>());
      ScheduledExecutorService clock =
          Executors.newSingleThreadScheduledExecutor(ManyCells::watcher);
      Future<?> watch = clock.scheduleAtFixedRate(() -> held.add(old()), 1, 1, TimeUnit.SECONDS);
      long start = System.nanoTime();
      sweep(models, whole, ended(CELLS, 0));
      double seconds = (System.nanoTime() - start) / 1e9;
      watch.cancel(true);
      System.out.printf(
          Locale.ROOT,
          "%,d cells in %.0f s; most MB of the old generation (driver and tasks in one JVM) in each quarter of that time: %s%n",
          CELLS,
          seconds,
          quarters(held));
      String out = folder.resolve("failed").toString();
      fail(spark, whole, out);
      sweep(models, out, ended(CELLS / FAILED, CELLS - CELLS / FAILED));
      sweep(models, out, ended(0, CELLS));
      System.out.printf(
          Locale.ROOT,
          "%,d of them failed: one sweep computed just these, and the next none%n",
          CELLS / FAILED);
    }
  }

  private static String ended(int computed, int held) {
    return String.format(
        Locale.ROOT, "%,d cells computed, %,d held before, 0 failed", computed, held);
  }

  /** A thread that keeps no program alive. */
  private static Thread watcher(Runnable work) {
    Thread thread = new Thread(work);
    thread.setDaemon(true);
    return thread;
  }

  private static String model() {
    return "name = layers, title = \"many small layers\", input = [50]\n"
        + "sources = [{ synthetic = 3 }]\ntensors = [\n"
        + IntStream.range(0, LAYERS)
            .mapToObj(
                i ->
                    "{ name = fc%d, kind = fc, shape = [40, 50], macs = 1, prune = true }"
                        .formatted(i))
            .collect(Collectors.joining("\n"))
        + "\n]\n";
  }

  private static void sweep(Path models, String out, String expected) {
    CommandLineRun run =
        CommandLineRun.of(
            "sweep",
            "--offline",
            "--models",
            "layers",
            "--models-dir",
            models.toString(),
            "--sparsities",
            "0.05,0.15,0.25,0.35,0.45,0.55,0.65,0.75,0.85,0.95",
            "--bits",
            "2,3,4,8",
            "--codebooks",
            "uniform",
            "--encodings",
            ENCODINGS,
            "--keep",
            "none",
            "--out",
            out);
    if (run.status != 0 || !run.out.contains(expected)) {
      throw new IllegalStateException("expected '" + expected + "': " + run);
    }
  }

  /** Bytes in the old generation. */
  private static long old() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getName().matches(".*(Old|Tenured) Gen"))
        .map(MemoryPoolMXBean::getUsage)
        .mapToLong(usage -> usage.getUsed())
        .sum();
  }

  private static String quarters(List<Long> held) {
    List<String> most = new ArrayList<>();
    for (int quarter = 0; quarter < 4; quarter++) {
      most.add(
          Long.toString(
              held.subList(held.size() * quarter / 4, held.size() * (quarter + 1) / 4).stream()
                      .mapToLong(Long::longValue)
                      .max()
                      .orElse(0)
                  >> 20));
    }
    return String.join(", ", most);
  }

  /** A folder with the same cells, of which one in a hundred failed for no fault of its input. */
  private static void fail(Sessions spark, String from, String to) {
    var hadoop = spark.session().sparkContext().hadoopConfiguration();
    Dataset<Row> cells =
        ResultsFolder.open(from, hadoop)
            .table(spark.session(), Table.CELLS)
            .withColumn("place", functions.row_number().over(Window.orderBy("key")));
    Column hit = functions.col("place").mod(FAILED).equalTo(0);
    for (Map.Entry<String, Object> value :
        new Failure(Failure.Cause.FAULT, "Stale file handle").values().entrySet()) {
      cells =
          cells.withColumn(
              value.getKey(),
              functions.when(hit, value.getValue()).otherwise(functions.col(value.getKey())));
    }
    new TableWriter(spark.session(), ResultsFolder.create(to, hadoop), "20260101-000001-abcdef")
        .write(cells.drop("place"), Table.CELLS);
  }
}
