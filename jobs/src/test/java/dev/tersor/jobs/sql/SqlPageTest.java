package dev.tersor.jobs.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.cli.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/reference/sql.md give what the page says, on the command line. */
class SqlPageTest {
  private static final Path PAGE = Path.of("..", "docs", "reference", "sql.md");
  private static final Pattern EXAMPLE =
      Pattern.compile("```sql\n(.*?)```\n\n```\n(.*?)```", Pattern.DOTALL);

  @TempDir Path folder;

  @Test
  void everyExampleGivesItsAnswerAndBadInputALine() throws IOException {
    Path results = folder.resolve("results");
    String page = Files.readString(PAGE);
    CommandLineRun sweep =
        CommandLineRun.sweep(
            results.toString(),
            "--models",
            "lenet300",
            "--sparsities",
            "0.5,0.9",
            "--bits",
            "4",
            "--encodings",
            "bitmap/huffman,relative5/packed",
            "--keep",
            "*",
            "--no-accuracy");
    assertEquals(0, sweep.status, sweep::toString);
    List<String> questions = new ArrayList<>();
    List<String> answers = new ArrayList<>();
    Matcher examples = EXAMPLE.matcher(page);
    while (examples.find()) {
      questions.add(examples.group(1));
      answers.add(examples.group(2).strip());
    }
    assertEquals(6, questions.size());
    // One session, as the page says; titles tell where one answer ends.
    StringBuilder script = new StringBuilder();
    for (int i = 0; i < questions.size(); i++) {
      script.append("-- example ").append(i).append('\n').append(questions.get(i)).append('\n');
    }
    Path file = folder.resolve("page.sql");
    Files.writeString(
        file,
        script
            .toString()
            .replace("'conf/weights/", "'../conf/weights/")
            .replace("'results'", "'" + results + "'"));
    CommandLineRun run = CommandLineRun.of("sql", "--out", results.toString(), file.toString());
    assertEquals(0, run.status, run::toString);
    String[] given = run.out.split("example \\d+\n", -1);
    if (Boolean.getBoolean("tersor.writePage")) {
      for (int i = 0; i < answers.size(); i++) {
        page =
            page.replace(
                questions.get(i)
                    + "```\n\n```\n"
                    + (answers.get(i).isEmpty() ? "" : answers.get(i) + "\n")
                    + "```",
                questions.get(i) + "```\n\n```\n" + given[i + 1].strip() + "\n```");
      }
      Files.writeString(PAGE, page);
    }
    for (int i = 0; i < answers.size(); i++) {
      assertEquals(answers.get(i), given[i + 1].strip(), questions.get(i));
    }
    Path text = Files.writeString(folder.resolve("text.safetensors"), "this is no checkpoint");
    check(results, "safetensors", text, "*", "text.safetensors");
    Path network = Path.of("..", "conf", "weights", "lenet300.tersor");
    check(results, "tersor", network, "tensor_decode(CAST(name AS BINARY))", "(at byte 0)");
  }

  private static void check(
      Path results, String format, Path path, String columns, String expected) {
    CommandLineRun run =
        CommandLineRun.of(
            "sql",
            "--out",
            results.toString(),
            "CREATE TEMPORARY VIEW v USING %s OPTIONS (path '%s');\nSELECT %s FROM v"
                .formatted(format, path, columns));
    assertEquals(2, run.status, run::toString);
    assertEquals(1, run.errors().size(), run::toString);
    assertTrue(run.errors().get(0).contains(expected), run::toString);
    assertTrue(!run.err.contains("\tat "), run::toString);
  }
}
