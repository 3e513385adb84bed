package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExportTflmTest {
  private static final Path GOLDEN = Path.of("../core/checkpoint/src/test/resources/golden/tflm");

  @TempDir Path folder;

  private CommandLineRun export(Path network, String... more) {
    String[] args = {
      "export", "--target", "tflm", network.toString(), "--to", folder.resolve("to").toString()
    };
    String[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return CommandLineRun.of(all);
  }

  @Test
  void aModelForTensorFlowLiteMicro() throws IOException {
    Path plain = GOLDEN.resolve("plain.tflite");
    CommandLineRun run = export(plain);
    assertEquals(0, run.status, run::toString);
    byte[] written = Files.readAllBytes(folder.resolve("to"));
    assertArrayEquals(Files.readAllBytes(GOLDEN.resolve("small.tflite")), written);
    assertTrue(run.out.matches("(?s).*few/weights +\\| int8 +\\| lookup +\\| +16384 \\| +6168.*"));
    assertTrue(run.out.contains("operand 1 of RESHAPE, which cannot be a decoded tensor"), run.out);
    String sizes =
        String.format(Locale.ROOT, "%,d bytes, ", written.length)
            + String.format(
                Locale.ROOT,
                "%.2f %% of %,d",
                100.0 * written.length / Files.size(plain),
                Files.size(plain));
    assertTrue(run.out.contains(sizes), run.out);
  }

  @Test
  void changedWeightsAreToldWithTheirError() throws IOException {
    CommandLineRun run = export(GOLDEN.resolve("plain.tflite"), "--sparsity", "0.5");
    assertEquals(0, run.status, run::toString);
    assertTrue(run.out.matches("(?s).*noise/weights[^\n]*\\| +[0-9.]+ %.*"), run.out);
    assertTrue(run.out.contains("weights were changed"), run.out);
  }

  @Test
  void customTypesComeWithTheirDecoders() throws IOException {
    Path decoders = folder.resolve("decoders");
    CommandLineRun run = export(GOLDEN.resolve("plain.tflite"), "--decoders", decoders.toString());
    assertEquals(0, run.status, run::toString);
    assertTrue(run.out.contains("tersor::AddDecode of " + decoders), run.out);
    assertTrue(Files.readString(decoders.resolve("tersor_tflm.cc")).contains("RegisterDecode"));
    assertTrue(Files.exists(decoders.resolve("tersor_groups.c")));
  }

  @ParameterizedTest
  @CsvSource({
    "--sparsity, 1, 'sparsity: 1.0, expected one in [0, 1)'",
    "--sparsity, NaN, 'sparsity: NaN, expected'",
    "--sparsity, half, '--sparsity half, expected a share in [0, 1)'",
    "--bits, 0, '--bits 0, expected 1 to 7'",
    "--bits, 8, '--bits: 8, expected 1 to 7'"
  })
  void optionsOutOfRange(String option, String value, String message) {
    refused(export(GOLDEN.resolve("plain.tflite"), option, value), message);
  }

  @Test
  void compressedAlready() {
    refused(export(GOLDEN.resolve("small.tflite")), "small.tflite: compressed already: it has");
  }

  @ParameterizedTest
  @CsvSource({"2000, at byte", "3, no .tflite file", "0, no .tflite file"})
  void cutOff(int length, String message) throws IOException {
    Path cut = folder.resolve("cut.tflite");
    Files.write(cut, Arrays.copyOf(Files.readAllBytes(GOLDEN.resolve("plain.tflite")), length));
    refused(export(cut), message);
  }

  @Test
  void whatIsNotThere() {
    refused(export(folder.resolve("none.tflite")), "cannot read");
  }

  @Test
  void noSuchTarget() {
    refused(
        CommandLineRun.of("export", "--target", "mars", "x", "--to", "y"),
        "--target 'mars', expected one of");
  }

  @Test
  void whatIsThereStays() throws IOException {
    Files.writeString(folder.resolve("to"), "mine");
    CommandLineRun run = export(GOLDEN.resolve("plain.tflite"));
    assertEquals(2, run.status, run::toString);
    assertEquals("mine", Files.readString(folder.resolve("to")));
  }

  private void refused(CommandLineRun run, String message) {
    assertEquals(2, run.status, run::toString);
    assertTrue(run.err.startsWith("error: ") && run.err.contains(message), run.err);
    assertEquals(1, run.err.lines().count(), run.err);
    assertFalse(Files.exists(folder.resolve("to")));
  }
}
