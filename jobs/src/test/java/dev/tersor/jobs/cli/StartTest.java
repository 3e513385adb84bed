package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How commands start: what they load of Spark, and through which programs bin/sweep runs them. */
class StartTest {
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();

  private static final String KEEPING = "keeping Spark's classes for quicker starts ...";

  @TempDir private Path folder;

  private record Ended(int status, List<String> lines) {}

  private static Ended run(Map<String, String> environment, Path log, List<String> command)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("SPARK_"));
    builder.environment().putAll(environment);
    Process process = builder.redirectOutput(log.toFile()).start();
    boolean ended = process.waitFor(2, TimeUnit.MINUTES);
    process.destroyForcibly();
    assertTrue(ended, () -> command + " does not end");
    return new Ended(process.exitValue(), Files.readAllLines(log));
  }

  /** Classes that a command loads, run to its end in a JVM of its own. */
  private List<String> loaded(int status, String... args) throws IOException, InterruptedException {
    Path classes = folder.resolve("classes");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xlog:class+load:file=" + classes,
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName()));
    command.addAll(List.of(args));
    Ended ended = run(Map.of(), folder.resolve("log"), command);
    assertEquals(status, ended.status, ended::toString);
    List<String> names =
        Files.readAllLines(classes).stream()
            .map(line -> line.replaceFirst("^.*] ", "").replaceFirst(" source: .*", ""))
            .toList();
    assertTrue(names.contains(Main.class.getName()), names::toString);
    return names;
  }

  private void assertNoSpark(int status, String... args) throws IOException, InterruptedException {
    List<String> spark =
        loaded(status, args).stream()
            // Interfaces that methods of the commands name are loaded when these are looked at.
            .filter(
                name -> !name.matches("org\\.apache\\.spark\\.sql\\.(SparkSession|Dataset|Row)"))
            .filter(name -> name.startsWith("org.apache.spark.") || name.startsWith("scala."))
            .toList();
    assertEquals(List.of(), spark, String.join(" ", args));
  }

  @Test
  void whatNeedsNoSparkLoadsNone() throws IOException, InterruptedException {
    String network = HOME.resolve("conf/weights/lenet5.tersor").toString();
    String checkpoint = folder.resolve("lenet5.safetensors").toString();
    assertNoSpark(Main.OK, "decompress", network, "--to", checkpoint);
    assertNoSpark(
        Main.OK,
        "compress",
        checkpoint,
        "--encoding",
        "bitmap/packed",
        "--codebook",
        "uniform",
        "--to",
        folder.resolve("again.tersor").toString());
    assertNoSpark(Main.OK, "infer", "--images", "1");
    assertNoSpark(Main.OK, "sql", "--help");
  }

  /** Tables have Spark's types; a session is what takes long. */
  @Test
  void aTensorIsDecodedWithoutASession() throws IOException, InterruptedException {
    List<String> names =
        loaded(
            Main.OK,
            "decode",
            "--out",
            "src/test/resources/results-0.1/out",
            "--model",
            "tiny",
            "--to",
            folder.resolve("decoded.safetensors").toString());
    List<String> sessions =
        names.stream()
            .filter(name -> name.matches("org\\.apache\\.spark\\..*(SparkContext|SessionState)"))
            .toList();
    assertEquals(List.of(), sessions);
  }

  @Test
  void badUsageIsToldBeforeSparkIsLoaded() throws IOException, InterruptedException {
    assertNoSpark(Main.USAGE, "--no-such-option");
    assertNoSpark(Main.USAGE, "--models", "nosuch");
    assertNoSpark(Main.USAGE, "--config", folder.resolve("none.conf").toString());
  }

  /**
   * An unpacked archive: the scripts beside a lib/ of empty jars, and a Java that says its words.
   */
  @BeforeEach
  void archive() throws IOException {
    for (String folders : List.of("bin", "conf", "lib/spark/jars", "lib/engines", "java/bin")) {
      Files.createDirectories(folder.resolve(folders));
    }
    for (String file : List.of("lib/sweep.jar", "conf/spark-defaults.conf")) {
      Files.createFile(folder.resolve(file));
    }
    try (Stream<Path> scripts = Files.list(HOME.resolve("bin"))) {
      for (Path script : scripts.toList()) {
        Files.copy(script, folder.resolve("bin").resolve(script.getFileName()));
      }
    }
    Path java = folder.resolve("java/bin/java");
    Files.writeString(
        java,
        """
        #!/usr/bin/env bash
        case " $* " in
          *" org.apache.spark.launcher.Main "*)
            echo asked >>"$JAVA_HOME/launcher"
            printf '\\0\\n'
            printf '%s\\0' "$JAVA_HOME/bin/java" -cp x -Xmx7g "-Da=b c" org.apache.spark.deploy.SparkSubmit "${@: -1}" ;;
          *" -XX:ArchiveClassesAtExit="*)
            echo asked >>"$JAVA_HOME/archiver"
            [ ! -f "$JAVA_HOME/fails" ] || { echo why; exit 1; }
            for word in "$@"; do
              case "$word" in -XX:ArchiveClassesAtExit=*) echo classes >"${word#*=}"; chmod 444 "${word#*=}" ;; esac
            done ;;
          *) printf '%s\\n' "$@" ;;
        esac
        """);
    assertTrue(java.toFile().setExecutable(true));
    Files.writeString(folder.resolve("java/release"), "JAVA_VERSION=\"17.0.1\"\n");
  }

  private List<String> sweep(Map<String, String> environment, String... args)
      throws IOException, InterruptedException {
    Map<String, String> all = new HashMap<>(environment);
    all.put("JAVA_HOME", folder.resolve("java").toString());
    List<String> command = new ArrayList<>(List.of(folder.resolve("bin/sweep").toString()));
    command.addAll(List.of(args));
    Ended ended = run(all, folder.resolve("log"), command);
    assertEquals(0, ended.status, ended::toString);
    return ended.lines;
  }

  private long asked() throws IOException {
    return lines("launcher");
  }

  private long lines(String name) throws IOException {
    Path file = folder.resolve("java").resolve(name);
    return Files.exists(file) ? Files.readAllLines(file).size() : 0;
  }

  @Test
  void anArchiveRunsInOneJvmAndAsksTheLauncherOnce() throws IOException, InterruptedException {
    for (int run = 0; run < 2; run++) {
      List<String> words = sweep(Map.of(), "--models", "a b");
      assertEquals(run == 0, words.remove(KEEPING));
      assertEquals(List.of("-Xmx7g", "-Da=b c"), words.subList(0, 2));
      assertEquals(
          List.of(Main.class.getName(), "--models", "a b"),
          words.subList(words.size() - 3, words.size()));
    }
    assertEquals(1, asked());
    // Changed settings are asked for again.
    Path cached = folder.resolve("lib/spark/options-computing");
    assertTrue(cached.toFile().setLastModified(0));
    sweep(Map.of(), "--models", "a");
    assertEquals(2, asked());
  }

  /** One archive of classes a build and a Java; what fails is not tried in each command. */
  @Test
  void classesAreArchivedOnce() throws IOException, InterruptedException {
    List<String> first = sweep(Map.of(), "sql", "SELECT 1");
    assertTrue(first.remove(KEEPING), first::toString);
    String archive = archiveIn(first);
    assertEquals("classes\n", Files.readString(Path.of(archive)));
    assertEquals(archive, archiveIn(sweep(Map.of(), "--models", "a")));
    assertEquals(1, lines("archiver"));
    // Another build; what starts in a second anyway waits for none.
    assertTrue(Path.of(archive).toFile().setLastModified(0));
    assertFalse(sweep(Map.of(), "infer").contains(KEEPING));
    assertTrue(sweep(Map.of(), "report").contains(KEEPING));
    assertEquals(2, lines("archiver"));
    // Another Java, with which it fails: commands run without.
    Files.writeString(folder.resolve("java/release"), "JAVA_VERSION=\"21.0.1\"\n");
    Files.createFile(folder.resolve("java/fails"));
    for (int run = 0; run < 2; run++) {
      List<String> words = sweep(Map.of(), "report");
      assertEquals(List.of(), words.stream().filter(word -> word.contains("Archive")).toList());
    }
    assertEquals(3, lines("archiver"));
    try (Stream<Path> files = Files.list(folder.resolve("lib/spark"))) {
      Path why = files.filter(file -> file.toString().endsWith(".why")).findFirst().orElseThrow();
      assertEquals("why\n", Files.readString(why));
    }
  }

  private static String archiveIn(List<String> words) {
    String option = "-XX:SharedArchiveFile=";
    return words.stream()
        .filter(word -> word.startsWith(option))
        .map(word -> word.substring(option.length()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void helpAsksNobody() throws IOException, InterruptedException {
    for (String[] args :
        new String[][] {{"sql", "--help"}, {"help", "sql"}, {"--version"}, {"-h"}}) {
      assertTrue(
          sweep(Map.of("SWEEP_SPARK", "--master yarn"), args).contains(Main.class.getName()));
    }
    assertEquals(0, asked());
  }

  @Test
  void whatIsSaidOfSparkGoesToSparkSubmit() throws IOException, InterruptedException {
    Map<String, String> options = Map.of("SWEEP_SPARK", "--master local[3]");
    // This launcher answers with the last word alone.
    String submit = "org.apache.spark.deploy.SparkSubmit";
    assertEquals(
        List.of("-cp", "x", "-Xmx7g", "-Da=b c", submit, "asis"),
        sweep(options, "--sparsities", "asis"));
    assertTrue(
        sweep(Map.of("SPARK_SUBMIT_OPTS", "-Da=b"), "--sparsities", "asis").contains(submit));
    assertTrue(sweep(Map.of("MASTER", "local[1]"), "infer").contains(submit));
    assertEquals(List.of(), sweep(Map.of(), "infer").stream().filter(submit::equals).toList());
  }
}
