package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.SparkSession;

/**
 * Runs the command line inside the test's own process, on a local Spark: one for all tests of a
 * JVM, since starting it takes longer than most of what they ask of it.
 */
public final class CommandLineRun {
  public final int status;
  public final String out;
  public final String err;

  private CommandLineRun(int status, String out, String err) {
    this.status = status;
    this.out = out;
    this.err = err;
  }

  /** Runs a command on the Spark that runs already, or on one that is started for all. */
  public static CommandLineRun of(String... args) {
    settings();
    if (args.length > 0 && !WITHOUT_SPARK.contains(args[0]) && !Sessions.isRunning()) {
      Sessions.start("tests");
    }
    return run(args);
  }

  /** Runs a command that starts a Spark of its own, and stops it, as it does outside of tests. */
  static CommandLineRun alone(String... args) {
    settings();
    stopSpark();
    return run(args);
  }

  /** Stops the Spark of all tests: the next command starts another. */
  static void stopSpark() {
    if (Sessions.isRunning()) {
      SparkSession.builder().getOrCreate().stop();
    }
  }

  private static void settings() {
    System.setProperty("spark.master", System.getProperty("spark.master", "local[2]"));
    System.setProperty("spark.ui.enabled", "false");
    System.setProperty("spark.sql.shuffle.partitions", "2");
    System.setProperty("spark.driver.bindAddress", "127.0.0.1");
    System.setProperty("spark.driver.host", "127.0.0.1");
  }

  private static CommandLineRun run(String... args) {
    PrintStream console = System.out;
    PrintStream errors = System.err;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      int status = Main.run(args);
      return new CommandLineRun(
          status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(console);
      System.setErr(errors);
    }
  }

  /** The commands that need no Spark. */
  private static final Set<String> WITHOUT_SPARK =
      Set.of(
          "compress",
          "decode",
          "decompress",
          "export",
          "infer",
          "fetch",
          "help",
          "version",
          "--help",
          "--version");

  /** The grid of a test that says no other: the defaults are a large one. */
  private static final Map<String, String> GRID =
      Map.of(
          "--sparsities", "0.3,0.5,0.7",
          "--bits", "8",
          "--codebooks", "uniform",
          "--encodings",
              "dense/[phr]*,bitmap/[phr]*,csr/[phr]*,relative4/[phr]*,relative5/[phr]*,psr/[phr]*,"
                  + "dcsr/[phr]*,hybrid/[phr]*");

  /** A sweep with these options and an output folder, offline, over a small grid. */
  public static CommandLineRun sweep(String out, String... options) {
    List<String> args = new ArrayList<>(List.of("sweep", "--offline", "--out", out));
    args.addAll(Arrays.asList(options));
    if (!args.contains("--config")) {
      GRID.forEach(
          (option, values) -> {
            if (!args.contains(option)) {
              Collections.addAll(args, option, values);
            }
          });
    }
    return of(args.toArray(new String[0]));
  }

  /** The answer to a query over results. */
  public static String query(String out, String sql) {
    CommandLineRun run = of("sql", "--out", out, sql);
    assertEquals(0, run.status, run::toString);
    return run.out;
  }

  /** The single number that a query answers. */
  public static long number(String out, String sql) {
    return query(out, sql)
        .lines()
        .filter(line -> line.matches("\\|\\s*-?\\d+\\s*\\|"))
        .map(line -> Long.parseLong(line.replaceAll("[|\\s]", "")))
        .findFirst()
        .orElseThrow();
  }

  /**
   * Asserts the single number that each query answers, all in one session, since starting one takes
   * longer than most queries.
   */
  public static void assertNumbers(String out, Map<String, Integer> expected) {
    List<String> queries = List.copyOf(expected.keySet());
    List<Integer> found =
        query(out, String.join(";\n", queries))
            .lines()
            .filter(line -> line.matches("\\|\\s*-?\\d+\\s*\\|"))
            .map(line -> Integer.valueOf(line.replaceAll("[|\\s]", "")))
            .toList();
    assertEquals(queries.size(), found.size(), "a query that answers no single number");
    for (int i = 0; i < queries.size(); i++) {
      assertEquals(expected.get(queries.get(i)), found.get(i), queries.get(i));
    }
  }

  /** The lines of the error stream that say what is wrong. */
  public List<String> errors() {
    return err.lines().filter(line -> line.startsWith("error: ")).toList();
  }

  /** Asserts bad input: one clear line with these parts, exit status 2, no stack trace. */
  void assertRefused(String... parts) {
    assertEquals(2, status, this::toString);
    List<String> errors = errors();
    assertEquals(1, errors.size(), this::toString);
    for (String part : parts) {
      assertTrue(errors.get(0).contains(part), () -> errors.get(0) + " lacks " + part);
    }
    assertFalse(err.contains("\tat "), this::toString);
  }

  @Override
  public String toString() {
    return "status " + status + "\n" + out + "\n" + err;
  }
}
