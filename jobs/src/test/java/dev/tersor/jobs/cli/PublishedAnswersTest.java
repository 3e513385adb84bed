package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The published answers are what the queries of notebooks/ answer on the published tables. */
class PublishedAnswersTest {
  private static final Path PUBLISHED = Path.of("../results/published");
  private static final Path NOTEBOOKS = Path.of("../notebooks");

  /** Queries that ask tables too large to publish, and these tables. */
  private static final Map<String, String> LARGE =
      Map.of(
          "everything/entropy-gap", "streams",
          "dcsr-rows/dcsr-rows", "cells",
          "everything/failures", "cells",
          "orders/orders", "streams",
          "smaller/smaller", "cells");

  /** Queries of trainings, which are published as text: the tables of a training are not kept. */
  private static final Path TRAININGS = PUBLISHED.resolve("deep-compression");

  /** Which queries ask which folder, as bin/publish says. */
  private static Map<String, List<String>> asked() throws IOException {
    Process process = new ProcessBuilder("bash", "../bin/publish", "--list").start();
    String list = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Map<String, List<String>> asked = new LinkedHashMap<>();
    for (String line : list.lines().filter(line -> line.matches("[\\w-]+: .*")).toList()) {
      String[] words = line.split(": | ");
      asked.put(words[0], Arrays.asList(words).subList(1, words.length));
    }
    return asked;
  }

  @Test
  void everyQueryAnswersWhatIsPublished() throws IOException {
    List<String> differing = new ArrayList<>();
    for (Map.Entry<String, List<String>> folder : asked().entrySet()) {
      Path published = PUBLISHED.resolve(folder.getKey());
      String answers = Files.readString(published.resolve("answers.txt")).strip();
      for (String query : folder.getValue()) {
        String name = folder.getKey() + "/" + query;
        CommandLineRun run =
            CommandLineRun.of(
                "sql",
                "--out",
                published.toString(),
                "--rows",
                "5000",
                NOTEBOOKS.resolve(query + ".sql").toString());
        assertEquals(0, run.status, () -> name + ": " + run);
        String table = LARGE.get(name);
        String note = "note: " + published + " has no rows of the table " + table;
        assertEquals(table != null, run.err.contains("note: "), () -> name + ": " + run.err);
        assertTrue(table == null || run.err.contains(note), () -> name + ": " + run.err);
        for (String answer : List.of(run.out.strip().split("\n\n", -1))) {
          boolean empty = answer.lines().filter(line -> line.startsWith("|")).count() == 1;
          if (!answers.contains(answer.strip()) && !(empty && table != null)) {
            differing.add(name + ":\n" + answer);
          }
        }
      }
    }
    assertEquals("", String.join("\n", differing));
  }

  /** Every query of the documentation has answers: in a folder that it asks, or as text. */
  @Test
  void everyQueryThatDocsNameIsPublished() throws IOException {
    Set<String> asked =
        asked().values().stream()
            .flatMap(List::stream)
            .collect(Collectors.toCollection(TreeSet::new));
    try (Stream<Path> texts = Files.list(TRAININGS)) {
      for (String text : texts.map(file -> file.getFileName().toString()).toList()) {
        asked.add(
            text.replaceAll(
                "^(lenet300-small|lenet300|lenet5-record|lenet5|resnet8)-|\\.txt$", ""));
      }
    }
    // It takes the name of a model: the test below.
    asked.add("layers");
    Set<String> named = new TreeSet<>();
    List<Path> pages =
        new ArrayList<>(List.of(Path.of("../README.md"), NOTEBOOKS.resolve("README.md")));
    try (Stream<Path> docs = Files.walk(Path.of("../docs"))) {
      docs.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
    }
    for (Path page : pages) {
      Matcher query =
          Pattern.compile("(?<![.\\w])([\\w-]+)\\.sql\\b(?!\\.\\w|\\()")
              .matcher(Files.readString(page));
      while (query.find()) {
        named.add(query.group(1));
      }
    }
    named.removeAll(Set.of("NAME", "QUERY", "FILE", "views"));
    try (Stream<Path> queries = Files.list(NOTEBOOKS)) {
      queries
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".sql"))
          .forEach(name -> named.add(name.replace(".sql", "")));
    }
    named.removeAll(asked);
    assertEquals(Set.of(), named);
  }

  @Test
  void layersOfAModelAreAnswered() {
    CommandLineRun run =
        CommandLineRun.of(
            "sql",
            "--out",
            PUBLISHED.resolve("table1").toString(),
            NOTEBOOKS.resolve("layers.sql").toString(),
            "--arg",
            "model=resnet8");
    assertEquals(0, run.status, run::toString);
    assertTrue(run.out.lines().filter(line -> line.startsWith("|")).count() > 1, run::toString);
  }

  @Test
  void aFolderOfTextSaysWhatItHolds() {
    CommandLineRun run =
        CommandLineRun.of(
            "sql", "--out", TRAININGS.toString(), NOTEBOOKS.resolve("dc-trained.sql").toString());
    assertEquals(2, run.status, run::toString);
    assertEquals(
        List.of(
            "error: out: "
                + TRAININGS
                + " holds no results of a sweep; its README.md says what it holds"),
        run.errors());
  }
}
