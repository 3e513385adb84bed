package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.Checkpoints;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command, on results of sweeps. */
class CompareTest {
  @TempDir Path folder;

  /** A sweep over one matrix that was drawn with a seed. */
  private String sweep(String out, int seed) throws IOException {
    Path file = folder.resolve(out + ".safetensors");
    Checkpoints.write(
        file,
        Map.of("fc.weight", Shape.of(40, 50)),
        Map.of("fc.weight", Checkpoints.weights(2000, seed)));
    String path = folder.resolve(out).toString();
    CommandLineRun run =
        CommandLineRun.sweep(
            path, "--weights", "net=" + file, "--sparsities", "0.5", "--encodings", "bitmap/*");
    assertEquals(0, run.status, run::toString);
    return path;
  }

  private static void assertRefused(CommandLineRun run, String part) {
    assertEquals(2, run.status, run::toString);
    assertEquals(1, run.errors().size(), run::toString);
    assertTrue(run.errors().get(0).contains(part), run::toString);
  }

  /** Lengths of the arrays of a JSON object. */
  private static Map<String, Integer> arrays(Path json) throws IOException {
    Map<String, Integer> lengths = new TreeMap<>();
    try (JsonParser parser = new JsonFactory().createParser(json.toFile())) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        if (parser.nextToken() == JsonToken.START_ARRAY) {
          int length = 0;
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            parser.skipChildren();
            length++;
          }
          lengths.put(name, length);
        } else {
          parser.skipChildren();
        }
      }
    }
    return lengths;
  }

  @Test
  void twoFoldersAreAGate() throws IOException {
    String monday = sweep("monday", 1);
    String tuesday = sweep("tuesday", 2);
    CommandLineRun same = CommandLineRun.of("compare", "--out", monday, "--with-out", monday);
    assertEquals(0, same.status, same::toString);
    assertTrue(same.out.contains("no regression"), same.out);
    Path json = folder.resolve("changes.json");
    CommandLineRun changed =
        CommandLineRun.of(
            "compare",
            "--out",
            tuesday,
            "--with-out",
            monday,
            "--rows",
            "1",
            "--json",
            json.toString());
    assertEquals(1, changed.status, changed::toString);
    assertTrue(changed.out.contains("other weights than before: net ("), changed.out);
    assertTrue(changed.out.contains("Regressions, worst first"), changed.out);
    assertTrue(changed.out.contains("--json FILE has all"), changed.out);
    Map<String, Integer> arrays = arrays(json);
    assertEquals(
        CommandLineRun.number(tuesday, "SELECT count(*) FROM cells"),
        arrays.get("summary").longValue());
    String counted = changed.out.lines().reduce((first, second) -> second).orElseThrow();
    assertTrue(counted.startsWith(arrays.get("regressions") + " regressions: "), counted);
    CommandLineRun lenient =
        CommandLineRun.of(
            "compare",
            "--out",
            tuesday,
            "--with-out",
            monday,
            "--tolerance-size",
            "50%",
            "--tolerance-error",
            "50");
    assertEquals(0, lenient.status, lenient::toString);
    assertRefused(
        CommandLineRun.of(
            "compare", "--out", tuesday, "--with-out", monday, "--json", json.toString()),
        "exists already");
    assertRefused(CommandLineRun.of("compare", "--out", monday), "no run before");
    assertRefused(
        CommandLineRun.of("compare", "--out", monday, "--run", "x"), "run: no run 'x' in");
    assertRefused(
        CommandLineRun.of("compare", "--out", monday, "--tolerance-size", "-1"), "tolerance-size");
    assertRefused(
        CommandLineRun.of("compare", "--out", monday, "--with-out", tuesday, "--models", "other"),
        "no cell in common");
  }
}
