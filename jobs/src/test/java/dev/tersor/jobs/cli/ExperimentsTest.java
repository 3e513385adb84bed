package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.Checkpoints;
import dev.tersor.jobs.table.SqlScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encodings with parameters and choices, what is measured of them, and the questions to that. */
class ExperimentsTest {
  @TempDir Path folder;

  private String out() {
    return folder.resolve("out").toString();
  }

  private long number(String sql) {
    return CommandLineRun.number(out(), sql);
  }

  private CommandLineRun small(String... options) throws IOException {
    Path file = folder.resolve("small.safetensors");
    Checkpoints.small(file);
    List<String> all = new ArrayList<>(List.of("--weights", "small=" + file));
    all.addAll(List.of(options));
    return CommandLineRun.sweep(out(), all.toArray(new String[0]));
  }

  @Test
  void choicesAreTheSmallestOfAllUnderTheirConstraint() throws IOException {
    CommandLineRun sweep =
        small(
            "--sparsities",
            "0.4,0.8",
            "--bits",
            "3",
            "--encodings",
            "*,auto,auto(access=parallel),auto(access=random)",
            "--tables");
    assertEquals(0, sweep.status, sweep::toString);
    assertEquals(3 * 2 * 4, number("SELECT count(*) FROM cells WHERE encoding LIKE 'auto%'"));
    String smallest =
        "SELECT count(*) FROM cells a JOIN (SELECT tensor, sparsity_target, min(total_bytes) AS"
            + " least FROM cells WHERE encoding NOT LIKE 'auto%%' AND access IN (%s) GROUP BY"
            + " tensor, sparsity_target) b USING (tensor, sparsity_target) WHERE verified AND"
            + " encoding = '%s' AND total_bytes = least AND access IN (%1$s)";
    CommandLineRun.assertNumbers(
        out(),
        Map.of(
            smallest.formatted("'random', 'parallel', 'sequential'", "auto"),
            8,
            smallest.formatted("'random', 'parallel'", "auto(access=parallel)"),
            8,
            smallest.formatted("'random'", "auto(access=random)"),
            8,
            // What a choice holds is what the recipe that it took holds.
            "SELECT count(*) FROM cells a JOIN cells r ON r.encoding = a.recipe AND r.tensor ="
                + " a.tensor AND r.sparsity_target = a.sparsity_target WHERE a.encoding LIKE"
                + " 'auto%' AND a.total_bytes = r.total_bytes AND a.access = r.access",
            3 * 2 * 4,
            "SELECT count(*) FROM cells WHERE encoding NOT LIKE 'auto%' AND encoding <> recipe",
            0,
            "SELECT count(*) FROM cells JOIN (SELECT key, sum(coded_bits) AS coded FROM streams"
                + " GROUP BY key) USING (key) WHERE coded <> 8 * payload_bytes",
            0,
            "SELECT count(*) FROM cells JOIN (SELECT key, sum(if(role = 'value', padding_symbols,"
                + " 0)) AS padding FROM streams GROUP BY key) USING (key)"
                + " WHERE padding <> padding_elements",
            0,
            "SELECT count(*) FROM cells WHERE (groups IS NOT NULL) <> (recipe LIKE 'hybrid%' OR"
                + " recipe LIKE 'groupwise%')",
            0));
    assertTrue(sweep.out.contains("| auto(access=parallel) |"), sweep.out);
  }

  @Test
  void keptChoicesAndParametersDecode() throws IOException {
    String parameters = "hybrid(theta=0.7,remainder=bitmap)";
    CommandLineRun sweep =
        small(
            "--sparsities",
            "0.5",
            "--bits",
            "4",
            "--encodings",
            parameters + "/*,bitmap/*,auto",
            "--keep",
            parameters + ",auto,bitmap");
    assertEquals(0, sweep.status, sweep::toString);
    CommandLineRun.assertNumbers(
        out(),
        Map.of(
            "SELECT count(*) FROM compressed",
            3 * 4,
            "SELECT count(*) FROM compressed WHERE encoding = 'auto' AND recipe LIKE '%/%'",
            4));
    CommandLineRun verify = CommandLineRun.of("verify", "--out", out());
    assertEquals(0, verify.status, verify::toString);
    assertTrue(verify.out.contains("12 stored containers read, 0 damaged"), verify.out);
    byte[] expected = decoded("bitmap/packed");
    assertArrayEquals(expected, decoded("auto"));
    assertArrayEquals(expected, decoded(parameters + "/packed"));
    CommandLineRun again =
        small(
            "--sparsities",
            "0.5",
            "--bits",
            "4",
            "--encodings",
            "auto(access=any)",
            "--keep",
            "best");
    assertTrue(again.out.contains("0 cells computed, 4 held"), again::toString);
    // Alone, a choice is the smallest that is kept.
    CommandLineRun best =
        small("--sparsities", "0.6", "--bits", "4", "--encodings", "auto(access=parallel)");
    assertEquals(0, best.status, best::toString);
    assertEquals(
        4, number("SELECT count(*) FROM compressed WHERE encoding = 'auto(access=parallel)'"));
  }

  private byte[] decoded(String encoding) throws IOException {
    Path to = folder.resolve(encoding.replaceAll("[^a-z]", "") + ".safetensors");
    CommandLineRun run =
        CommandLineRun.of(
            "decode",
            "--out",
            out(),
            "--model",
            "small",
            "--encoding",
            encoding,
            "--to",
            to.toString());
    assertEquals(0, run.status, run::toString);
    return Files.readAllBytes(to);
  }

  @Test
  void aConstraintThatNothingMeetsFailsItsCellsOnly() throws IOException {
    CommandLineRun run = small("--sparsities", "0.5", "--encodings", "auto(speed=1),auto,dense");
    assertEquals(1, run.status, run::toString);
    CommandLineRun.assertNumbers(
        out(),
        Map.of(
            "SELECT count(*) FROM cells WHERE verified",
            8,
            "SELECT count(*) FROM cells WHERE error LIKE '%no recipe meets auto(speed=1)%'",
            4));
  }

  /** Asking for more than was measured computes cells again; asking for it twice does not. */
  @Test
  void timesAndHistogramsAreMeasuredWhereTheyAreAskedFor() throws IOException {
    String[] standard = {"--sparsities", "0.5", "--encodings", "dcsr,dcsr/huffman,hybrid,bitmap"};
    assertEquals(0, small(standard).status);
    CommandLineRun.assertNumbers(
        out(),
        Map.of(
            "SELECT count(*) FROM histograms",
            0,
            "SELECT count(*) FROM cells WHERE timing_runs = 1",
            16));
    String[] more =
        Stream.concat(Stream.of(standard), Stream.of("--timing-runs", "3", "--histograms"))
            .toArray(String[]::new);
    CommandLineRun run = small(more);
    assertEquals(0, run.status, run::toString);
    assertTrue(run.out.contains("16 cells computed"), run.out);
    CommandLineRun.assertNumbers(
        out(),
        Map.of(
            "SELECT count(*) FROM cells WHERE timing_runs = 3",
            16,
            "SELECT count(*) FROM cells WHERE NOT copy_ns_per_weight > 0",
            0,
            "SELECT count(*) FROM models WHERE timing_runs = 3 AND copy_ns_per_weight > 0",
            4,
            // A residual for every element of both encodings, padding included.
            "SELECT count(DISTINCT key) FROM histograms",
            8,
            "SELECT count(*) FROM (SELECT key, sum(count) AS counted FROM histograms WHERE histogram"
                + " = 'residuals' GROUP BY key) JOIN streams USING (key)"
                + " WHERE stream = 'values' AND symbols = counted",
            8,
            "SELECT count(*) FROM cells JOIN (SELECT key, sum(symbols) AS lanes FROM streams WHERE"
                + " stream LIKE 'lanes-%' GROUP BY key) USING (key) WHERE lanes <> 16 * groups[16]"
                + " + 12 * groups[12] + 8 * groups[8] + 4 * groups[4]",
            0));
    CommandLineRun again = small(more);
    assertTrue(again.out.contains("0 cells computed"), again.out);
  }

  /** Products of what is stored, beside those of dense weights; which agree, or cells fail. */
  @Test
  void productsAreTimedWhereTheyAreAskedFor() {
    String[] options = {
      "--models",
      "lenet5",
      "--no-accuracy",
      "--sparsities",
      "0.9",
      "--bits",
      "4,32",
      "--codebooks",
      "uniform,lsq-channel",
      "--encodings",
      "dense/*,bitmap,csr,gap8,ras/wavelet,ras-sparse/wavelet,auto"
    };
    assertEquals(0, go(options, "--encodings", "bitmap").status);
    CommandLineRun.assertNumbers(
        out(),
        Map.of(
            "SELECT count(*) FROM cells WHERE product_ns IS NOT NULL",
            0,
            "SELECT count(*) FROM models WHERE product_ns IS NOT NULL",
            0));
    CommandLineRun run = go(options, "--products");
    assertEquals(0, run.status, run::toString);
    long cells = number("SELECT count(*) FROM cells WHERE dense_product_ns > 0 AND product_ns > 0");
    assertTrue(run.out.contains(cells + " cells computed, 0 held"), run::toString);
    CommandLineRun.assertNumbers(
        out(),
        Map.of(
            // LeNet-5's filters are used at 24 x 24 and 8 x 8 positions, its matrices once.
            "SELECT count(*) FROM (SELECT DISTINCT tensor, positions FROM cells WHERE product_ns > 0)"
                + " WHERE positions = CASE tensor WHEN 'conv1.weight' THEN 576 WHEN 'conv2.weight'"
                + " THEN 64 ELSE 1 END",
            4,
            "SELECT count(*) FROM (SELECT encoding, bits, codebook, sum(product_ns) AS t,"
                + " sum(dense_product_ns) AS d FROM cells WHERE product_ns > 0 GROUP BY ALL) JOIN"
                + " (SELECT * FROM models WHERE product_ns IS NOT NULL) USING (encoding, bits,"
                + " codebook) WHERE abs(t / product_ns - 1) + abs(d / dense_product_ns - 1) >"
                + " 1e-9",
            0));
    assertTrue(number("SELECT count(*) FROM models WHERE product_ns > 0") > 0);
    CommandLineRun again = go(options, "--products");
    assertTrue(again.out.contains("0 cells computed"), again.out);
  }

  /**
   * Written by version 0.1.0 before there were choices, copies and timing runs. Their cells stay;
   * those of codebooks that are fitted are computed again, since steps are others now.
   */
  @Test
  void resultsOfEarlierVersionsGoOn() throws IOException {
    Path earlier = Path.of("src/test/resources/results-0.1");
    try (Stream<Path> files = Files.walk(earlier.resolve("out"))) {
      for (Path file : files.toList()) {
        Path copy =
            folder.resolve("old").resolve(earlier.resolve("out").relativize(file).toString());
        Files.copy(file, copy);
      }
    }
    CommandLineRun migrated =
        CommandLineRun.of("migrate", "--out", folder.resolve("old").toString(), "--to", out());
    assertEquals(0, migrated.status, migrated::toString);
    String[] options = {
      "--models",
      "tiny",
      "--models-dir",
      earlier.resolve("models").toString(),
      "--sparsities",
      "0.5"
    };
    CommandLineRun resumed = go(options, "--encodings", "bitmap,dcsr,hybrid");
    assertEquals(0, resumed.status, resumed::toString);
    assertTrue(resumed.out.contains("6 cells computed, 0 held before"), resumed.out);
    CommandLineRun.assertNumbers(
        out(),
        Map.of(
            "SELECT count(*) FROM models",
            6,
            "SELECT count(*) FROM cells WHERE verified AND recipe IS NULL AND groups IS NULL AND"
                + " timing_runs IS NULL AND copy_ns_per_weight IS NULL",
            6));
    CommandLineRun further =
        go(options, "--encodings", "bitmap,hybrid(theta=1),auto", "--keep", "auto");
    assertEquals(0, further.status, further::toString);
    assertTrue(further.out.contains("4 cells computed, 2 held before"), further.out);
    assertEquals(10, number("SELECT count(*) FROM cells WHERE timing_runs = 1"));
    CommandLineRun verify = CommandLineRun.of("verify", "--out", out());
    assertEquals(0, verify.status, verify::toString);
    // The smallest of what was computed again, and the choices.
    assertTrue(verify.out.contains("6 stored containers read, 0 damaged"), verify.out);
  }

  private CommandLineRun go(String[] options, String... more) {
    return CommandLineRun.sweep(
        out(), Stream.concat(Stream.of(options), Stream.of(more)).toArray(String[]::new));
  }

  /** Every query of every file, on results that have what it asks for. */
  @Test
  void theNotebooksAnswer() throws IOException {
    // Uniform masks, whose shares are known: the weights that the jar has are not taken.
    Path models = Files.createDirectories(folder.resolve("models"));
    Files.writeString(
        models.resolve("resnet8.conf"),
        Files.readString(Path.of("../conf/models/resnet8.conf"))
            .replace("{ trained = \"resnet8.safetensors\" }", ""));
    CommandLineRun sweep =
        CommandLineRun.sweep(
            out(),
            "--models",
            "resnet8",
            "--models-dir",
            models.toString(),
            "--sparsities",
            "0.3,0.7",
            "--histograms",
            "--encodings",
            "dense,hybrid,relative4,dcsr,dcsr(by=row),psr,bitmap,groupwise-best,hybrid(theta=0.5),"
                + "hybrid(order=each-stride),hybrid(order=global-best),auto");
    assertEquals(0, sweep.status, sweep::toString);
    CommandLineRun trained =
        CommandLineRun.sweep(
            out(), "--models", "lenet300", "--sparsities", "0.7", "--encodings", "bitmap/rans");
    assertEquals(0, trained.status, trained::toString);
    CommandLineRun weighted =
        CommandLineRun.sweep(
            out(),
            "--models",
            "lenet300",
            "--saliency",
            "lenet300=../conf/weights/lenet300.safetensors",
            "--sparsities",
            "asis",
            "--codebooks",
            "exact,exact(by=saliency)",
            "--encodings",
            "dense/huffman");
    assertEquals(0, weighted.status, weighted::toString);
    CommandLineRun paper = CommandLineRun.sweep(out(), "--config", "dc-lenet");
    assertEquals(0, paper.status, paper::toString);
    CommandLineRun codebooks =
        CommandLineRun.of(
            "codebooks", "--offline", "--out", out(), "--models", "lenet300", "--bits", "3");
    assertEquals(0, codebooks.status, codebooks::toString);
    boolean hasBoard = DeviceTest.hasBoard();
    if (hasBoard) {
      CommandLineRun device =
          CommandLineRun.of(
              "device",
              "--offline",
              "--out",
              out(),
              "--models",
              "resnet8",
              "--sparsities",
              "0.3,0.7",
              "--models-dir",
              models.toString());
      assertEquals(0, device.status, device::toString);
    }
    StringBuilder all = new StringBuilder();
    Map<String, Integer> firsts = new HashMap<>();
    try (Stream<Path> files = Files.list(Path.of("../notebooks"))) {
      // SuccinctCompressionTest asks those of its paper.
      for (Path file :
          files
              .filter(path -> path.getFileName().toString().matches("(?!sc-).*\\.sql"))
              .sorted()
              .toList()) {
        firsts.put(file.getFileName().toString(), SqlScript.parse(all.toString()).size());
        all.append(Files.readString(file)).append('\n');
      }
    }
    List<SqlScript.Statement> statements = SqlScript.parse(all.toString());
    assertTrue(statements.size() > 20, statements::toString);
    // One session for all of them, since starting one takes longer than most queries.
    Path script = folder.resolve("all.sql");
    Files.writeString(script, all);
    CommandLineRun run =
        CommandLineRun.of("sql", "--out", out(), script.toString(), "--arg", "model=resnet8");
    assertEquals(0, run.status, run::toString);
    List<List<String>> tables = tables(run.out);
    assertEquals(statements.size(), tables.size(), run.out);
    for (int i = 0; i < tables.size(); i++) {
      String sql = statements.get(i).sql();
      boolean isEmpty = tables.get(i).size() < 2;
      // TrainTest asks the trained table, which nothing here fills.
      boolean expected =
          sql.contains("NOT verified")
              || sql.contains("FROM trained")
              || (sql.contains("FROM device") && !hasBoard);
      assertEquals(expected, isEmpty, sql + "\n" + tables.get(i));
    }
    // Shares that are known: the paper's, and what the order of its loops makes of it.
    List<String> appendix = tables.get(firsts.get("appendix-a.sql"));
    assertTrue(cells(appendix, "0.3").contains("76.9"), appendix::toString);
    // Table I's relative size of the hybrid at 30 %.
    List<String> table1 = tables.get(firsts.get("table1.sql") + 1);
    assertTrue(cells(table1, "0.3").contains("0.965"), table1::toString);
  }

  /** The cells of the first line that has one of this text. */
  private static List<String> cells(List<String> table, String cell) {
    return table.stream()
        .map(line -> Stream.of(line.split("\\|")).map(String::strip).toList())
        .filter(cells -> cells.contains(cell))
        .findFirst()
        .orElseThrow();
  }

  /** The lines with cells of every table that was printed. */
  private static List<List<String>> tables(String text) {
    List<List<String>> tables = new ArrayList<>();
    boolean inside = false;
    for (String line : text.lines().toList()) {
      boolean isTable = line.startsWith("+") || line.startsWith("|");
      if (isTable && !inside) {
        tables.add(new ArrayList<>());
      }
      if (line.startsWith("|")) {
        tables.get(tables.size() - 1).add(line);
      }
      inside = isTable;
    }
    return tables;
  }
}
