package dev.tersor.core.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Programs in C that the tests compile and run, where there is a compiler. */
public final class CompiledC {
  static final Path SOURCES =
      Path.of("src", "main", "resources", "dev", "tersor", "core", "device");
  static final Path PROGRAMS = Path.of("src", "test", "resources", "device");

  private static final List<String> STRICT =
      List.of("-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror");

  private CompiledC() {}

  /** Skips a test, and says so, where a program is not on the path. */
  public static void assumeThereIs(String program) {
    boolean found =
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    if (!found) {
      System.err.println("no " + program + " here: its tests are skipped");
    }
    assumeTrue(found, "no " + program + " on the path");
  }

  /** Files beside the decoders in C whose names match. */
  static List<Path> sources(String name) throws IOException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      return files.filter(file -> file.getFileName().toString().matches(name)).sorted().toList();
    }
  }

  /** Compiles a program of the tests with all decoders. */
  static Path compile(Path folder, String program, String... options)
      throws IOException, InterruptedException {
    Path binary = folder.resolve(program + String.join("", options).hashCode());
    List<String> command = new ArrayList<>(List.of("gcc"));
    command.addAll(STRICT);
    command.addAll(List.of(options));
    command.addAll(List.of("-I", SOURCES.toString(), "-I", PROGRAMS.toString()));
    command.addAll(sources("tersor_((?!mve).)*[.]c").stream().map(Path::toString).toList());
    command.add(PROGRAMS.resolve("cases.c").toString());
    command.add(PROGRAMS.resolve(program + ".c").toString());
    command.addAll(List.of("-o", binary.toString()));
    run(command);
    return binary;
  }

  /** Runs a program that has to end well; gives what it said. */
  public static String run(List<String> command) throws IOException, InterruptedException {
    Path said = Files.createTempFile("said", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      if (!process.waitFor(10, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError(command + " does not end");
      }
      String text = Files.readString(said, StandardCharsets.UTF_8);
      assertEquals(0, process.exitValue(), () -> String.join(" ", command) + "\n" + text);
      return text;
    } finally {
      Files.delete(said);
    }
  }
}
