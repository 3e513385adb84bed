package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What bin/publish runs and publishes; the sweeps themselves are played. */
class PublishTest {
  /** Plays bin/sweep: notes its arguments, and makes the tables of a folder. */
  private static final String PLAYED =
      """
      #!/usr/bin/env bash
      echo "$SWEEP_SPARK|$*" >>"$PLAYED/calls"
      out=; config=; previous=
      for word in "$@"; do
        case "$previous" in --out) out=$word ;; --config) config=$word ;; esac
        previous=$word
      done
      case "$1" in
        sql) cat "${@: -1}" ;;
        compact | expire | --version) ;;
        *)
          [ ! -e "$PLAYED/fail-$config" ] || exit 1
          mkdir -p "$out/models/model=m" "$out/cells/model=m" "$out/streams/model=m"
          echo 1 >"$out/_tersor"
          for table in models cells streams; do
            echo "$config" >"$out/$table/model=m/1.parquet"
            echo sum >"$out/$table/model=m/.1.parquet.crc"
          done
          ;;
      esac
      """;

  @TempDir Path folder;
  private String tableKb = "400";

  /** Plays bin/bench: --publish FILE and the benchmark. */
  private static final String PLAYED_BENCH =
      """
      #!/usr/bin/env bash
      [ ! -e "$PLAYED/fail-$3" ] || exit 1
      mkdir -p "$(dirname "$2")"
      echo "$*" >"$2"
      """;

  private record Ended(int status, String text) {}

  private Ended publish(String only, String... args) throws IOException, InterruptedException {
    Path sweep = script("sweep", PLAYED);
    Path bench = script("bench", PLAYED_BENCH);
    Path jar = folder.resolve("jar");
    Files.writeString(jar, "a build");
    ProcessBuilder builder =
        new ProcessBuilder(
                Stream.concat(Stream.of("bash", "../bin/publish"), Stream.of(args)).toList())
            .redirectErrorStream(true);
    builder.environment().put("PLAYED", folder.toString());
    builder.environment().put("PUBLISH_SWEEP", sweep.toString());
    builder.environment().put("PUBLISH_BENCH", bench.toString());
    builder.environment().put("PUBLISH_JAR", jar.toString());
    builder.environment().put("PUBLISH_TO", folder.resolve("to").toString());
    builder.environment().put("PUBLISH_ONLY", only);
    builder.environment().put("PUBLISH_TABLE_KB", tableKb);
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), text);
  }

  private Path script(String name, String text) throws IOException {
    Path file = Files.writeString(folder.resolve(name), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private String full() {
    return folder.resolve("full").toString();
  }

  private List<String> sweeps() throws IOException {
    return Files.readAllLines(folder.resolve("calls")).stream()
        .filter(line -> line.contains("--config"))
        .toList();
  }

  private static Set<String> names(String folder, String ending) throws IOException {
    try (Stream<Path> files = Files.list(Path.of(folder))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(ending))
          .map(name -> name.substring(0, name.length() - ending.length()))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Set<String> benchmarks() throws IOException {
    Set<String> all = names("../core/codec/src/test/java/dev/tersor/core/bench", ".java");
    all.addAll(names("../core/codec/src/test/java/dev/tersor/core/index", ".java"));
    return all;
  }

  @Test
  void everySweepRunsOrIsNamedAsLeftOut() throws Exception {
    Ended list = publish("", "--list");
    assertEquals(0, list.status(), list.text());
    Set<String> run = new TreeSet<>();
    Set<String> folders = new HashSet<>();
    Set<String> asked = new HashSet<>();
    for (String line : list.text().lines().toList()) {
      String[] words = line.split("\\s+");
      if (line.startsWith("left out: ")) {
        run.addAll(List.of(words).subList(2, words.length));
      } else if (words[0].equals("speeds,")) {
        assertTrue(benchmarks().contains(words[1].replaceAll("\\..*", "")), line);
      } else if (words[0].endsWith(":")) {
        asked.add(words[0].replace(":", ""));
        for (String query : List.of(words).subList(1, words.length)) {
          assertTrue(Files.exists(Path.of("../notebooks/" + query + ".sql")), query);
        }
      } else {
        folders.add(words[0]);
        run.add(words[2]);
      }
    }
    assertEquals(names("../conf/sweeps", ".conf"), run);
    assertEquals(folders, asked);
  }

  @Test
  void answersAndSmallTablesArePublished() throws Exception {
    Ended ended = publish("table1 appendix-c", full());
    assertEquals(0, ended.status(), ended.text());
    Path published = folder.resolve("to/table1");
    assertEquals(
        Files.readString(Path.of("../notebooks/table1.sql")).strip(),
        Files.readString(published.resolve("answers.txt")).strip());
    assertEquals("table1\n", Files.readString(published.resolve("models/model=m/1.parquet")));
    assertTrue(Files.exists(published.resolve("cells/model=m/1.parquet")));
    assertTrue(Files.exists(published.resolve("_tersor")));
    assertTrue(Files.exists(published.resolve("streams/model=m/1.parquet")));
    assertFalse(Files.exists(published.resolve("models/model=m/.1.parquet.crc")));
    // What is timed has a core by itself.
    assertTrue(
        sweeps().get(0).startsWith("--master local[1] |--config table1 "), sweeps()::toString);
    assertTrue(sweeps().get(1).startsWith("--master local[2] |"), sweeps()::toString);
    assertTrue(Files.readString(folder.resolve("to/run.txt")).contains("table1 1 table1"));
  }

  /** Networks of OPQ are made before the sweep that takes them, once for a build. */
  @Test
  void networksOfOpqAreMadeFirst() throws Exception {
    Ended ended = publish("sc-table3-opq", full());
    assertEquals(0, ended.status(), ended.text());
    List<String> calls = Files.readAllLines(folder.resolve("calls"));
    assertEquals(
        List.of("resnet50", "mobilenetv2-imagenet", "small-vgg16"),
        calls.stream()
            .filter(call -> call.contains("choose --method opq"))
            // Two steps take them; what stands in for choose here writes none.
            .limit(3)
            .map(call -> call.replaceAll(".*--models (\\S+) .*", "$1"))
            .toList());
    assertTrue(calls.get(0).contains("choose"), calls::toString);
    assertEquals(2, sweeps().size());
    for (String model : List.of("resnet50", "mobilenetv2-imagenet", "small-vgg16")) {
      assertTrue(
          sweeps()
              .get(0)
              .contains("--weights " + model + "=" + full() + "/opq/" + model + ".tersor"),
          sweeps()::toString);
    }
    assertTrue(Files.exists(folder.resolve("to/sc-table3-opq/answers.txt")));
  }

  @Test
  void largeTablesAreNotPublished() throws Exception {
    tableKb = "0";
    Ended ended = publish("table1", full());
    assertEquals(0, ended.status(), ended.text());
    assertTrue(Files.exists(folder.resolve("to/table1/models")));
    assertFalse(Files.exists(folder.resolve("to/table1/cells")));
    assertFalse(Files.exists(folder.resolve("to/table1/streams")));
  }

  @Test
  void afterAFailureTheOthersRunAndItAloneRunsAgain() throws Exception {
    Path failing = Files.createFile(folder.resolve("fail-table1"));
    Ended failed = publish("table1 appendix-c", full());
    assertEquals(1, failed.status(), failed.text());
    assertTrue(failed.text().contains("FAILED: table1: table1 (status 1)"), failed.text());
    assertTrue(Files.exists(folder.resolve("to/appendix-c/answers.txt")));
    assertFalse(Files.exists(folder.resolve("to/table1")));
    Files.delete(failing);
    Ended again = publish("table1 appendix-c", full());
    assertEquals(0, again.status(), again.text());
    assertEquals(3, sweeps().size(), sweeps()::toString);
    assertTrue(sweeps().get(2).contains("--config table1"), sweeps()::toString);
    assertTrue(Files.exists(folder.resolve("to/table1/answers.txt")));
  }

  @Test
  void speedsArePublishedAndTheRestOfTheRunStays() throws Exception {
    Path report = folder.resolve("to/run.txt");
    Files.createDirectories(report.getParent());
    Files.writeString(report, "of the full run\n");
    Files.createFile(folder.resolve("fail-KernelBenchmark"));
    Ended ended = publish("speeds", full());
    assertEquals(1, ended.status(), ended.text());
    assertTrue(ended.text().contains("FAILED: speeds: KernelBenchmark (status 1)"), ended.text());
    assertFalse(Files.exists(folder.resolve("to/speeds/KernelBenchmark.txt")));
    String stored = Files.readString(folder.resolve("to/speeds/StoredMatrixBenchmark.txt"));
    assertTrue(stored.contains(" StoredMatrixBenchmark -f 1 "), stored);
    assertTrue(Files.exists(folder.resolve("to/speeds/ContainerBenchmark.txt")));
    assertFalse(Files.exists(folder.resolve("calls")), "a sweep was started");
    String run = Files.readString(report);
    assertTrue(run.startsWith("of the full run\n\nanew: speeds, ended "), run);
    assertTrue(run.contains("\tspeeds 1 StoredMatrixBenchmark\t"), run);
  }

  @Test
  void aFolderThatIsNotThereIsNamed() throws Exception {
    Ended ended = publish("tabel1", full());
    assertEquals(2, ended.status(), ended.text());
    assertTrue(ended.text().contains("no folder 'tabel1'"), ended.text());
    assertFalse(Files.exists(folder.resolve("calls")));
  }
}
