package dev.tersor.jobs.cli;

import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * A small sweep and a query, for the archive of classes that {@code bin/class-archive} makes: those
 * that were not loaded then are found and checked in each start that needs them.
 */
public final class Rehearsal {
  private Rehearsal() {}

  /**
   * @param args a folder for results
   */
  public static void main(String[] args) {
    int status = Main.FAILED;
    try {
      rehearse(args[0]);
      status = Main.OK;
    } catch (RuntimeException e) {
      LoggerFactory.getLogger(Rehearsal.class).error("no archive of classes", e);
    }
    // Spark leaves threads behind.
    System.exit(status);
  }

  private static void rehearse(String out) {
    try (Sessions spark = Sessions.start("rehearsal")) {
      run(
          "sweep --offline --models lenet300 --sparsities 0.9 --bits 4 --codebooks uniform"
              + " --encodings bitmap/packed --keep best --out",
          out);
      run("sql --out", out, "SELECT model, max(ratio_fp32) FROM models GROUP BY model ORDER BY 1");
    }
  }

  private static void run(String words, String... more) {
    Stream<String> all = Stream.concat(Stream.of(words.split(" ", -1)), Stream.of(more));
    int status = Main.run(all.toArray(String[]::new));
    if (status != Main.OK) {
      throw new IllegalStateException(words + " ended with status " + status);
    }
  }
}
