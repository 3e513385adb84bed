package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.Checkpoints;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names that a person gives: those of models, and of the folder that a hint has to quote. */
class NamesTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("net.safetensors");
    Checkpoints.small(file);
  }

  private CommandLineRun sweep(String... options) {
    return CommandLineRun.sweep(folder.resolve("out").toString(), options);
  }

  @Test
  void namesThatNoFolderCanHaveAreRefused() throws IOException {
    for (String name :
        List.of(
            "",
            " ",
            "m".repeat(300),
            "m".repeat(201),
            ":".repeat(67),
            "\u00e9".repeat(101),
            "__HIVE_DEFAULT_PARTITION__",
            "net ",
            " net",
            "a\u0000b",
            "a\tb",
            "a\nb",
            "a\u0085b")) {
      sweep("--weights", name + "=" + file)
          .assertRefused("weights: '", "cannot be the name of a model: expected 1 to 200 bytes");
      if (!name.isBlank() && name.equals(name.strip())) {
        sweep("--models", name).assertRefused("models: '", "cannot be the name of a model");
      }
    }
    Path config =
        Files.writeString(
            folder.resolve("a.conf"), "sweep.weights { \"net\\t\" = \"" + file + "\" }");
    sweep("--config", config.toString()).assertRefused("weights: 'net\\u0009' cannot be the name");
    assertFalse(Files.exists(folder.resolve("out")));
  }

  /** Whatever else a name holds, its tables are written, read and decoded again. */
  @Test
  void otherNamesAreTaken() {
    List<String> names =
        List.of(
            "18",
            "Netz \u00fcber_2-b+c@d",
            "m".repeat(200),
            "v:1",
            "org/net",
            "..\\.",
            "a*[b]{c}",
            "it's");
    List<String> options = new ArrayList<>(List.of("--sparsities", "0.5", "--encodings", "bitmap"));
    names.forEach(name -> Collections.addAll(options, "--weights", name + "=" + file));
    CommandLineRun run = sweep(options.toArray(new String[0]));
    assertEquals(0, run.status, run::toString);
    String out = folder.resolve("out").toString();
    assertEquals(
        names.size(), CommandLineRun.number(out, "SELECT count(DISTINCT model) FROM models"));
    CommandLineRun verify = CommandLineRun.of("verify", "--out", out);
    assertEquals(0, verify.status, verify::toString);
    CommandLineRun again = sweep(options.toArray(new String[0]));
    assertTrue(again.out.contains("\n0 cells computed"), again.out);
  }

  @Test
  void aNameHasOneValue() {
    for (String option : List.of("--weights", "--saliency", "--graph")) {
      sweep("--weights", "b=" + file, option, "a=x=1", option, "a=y")
          .assertRefused(option.substring(2) + ": 'a' is given twice: x=1 and y");
      sweep(option, "noname").assertRefused(option, "'noname' is not NAME=VALUE");
    }
    CommandLineRun.of("sql", "--arg", "m=1", "--arg", "m=2", "SELECT 1")
        .assertRefused("arg: 'm' is given twice: 1 and 2");
  }

  @Test
  void theHintCanBePasted() throws Exception {
    String out = folder.resolve("it's a $HOME `dir`").toString();
    CommandLineRun run =
        CommandLineRun.sweep(
            out, "--weights", "net=" + file, "--sparsities", "0.5", "--encodings", "bitmap");
    assertEquals(0, run.status, run::toString);
    String hint =
        run.out.lines().filter(line -> line.startsWith("  bin/sweep")).findFirst().orElseThrow();
    Process shell =
        new ProcessBuilder("sh", "-c", "printf '%s\\n' " + hint.strip())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> words =
        new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    assertEquals(0, shell.waitFor());
    assertEquals("--out", words.get(2));
    assertEquals(out, words.get(3));
    CommandLineRun pasted =
        CommandLineRun.of(words.subList(1, words.size()).toArray(new String[0]));
    assertEquals(0, pasted.status, pasted::toString);
    assertTrue(pasted.out.contains("bitmap/packed"), pasted::toString);
  }
}
