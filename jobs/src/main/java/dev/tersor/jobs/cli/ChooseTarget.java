package dev.tersor.jobs.cli;

import dev.tersor.core.index.Access;
import dev.tersor.jobs.choose.ChoiceTarget;
import dev.tersor.jobs.config.UsageException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The options that say what a choice is made under. */
final class ChooseTarget {
  @Option(names = "--bytes", paramLabel = "N", description = "the least error in a file of N bytes")
  Double bytes;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description = "the least error in a file of R bits for each number of the network")
  Double rate;

  @Option(
      names = "--sqnr",
      paramLabel = "DB",
      description = "the smallest file with so much signal to noise of all layers' weights, in dB")
  Double sqnr;

  @Option(
      names = "--max-drop",
      paramLabel = "P",
      description = {
        "the smallest file that loses at most P points of top-1 accuracy on held-out training",
        "images of the model's data set"
      })
  Double maxDrop;

  @Option(
      names = "--access",
      paramLabel = "KIND",
      description = "only encodings that are read in parallel, or at random")
  String access;

  @Option(
      names = "--speed",
      paramLabel = "M",
      description = "decode at least M million weights a second on one core, as cells measured it")
  Double speed;

  /**
   * @throws UsageException if there is none, or more than one, or a number that cannot be
   */
  ChoiceTarget target() {
    List<ChoiceTarget> given = new ArrayList<>();
    add(given, ChoiceTarget.Kind.BYTES, bytes);
    add(given, ChoiceTarget.Kind.RATE, rate);
    add(given, ChoiceTarget.Kind.SQNR, sqnr);
    add(given, ChoiceTarget.Kind.DROP, maxDrop);
    if (given.size() > 1) {
      throw new UsageException(
          "choose: "
              + given.stream().map(ChoiceTarget::options).collect(Collectors.joining(" and "))
              + " contradict each other, expected one");
    }
    if (given.isEmpty()) {
      throw new UsageException(
          "choose: under what? expected one of --bytes N, --rate R, --sqnr DB, --max-drop P");
    }
    return given.get(0);
  }

  private static void add(List<ChoiceTarget> given, ChoiceTarget.Kind kind, Double value) {
    if (value != null) {
      given.add(new ChoiceTarget(kind, value));
    }
  }

  Access weakestAccess() {
    if (access == null) {
      return Access.SEQUENTIAL;
    }
    return switch (access) {
      case "random" -> Access.RANDOM;
      case "parallel" -> Access.PARALLEL;
      case "any" -> Access.SEQUENTIAL;
      default ->
          throw new UsageException("access: '" + access + "', expected random, parallel or any");
    };
  }

  /** The encodings to measure where nobody names some; null for those of the built-in grid. */
  List<String> encodings() {
    return switch (weakestAccess()) {
      case RANDOM -> List.of("dense/packed", "ras/wavelet");
      case PARALLEL -> List.of("{dense,bitmap,psr,csr}/packed", "ras/wavelet");
      case SEQUENTIAL -> null;
    };
  }

  /** Nanoseconds for so many weights; infinite for no limit. */
  double nanos(long weights) {
    if (speed == null) {
      return Double.POSITIVE_INFINITY;
    }
    if (!(speed > 0 && speed < Double.MAX_VALUE)) {
      throw new UsageException(
          "speed: " + speed + ", expected million weights a second, a number above 0");
    }
    return 1e3 * weights / speed;
  }
}
