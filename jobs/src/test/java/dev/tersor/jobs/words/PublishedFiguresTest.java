package dev.tersor.jobs.words;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The figures of README.md and docs are those of results/published. */
class PublishedFiguresTest {
  private static final Path PUBLISHED = Path.of("../results/published");
  private static final String ANSWER =
      """
      Sizes. The paper prints 0.7.
      +----------+----------+---------------+--------------+
      | model    | sparsity | hybrid        | hybrid_paper |
      +----------+----------+---------------+--------------+
      | resnet8  |      0.3 | 71.20k / 0.97 |         0.98 |
      | resnet34 |      0.5 | 15.65M / 0.74 |         0.75 |
      +----------+----------+---------------+--------------+
      """;

  @TempDir Path folder;

  private List<String> complaints(String page) throws IOException {
    Files.writeString(folder.resolve("sizes.txt"), ANSWER);
    Files.writeString(folder.resolve("papers.txt"), "Table I: 71.23k");
    return MarkedPage.complaints("page", page, folder);
  }

  private void complains(String expected, String page) throws IOException {
    List<String> found = complaints(page);
    assertEquals(1, found.size(), () -> page + found);
    assertTrue(found.get(0).startsWith("page:"), found::toString);
    assertTrue(found.get(0).contains(expected), found::toString);
  }

  @Test
  void everyFigureIsAPublishedOne() throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> docs = Files.walk(Path.of("../docs"))) {
      for (Path page :
          Stream.concat(Stream.of(Path.of("../README.md")), docs)
              .filter(file -> file.toString().endsWith(".md"))
              .sorted()
              .toList()) {
        found.addAll(
            MarkedPage.complaints(
                page.getFileName().toString(), Files.readString(page), PUBLISHED));
      }
    }
    assertEquals("", String.join("\n", found));
  }

  @Test
  void roundedFiguresUnderTheirLabelsAreTaken() throws IOException {
    String table =
        """
        <!-- figures: sizes.txt -->
        | | | hybrid | of fp32 | the paper |
        |---|---|---|---|---|
        | ResNet-8, trained | 30 % | 71.2k / .97 [71.23k] | 97 % | 0.98 |
        | `resnet34` | 50 % | 15.7M | 0.7 | 0.75 |

        At 30 % it is 71.2k of 4-bit codes [71.23k], a share of 0.97.
        """;
    assertEquals(List.of(), complaints(table));
  }

  @Test
  void wrongFiguresAreNamed() throws IOException {
    String table = "<!-- figures: sizes.txt -->\n| | sparsity | hybrid |\n|---|---|---|\n";
    complains("71.30k", table + "| resnet8 | 30 % | 71.30k |");
    // The right number of another row, another digit than the answer has, the paper's as ours.
    complains("15.65M", table + "| resnet8 | 30 % | 15.65M |");
    complains("71.204k", table + "| resnet8 | 30 % | 71.204k |");
    complains("0.98", table + "| resnet8 | 30 % | 0.98 |");
    complains("71.24k", table + "| resnet8 | 30 % | 71.20k [71.24k] |");
    complains("30 %", table + "| resnet34 | 30 % | |");
    complains("0.96", "<!-- figures: sizes.txt -->\nIt is 0.96 of it.");
    complains("0.7", "<!-- figures: sizes.txt -->\nIt is 0.70 of it.");
    complains("| resnet8 | 0.31 |", "<!-- figures: sizes.txt -->\n```\n| resnet8 | 0.31 |\n```\n");
  }

  @Test
  void numbersWithoutAMarkAreNamed() throws IOException {
    complains("without a mark", "| a | b |\n|---|---|\n| x | 17 |");
    complains("without a mark", "It is 2.1 times smaller.");
    complains("without a mark", "```\n+---+\n```");
    // A mark ends with its section.
    complains("page:4: a figure", "# A\n<!-- facts: a -->\n# B\n2.1 times");
    assertEquals(List.of(), complaints("# A\n<!-- facts: a -->\n## B\nIt has 2.5 columns.\n"));
    assertEquals(List.of(), complaints("It has 3 columns of `1.5`.\n"));
  }

  @Test
  void marksSayWhatIsThere() throws IOException {
    complains("no such file", "<!-- figures: seizes.txt -->");
    complains("unknown mark", "<!-- figure: sizes.txt -->");
    complains("expected COMMAND", "<!-- measured: bin/bench; 2026-11-29 -->");
    complains("no such test", "<!-- tested: words/NoTest -->");
    complains("a measurement under facts", "<!-- facts: none -->\nIt takes 24 s.");
    complains("a measurement under facts", "<!-- facts: none -->\nIt is 2 times smaller.");
    assertEquals(
        List.of(),
        complaints(
            """
            <!-- measured: bin/bench; AVX2; JDK 17; 2026-11-29 -->
            24 s
            <!-- tested: words/PublishedFiguresTest -->
            24 s
            """));
  }
}
