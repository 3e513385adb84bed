package dev.tersor.jobs.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A program of the user's own that brings something: Maven, npm, apt. */
public final class Tool {
  private static final long MINUTES = 10;
  private static final int LINES = 2;
  private static final Pattern ERROR = Pattern.compile("(?i).*\\berror\\b.*|E: .*");

  private final String name;
  private final List<String> command;

  /**
   * @param name what messages call it
   * @param command program and arguments
   */
  public Tool(String name, List<String> command) {
    this.name = name;
    this.command = List.copyOf(command);
  }

  /**
   * Runs it in a folder to its end.
   *
   * @throws IOException with what it says itself, if it is not there, fails or takes too long
   */
  public void run(Path folder) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    // Spark's own flags are not those of a tool that runs on Java, too.
    builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    Path log = Scratch.file("tersor-tool", ".log");
    Process process = null;
    try {
      process = start(builder, log);
      // Nothing that a tool asks is answered.
      process.getOutputStream().close();
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
        throw new IOException(name + " took more than " + MINUTES + " minutes");
      }
      if (process.exitValue() != 0) {
        throw new IOException(name + ": " + reason(log, process.exitValue()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      if (process != null) {
        process.destroyForcibly();
      }
      Files.delete(log);
    }
  }

  private Process start(ProcessBuilder builder, Path log) throws IOException {
    try {
      return builder.redirectOutput(log.toFile()).start();
    } catch (IOException e) {
      throw new IOException(name + " cannot be run: " + e.getMessage(), e);
    }
  }

  /** The first lines that speak of an error, on one line. */
  private static String reason(Path log, int status) throws IOException {
    List<String> lines =
        new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
    String errors =
        lines.stream()
            .filter(line -> ERROR.matcher(line).matches())
            .limit(LINES)
            .map(String::strip)
            .collect(Collectors.joining("; "));
    return errors.isEmpty() ? "exit status " + status : errors;
  }
}
