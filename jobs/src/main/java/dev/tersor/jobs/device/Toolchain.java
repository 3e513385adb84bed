package dev.tersor.jobs.device;

import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The programs of a worker that build for the board and run it, as the Makefile of an exported
 * folder calls them.
 *
 * @param cross what the names of the cross compiler's programs begin with
 * @param qemu the emulator
 */
public record Toolchain(String cross, String qemu) implements Serializable {
  private static final long MINUTES = 30;

  /** Those of this machine: the variables {@code CROSS} and {@code QEMU}, or Debian's names. */
  static Toolchain ofMachine() {
    return new Toolchain(
        System.getenv().getOrDefault("CROSS", "arm-none-eabi-"),
        System.getenv().getOrDefault("QEMU", "qemu-system-arm"));
  }

  /** These, with those of this machine where they say nothing. */
  Toolchain orElse(Toolchain other) {
    return new Toolchain(cross == null ? other.cross : cross, qemu == null ? other.qemu : qemu);
  }

  /** The first program that is not there. */
  Optional<String> missing() {
    return Stream.of("make", cross + "gcc", cross + "size", qemu)
        .filter(program -> !isThere(program))
        .findFirst();
  }

  private static boolean isThere(String program) {
    if (program.contains("/")) {
      return Files.isExecutable(Path.of(program));
    }
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /** Versions of compiler and emulator, as {@code gcc 12.2.1, QEMU 7.2.22}. */
  String versions() {
    String gcc = run(null, List.of(cross + "gcc", "-dumpfullversion")).strip();
    String emulator = run(null, List.of(qemu, "--version")).lines().findFirst().orElse("");
    return "gcc " + gcc + ", QEMU " + emulator.replaceAll(".*version (\\S+).*", "$1");
  }

  /**
   * Makes a target of an exported folder.
   *
   * @return what it said
   * @throws IllegalStateException if the board decodes a layer to other codes
   * @throws UncheckedIOException with the last line of that, if it cannot be made
   */
  String make(Path folder, String... targets) {
    List<String> command = new ArrayList<>(List.of("make", "-s", "CROSS=" + cross, "QEMU=" + qemu));
    command.addAll(List.of(targets));
    return run(folder, command);
  }

  private static String run(Path folder, List<String> command) {
    Path said = null;
    Process process = null;
    try {
      said = Files.createTempFile("tersor-said", ".txt");
      process =
          new ProcessBuilder(command)
              .directory(folder == null ? null : folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      boolean hasEnded = process.waitFor(MINUTES, TimeUnit.MINUTES);
      String text = Files.readString(said, StandardCharsets.UTF_8);
      if (text.lines().anyMatch(line -> line.startsWith("WRONG "))) {
        throw new IllegalStateException("decodes on the board to other codes");
      }
      if (!hasEnded || process.exitValue() != 0) {
        String last = text.lines().reduce("", (first, second) -> second);
        throw new IOException(
            command.get(0) + (hasEnded ? ": " + last : ": no end in " + MINUTES + " minutes"));
      }
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(command.get(0) + " was interrupted", e);
    } finally {
      end(process);
      delete(said);
    }
  }

  private static void end(Process process) {
    if (process != null && process.isAlive()) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static void delete(Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
