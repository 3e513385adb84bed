package dev.tersor.jobs.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.cli.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command for YARN of README.md and of the page about clusters, on one with HDFS. */
@Tag("full")
class YarnIT {
  private static final Path HOME = Path.of(System.getProperty("tersor.home"));
  private static final Path PAGE = HOME.resolve("docs/howto/cluster.md");
  private static final String JAR = System.getProperty("tersor.sweepJar");
  private static final String MODULES = System.getProperty("tersor.clusterManagers");

  /** For processes that end before code is compiled well. */
  private static final String SHORT =
      "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dtersor.vector=off";

  private static final String MODEL = "lenet300";

  /** What a sweep asks for by itself is too much for a test. */
  private static final String[] GRID = {
    "--no-accuracy",
    "--bits",
    "4",
    "--codebooks",
    "linear",
    "--encodings",
    "dense/huffman,bitmap,relative4/huffman"
  };

  private static final int CELLS = 3 * 2 * 3;

  @TempDir static Path folder;
  private static MiniYarn yarn;
  private static Map<String, List<String>> expected;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    yarn = new MiniYarn(Files.createDirectories(folder.resolve("cluster")));
    Path conf = Files.createDirectories(folder.resolve("conf"));
    Files.copy(HOME.resolve("conf/log4j2.properties"), conf.resolve("log4j2.properties"));
    String java = System.getProperty("java.home");
    // What the administrator of a cluster of this size would set.
    Files.writeString(
        conf.resolve("spark-defaults.conf"),
        """
        spark.yarn.jars local:%s/jars/*,local:%s/*
        spark.yarn.appMasterEnv.JAVA_HOME %3$s
        spark.executorEnv.JAVA_HOME %3$s
        spark.yarn.appMasterEnv.SPARK_LOCAL_IP 127.0.0.1
        spark.executorEnv.SPARK_LOCAL_IP 127.0.0.1
        spark.ui.enabled false
        spark.sql.shuffle.partitions 2
        spark.driver.extraJavaOptions %4$s
        spark.executor.extraJavaOptions %4$s
        spark.yarn.am.extraJavaOptions %4$s
        """
            .formatted(System.getProperty("tersor.sparkHome"), MODULES, java, SHORT));
    String out = folder.resolve("here").toString();
    sweepHere(out);
    expected = Tables.read(SparkSession.active(), out);
    assertEquals(CELLS, expected.get("cells").size());
    yarn.await();
  }

  /** All cells, or what is missing of them, by a Spark in this JVM. */
  private static CommandLineRun sweepHere(String out) {
    List<String> options = new ArrayList<>(List.of("--models", MODEL, "--sparsities", "0.5,0.9"));
    options.addAll(List.of(GRID));
    CommandLineRun sweep = CommandLineRun.sweep(out, options.toArray(new String[0]));
    assertEquals(0, sweep.status, sweep::toString);
    return sweep;
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (yarn != null) {
      yarn.close();
    }
  }

  /** The command of the page for YARN, of a size for this machine. */
  private static PageCommand page() throws IOException {
    return PageCommand.of(PAGE, "spark-submit --master yarn")
        .option("--num-executors", "1")
        .option("--executor-cores", "1")
        .option("--executor-memory", "600m")
        .option("--driver-memory", "600m")
        .option("--models", MODEL)
        .word("sweep.jar", JAR);
  }

  private static SweepProcess run(String name, PageCommand command) throws IOException {
    Map<String, String> environment = new HashMap<>(yarn.environment());
    environment.put("SPARK_CONF_DIR", folder.resolve("conf").toString());
    environment.put("SPARK_DIST_CLASSPATH", MODULES + "/*");
    environment.put("SPARK_SUBMIT_OPTS", SHORT);
    return SweepProcess.ofPage(folder.resolve(name + ".log"), command, environment);
  }

  /** In client mode, then the other half in cluster mode, then nothing from here. */
  @Test
  void aFolderThatIsFilledInEachModeIsThatOfOneSweep() throws IOException, InterruptedException {
    SweepProcess client =
        run(
            "client",
            page()
                .option("--deploy-mode", "client")
                .and("--offline", "--sparsities", "0.5")
                .and(GRID));
    assertEquals(0, client.await(), () -> client.log() + yarn.logs());
    String half = CELLS / 2 + " cells computed, ";
    assertTrue(client.log().contains(half + "0 held before"), client::log);

    SweepProcess cluster =
        run("cluster", page().and("--offline", "--sparsities", "0.5,0.9").and(GRID));
    assertEquals(0, cluster.await(), () -> cluster.log() + yarn.logs());
    String log = yarn.logs();
    assertTrue(log.contains(half + CELLS / 2 + " held before"), log);

    String out = yarn.uri() + "/results";
    SparkSession spark = SparkSession.active();
    assertEquals(expected, Tables.read(spark, out));
    Dataset<Row> cells = spark.read().parquet(out + "/cells");
    assertEquals(CELLS, cells.count());
    assertEquals(CELLS, cells.filter("verified").select("key").distinct().count());
    CommandLineRun again = sweepHere(out);
    assertTrue(again.out.contains("0 cells computed, " + CELLS + " held before"), again.out);
  }

  /** YARN makes one attempt, and spark-submit says how it ended. */
  @Test
  void aSweepThatFailsIsNotStartedAgain() throws IOException, InterruptedException {
    SweepProcess cluster = run("failed", page().and("--sparsities", "2"));
    assertEquals(1, cluster.await(), () -> cluster.log() + yarn.logs());
    assertEquals(2, yarn.logs().split("error: sparsities", -1).length, yarn::logs);
  }

  @Test
  void readmeHasTheCommandOfThePage() throws IOException {
    PageCommand readme =
        PageCommand.of(HOME.resolve("README.md"), "spark-submit --master yarn")
            .word("jobs/target/sweep.jar", JAR)
            .option("--models", MODEL);
    assertTrue(page().words().containsAll(readme.words()), readme.words()::toString);
  }
}
