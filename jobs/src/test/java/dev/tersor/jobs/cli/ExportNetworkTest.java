package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tersor.jobs.config.CacheFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The trained networks in C: the classes of test images are those that Java gives. */
class ExportNetworkTest {
  private static final Path WEIGHTS = Path.of("..", "conf", "weights");

  @TempDir Path folder;

  private CommandLineRun export(String weights, String... options) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "export",
                WEIGHTS.resolve(weights).toString(),
                "--to",
                folder.resolve("device").toString(),
                "--models-dir",
                "../conf/models",
                "--data-dir",
                "../conf/data"));
    args.addAll(List.of(options));
    return CommandLineRun.of(args.toArray(String[]::new));
  }

  /** Runs make; skips the test where there is no compiler. */
  private String make(String target) throws IOException, InterruptedException {
    Process process;
    try {
      new ProcessBuilder("gcc", "--version").start().waitFor();
      process =
          new ProcessBuilder("make", "-s", "CC=gcc", target)
              .directory(folder.resolve("device").toFile())
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      System.err.println("no make or no gcc here: a network in C is not run");
      assumeTrue(false, "no make or no gcc on the path");
      throw e;
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    return said;
  }

  @ParameterizedTest
  @ValueSource(strings = {"lenet300", "lenet5", "resnet8"})
  void theClassesAreThoseOfJava(String network) throws Exception {
    boolean isColour = network.equals("resnet8");
    assumeTrue(
        !isColour || Files.exists(CacheFolder.near("").resolve("data/cifar10/test_batch.bin")),
        "no CIFAR-10 here (bin/fetch cifar10)");
    CommandLineRun run = export(network + ".tersor", "--network", network);
    assertEquals(0, run.status, run::toString);
    assertTrue(run.out.contains("inference takes "), run::toString);
    List<String> classes = Files.readAllLines(folder.resolve("device/classes.txt"));
    assertEquals(10, classes.size());
    long right = classes.stream().filter(line -> line.matches(".* class (.*) label \\1")).count();
    assertTrue(right >= 8, classes::toString);
    assertTrue(make("classes").contains("classes are the same, here"));
  }

  @Test
  void denseWeightsMakeALargerImageOfTheSameClasses() throws Exception {
    CommandLineRun run =
        export(
            "lenet5.safetensors",
            "--network=lenet5",
            "--recipe=dense",
            "--bits=8",
            "--codebook=uniform",
            "--flash=binary");
    assertEquals(0, run.status, run::toString);
    assertTrue(Files.size(folder.resolve("device/weights.bin")) > 430_000);
    assertTrue(make("classes").contains("classes are the same, here"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--network=alexnet | export: --network alexnet: its description has no graph",
        "--network=lenet6 | unknown model 'lenet6'",
        "--network=resnet8 | is not in the graph of resnet8, which would compute without it",
        "--ram=9999999 | export: --models-dir, --data-dir and --cache are of --network NAME",
        "--target=tflm | has no place beside --target tflm",
      })
  void whatCannotBeIsOneLine(String option, String message) {
    assumeTrue(
        !option.endsWith("resnet8")
            || Files.exists(CacheFolder.near("").resolve("data/cifar10/test_batch.bin")),
        "no CIFAR-10 here (bin/fetch cifar10)");
    CommandLineRun run = export("lenet300.tersor", option);
    assertEquals(2, run.status, run::toString);
    assertEquals(1, run.err.lines().filter(line -> line.startsWith("error: ")).count());
    assertTrue(run.err.contains(message), run::toString);
    assertFalse(Files.exists(folder.resolve("device")));
  }
}
