package dev.tersor.core.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/**
 * Runs benchmarks and writes their scores as a table for results/published: which processor and JDK
 * they are of, and median, least and most of the iterations. Where a benchmark measures dense
 * weights too, {@code times_dense} says how much faster than these a row is, by medians.
 */
public final class PublishedSpeeds {
  private record Row(
      String benchmark,
      Map<String, String> params,
      String unit,
      List<Double> scores,
      boolean time) {
    double median() {
      return scores.get(scores.size() / 2);
    }

    /** Whether this is the same benchmark of dense weights. */
    boolean isBaselineOf(Row other) {
      List<String> different =
          params.keySet().stream().filter(p -> !params.get(p).equals(other.params.get(p))).toList();
      return benchmark.equals(other.benchmark)
          && time
          && different.size() == 1
          && params.get(different.get(0)).matches("dense( fp32)?");
    }
  }

  private PublishedSpeeds() {}

  /**
   * Runs benchmarks.
   *
   * @param args the file to write, and JMH's own arguments
   */
  public static void main(String[] args)
      throws CommandLineOptionException, RunnerException, IOException {
    String[] options = Arrays.copyOfRange(args, 1, args.length);
    Collection<RunResult> results = new Runner(new CommandLineOptions(options)).run();
    List<Row> rows = results.stream().map(PublishedSpeeds::row).toList();
    Path to = Path.of(args[0]);
    Files.writeString(to, head(options) + table(rows), StandardCharsets.UTF_8);
  }

  private static Row row(RunResult result) {
    BenchmarkParams params = result.getParams();
    String name = params.getBenchmark();
    Map<String, String> values = new TreeMap<>();
    params.getParamsKeys().forEach(key -> values.put(key, params.getParam(key)));
    List<Double> scores =
        result.getAggregatedResult().getIterationResults().stream()
            .mapToDouble(iteration -> iteration.getPrimaryResult().getScore())
            .sorted()
            .boxed()
            .toList();
    return new Row(
        name.replaceAll(".*\\.(\\w+\\.\\w+)$", "$1"),
        values,
        result.getPrimaryResult().getScoreUnit(),
        scores,
        result.getPrimaryResult().getScoreUnit().endsWith("/op"));
  }

  private static String head(String[] options) {
    return """
    bin/bench %s
    processor: %s, %d cores
    JDK: %s
    date: %s
    """
        .formatted(
            String.join(" ", options),
            processor(),
            Runtime.getRuntime().availableProcessors(),
            Runtime.version(),
            LocalDate.now(ZoneOffset.UTC));
  }

  /** The processor's architecture, and where the system tells them its name and widest vectors. */
  private static String processor() {
    String architecture = System.getProperty("os.arch");
    try {
      List<String> known = Files.readAllLines(Path.of("/proc/cpuinfo"));
      String flags = " " + said(known, "flags") + " ";
      String vectors =
          flags.contains(" avx512f ") ? ", AVX-512" : flags.contains(" avx2 ") ? ", AVX2" : "";
      return (said(known, "model name") + ", " + architecture + vectors).replaceAll("^, ", "");
    } catch (IOException e) { // other systems have no such file
      return architecture;
    }
  }

  private static String said(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }

  private static String table(List<Row> rows) {
    List<String> params =
        rows.stream().flatMap(row -> row.params.keySet().stream()).distinct().sorted().toList();
    List<String> columns = new ArrayList<>(List.of("benchmark"));
    columns.addAll(params);
    columns.addAll(List.of("unit", "median", "least", "most", "times_dense"));
    StringBuilder text = new StringBuilder("+---+\n").append(line(columns)).append("+---+\n");
    for (Row row : rows) {
      List<String> cells = new ArrayList<>(List.of(row.benchmark));
      params.forEach(name -> cells.add(row.params.getOrDefault(name, "")));
      cells.add(row.unit);
      cells.add(number(row.median()));
      cells.add(number(row.scores.get(0)));
      cells.add(number(row.scores.get(row.scores.size() - 1)));
      cells.add(
          rows.stream()
              .filter(dense -> dense.isBaselineOf(row))
              .findFirst()
              .map(dense -> number(dense.median() / row.median()))
              .orElse(""));
      text.append(line(cells));
    }
    return text.append("+---+\n").toString();
  }

  private static String line(List<String> cells) {
    return cells.stream().collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  /** Four digits that count, as no benchmark here has more. */
  private static String number(double score) {
    int decimals = Math.max(0, 3 - (int) Math.floor(Math.log10(Math.max(score, 1e-9))));
    return String.format(Locale.ROOT, "%." + decimals + "f", score);
  }
}
