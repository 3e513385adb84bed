package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tersor.jobs.Checkpoints;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Instructions on an emulated board, where there is one, and what stands there where not. */
class DeviceTest {
  @TempDir Path folder;
  private Path checkpoint;

  @BeforeEach
  void write() throws IOException {
    checkpoint = folder.resolve("small.safetensors");
    Checkpoints.small(checkpoint);
  }

  private String out() {
    return folder.resolve("out").toString();
  }

  private CommandLineRun device(String... options) {
    List<String> args =
        new ArrayList<>(List.of("device", "--offline", "--out", out(), "--sparsities", "0.5"));
    args.addAll(List.of("--weights", "small=" + checkpoint));
    args.addAll(List.of(options));
    return CommandLineRun.of(args.toArray(String[]::new));
  }

  /** Whether the programs are on the path that the board takes; says so where not. */
  static boolean hasBoard() {
    for (String program :
        List.of("make", "arm-none-eabi-gcc", "arm-none-eabi-size", "qemu-system-arm")) {
      if (Stream.of(System.getenv("PATH").split(File.pathSeparator))
          .noneMatch(path -> Files.isExecutable(Path.of(path, program)))) {
        System.err.println("no " + program + " here: tests of the board are skipped");
        return false;
      }
    }
    return true;
  }

  private static void assumeBoard() {
    assumeTrue(hasBoard());
  }

  @Test
  void withoutAnEmulatorCountsAreNullAndTriedAgain() {
    CommandLineRun without = device("--recipes", "hybrid,bitmap", "--qemu", "no-such-emulator");
    assertEquals(1, without.status, without::toString);
    CommandLineRun.assertNumbers(
        out(),
        Map.of(
            "SELECT count(*) FROM device WHERE NOT verified AND device_instructions_per_weight IS"
                + " NULL AND plain_instructions_per_weight IS NULL AND flash_bytes > 0 AND cause ="
                + " 'fault' AND error LIKE '%no no-such-emulator on this worker: install %'",
            8, "SELECT count(*) FROM device", 8, "SELECT cells_failed FROM runs", 8));
    assumeBoard();
    CommandLineRun with = device("--recipes", "hybrid,bitmap");
    assertEquals(0, with.status, with::toString);
    assertEquals(8, CommandLineRun.number(out(), "SELECT count(*) FROM device WHERE verified"));
  }

  @Test
  void everyTensorIsCountedInEveryRecipe() {
    assumeBoard();
    String recipes = "dense,hybrid,dcsr,psr,bitmap,relative4,bitmap/huffman";
    CommandLineRun run = device("--recipes", recipes);
    assertEquals(0, run.status, run::toString);
    assertTrue(run.err.contains("counted on the board: 1 of 1 runs"), run::toString);
    CommandLineRun.assertNumbers(
        out(),
        Map.of(
            "SELECT count(*) FROM device WHERE verified AND error IS NULL AND stack_bytes BETWEEN 64"
                + " AND 1000 AND code_bytes BETWEEN 300 AND 3000 AND board LIKE 'gcc %, QEMU %'",
            28,
            // A tick is 31.25 instructions, and there are whole ticks alone.
            "SELECT count(*) FROM device WHERE abs(device_instructions -"
                + " device_instructions_per_weight * params) <= 0.5",
            28,
            "SELECT count(*) FROM device WHERE params > 1000 AND device_instructions_per_weight"
                + " BETWEEN 0.1 AND 4 AND encoding NOT IN ('dense/packed', 'bitmap/huffman')",
            10,
            // What has no decoder by vectors takes as many without.
            "SELECT count(*) FROM device WHERE vector_code_bytes = 0 AND lanes_per_weight = 0 AND"
                + " abs(device_instructions - plain_instructions) < 64",
            8,
            "SELECT count(*) FROM device WHERE encoding IN ('bitmap/packed', 'psr/packed',"
                + " 'dcsr/packed') AND abs(lanes_per_weight - (1 - sparsity)) < 1e-9",
            12,
            "SELECT count(*) FROM device WHERE encoding IN ('hybrid/packed', 'dcsr/packed') AND"
                + " params > 1000 AND 4 * device_instructions < plain_instructions",
            4,
            // Of bytes stored for each weight a container has no fewer.
            "SELECT count(*) FROM device WHERE encoding = 'dense/packed' AND flash_bytes = params",
            4));
    CommandLineRun again = device("--recipes", recipes);
    assertEquals(0, again.status, again::toString);
    assertFalse(again.err.contains("counted on the board"), again::toString);
    assertEquals(
        28, CommandLineRun.number(out(), "SELECT max(cells_skipped) FROM runs"), again::toString);
  }

  @Test
  void whatHasNoDecoderOrDoesNotFitSaysWhatWould() {
    CommandLineRun run =
        device("--recipes", "rice,hybrid,bitmap", "--ram", "1000", "--qemu", "no-such-emulator");
    assertEquals(1, run.status, run::toString);
    CommandLineRun.assertNumbers(
        out(),
        Map.of(
            "SELECT count(*) FROM device WHERE encoding = 'rice/packed' AND"
                + " device_instructions_per_weight IS NULL AND cause = 'input' AND error LIKE"
                + " '%rice has no decoder in C; there are those of dense, bitmap,%'",
            4,
            "SELECT count(*) FROM device WHERE encoding = 'hybrid/packed' AND tensor ="
                + " 'fc1.weight' AND device_instructions_per_weight IS NULL AND cause = 'input' AND"
                + " error LIKE '%hybrid/packed takes 4200 bytes of memory for codes, there are"
                + " 1000; 4200 bytes hold them all, and a row of 70 at a time those of dense,"
                + " bitmap,%'",
            1,
            // A row of it fits.
            "SELECT count(*) FROM device WHERE encoding = 'bitmap/packed' AND cause = 'fault'",
            4));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--recipes=rice | recipes: rice has no decoder in C; there are those of dense, bitmap",
        "--recipes=auto | recipes: 'auto' is a choice among recipes, expected recipes",
        "--recipes=hybrid(sizes=16 | recipes: parentheses do not match",
        "--recipes=hybird | unknown recipe 'hybird', nearest: hybrid",
        "--bits=32 | bits: 32 has no codes that a device decodes, expected 1 to 8",
        "--ram=0 | device: --ram 0, expected a number of bytes from 1 on",
      })
  void whatCannotBeIsOneLine(String option, String message) {
    device(option).assertRefused(message);
    assertFalse(Files.exists(folder.resolve("out")));
  }
}
