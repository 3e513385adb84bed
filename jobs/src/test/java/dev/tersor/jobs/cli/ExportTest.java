package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.Checkpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExportTest {
  @TempDir Path folder;
  private Path checkpoint;
  private Path network;
  private Path to;

  @BeforeEach
  void compress() throws IOException {
    checkpoint = folder.resolve("small.safetensors");
    network = folder.resolve("small.tersor");
    to = folder.resolve("device");
    Checkpoints.small(checkpoint);
    CommandLineRun run =
        CommandLineRun.of(
            "compress",
            checkpoint.toString(),
            "--to",
            network.toString(),
            "--encoding",
            "relative4",
            "--sparsity",
            "0.5");
    assertEquals(0, run.status, run::toString);
  }

  private CommandLineRun export(Path what, String... options) {
    List<String> args = new ArrayList<>(List.of("export", what.toString(), "--to", to.toString()));
    args.addAll(List.of(options));
    return CommandLineRun.of(args.toArray(String[]::new));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(to)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aNetworkKeepsItsRecipes() throws IOException {
    CommandLineRun run = export(network);
    assertEquals(0, run.status, run::toString);
    assertTrue(
        run.out.contains("bytes of flash for 6,168 weights, 40 for other numbers"), run::toString);
    assertEquals(
        List.of(
            "Makefile",
            "board.c",
            "board.h",
            "board.ld",
            "count.c",
            "tersor_relative.c",
            "tersor_relative.h",
            "tersor_stream.c",
            "tersor_stream.h",
            "tersor_values.c",
            "tersor_values.h",
            "test.c",
            "weights.c",
            "weights.h"),
        files());
    assertTrue(Files.readString(to.resolve("weights.h")).contains("int weights_conv_weight("));
  }

  @Test
  void aCheckpointIsCompressedForIt() throws IOException {
    CommandLineRun run =
        export(
            checkpoint,
            "--sparsity",
            "0.6",
            "--bits",
            "8",
            "--codebook",
            "uniform",
            "--recipe",
            "auto(access=parallel)",
            "--flash",
            "binary");
    assertEquals(0, run.status, run::toString);
    assertTrue(files().contains("weights.bin"));
    assertFalse(files().contains("tersor_relative.c"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--recipe=rice | tensor 'conv.weight': rice has no decoder in C; there are those of dense",
        "--recipe=nothing | export: --recipe: ",
        "--ram=20 | bytes of memory for codes, there are 20; 1152 bytes hold them all",
        "--ram=0 | export: --ram 0, expected a number of bytes from 1 on",
        "--flash=tape | export: --flash 'tape', expected arrays or binary",
        "--target=phone | export: --target 'phone', expected one of ",
        "--bits=4 | is compressed already; options of compress are for checkpoints",
      })
  void whatCannotBeIsOneLine(String option, String message) {
    CommandLineRun run =
        option.startsWith("--ram=2")
            ? export(network, option, "--recipe=hybrid")
            : export(network, option);
    assertEquals(2, run.status, run::toString);
    assertEquals(1, run.err.lines().filter(line -> line.startsWith("error: ")).count());
    assertTrue(run.err.contains(message), run::toString);
    assertFalse(Files.exists(to));
  }

  @Test
  void productsComeWithWhatTheyNeed() throws IOException {
    CommandLineRun run = export(network, "--products", "--recipe=hybrid");
    assertEquals(0, run.status, run::toString);
    assertTrue(
        files()
            .containsAll(
                List.of(
                    "products.c",
                    "tersor_dcsr_mve.c",
                    "tersor_products.c",
                    "tersor_products.h",
                    "tersor_products_mve.c")));
  }

  @Test
  void aFolderThatIsThereStays() throws IOException {
    Files.createDirectory(to);
    CommandLineRun run = export(network);
    assertEquals(2, run.status, run::toString);
    assertTrue(run.err.contains("exists already"), run::toString);
    assertEquals(List.of(), files());
  }
}
