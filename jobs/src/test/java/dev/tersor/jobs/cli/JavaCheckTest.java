package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Java that is too old or too new for Spark is told in one line, and one that works is not. */
class JavaCheckTest {
  private static final Path BIN = Path.of("..", "bin").toAbsolutePath().normalize();
  private static final String ADVICE = "set JAVA_HOME to a JDK 17, 21 or 25";

  @TempDir private Path folder;

  /** What came of a process. */
  private record Ended(int status, List<String> lines) {}

  private Ended run(Path javaHome, String... command) throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", javaHome.toString());
    builder.environment().remove("SPARK_HOME");
    Process process = builder.redirectOutput(log.toFile()).start();
    boolean ended = process.waitFor(2, TimeUnit.MINUTES);
    process.destroyForcibly();
    assertTrue(ended, () -> List.of(command) + " does not end");
    return new Ended(process.exitValue(), Files.readAllLines(log));
  }

  /** A Java that says a version and does nothing else. */
  private Path java(String version) throws IOException {
    Path home = folder.resolve("java-" + version);
    Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"" + version + "\"' >&2\n");
    assertTrue(java.toFile().setExecutable(true));
    return home;
  }

  private static String script() {
    return BIN.resolve("check-java").toString();
  }

  @Test
  void anOldJavaIsOneLine() throws IOException, InterruptedException {
    for (String version : List.of("1.8.0_452", "11.0.27", "16")) {
      Path home = java(version);
      String line = "error: Java %s (%s/bin/java) is older than 17: %s";
      Ended expected = new Ended(2, List.of(line.formatted(version, home, ADVICE)));
      assertEquals(expected, run(home, script()));
      assertEquals(expected, run(home, BIN.resolve("spark-submit").toString(), "--version"));
    }
  }

  /** A JDK says its version in a file, for which no JVM has to start. */
  @Test
  void theNoteOfAJdkIsEnough() throws IOException, InterruptedException {
    Path home = java("17");
    Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"A\"\nJAVA_VERSION=\"11.0.2\"\n");
    String line = "error: Java 11.0.2 (%s/bin/java) is older than 17: %s";
    assertEquals(new Ended(2, List.of(line.formatted(home, ADVICE))), run(home, script()));
    // One that says nothing of it is asked.
    Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"A\"\n");
    assertEquals(new Ended(0, List.of()), run(home, script()));
  }

  @Test
  void noJavaIsOneLine() throws IOException, InterruptedException {
    Path home = folder.resolve("none");
    String line = "error: no Java at '%s/bin/java': %s".formatted(home, ADVICE);
    assertEquals(new Ended(2, List.of(line)), run(home, script()));
  }

  @Test
  void whatWorksIsNotRefused() throws IOException, InterruptedException {
    Ended nothing = new Ended(0, List.of());
    assertEquals(nothing, run(Path.of(System.getProperty("java.home")), script()));
    // A new one is tried: these end without a word, whatever Spark they are asked for.
    for (String version : List.of("17", "21.0.7", "25.0.1")) {
      assertEquals(nothing, run(java(version), script(), "/a/spark"));
    }
  }

  @Test
  void whatIsNotTestedOnIsOneLineAndGoesOn() throws IOException, InterruptedException {
    for (String version : List.of("18.0.2", "23-ea", "26", "99")) {
      Path home = java(version);
      String line =
          "note: Java %s (%s/bin/java) is not one that Tersor is tested on, which are 17, 21 and 25";
      Ended expected = new Ended(0, List.of(line.formatted(version, home)));
      assertEquals(expected, run(home, script(), "/a/spark"));
    }
  }

  /** On each JDK beside this one: nothing, or one line where this Hadoop does not run on it. */
  @Test
  void newJavasAreTried() throws IOException, InterruptedException {
    Path own = Path.of(System.getProperty("java.home")).toRealPath();
    List<Path> homes = new ArrayList<>();
    try (Stream<Path> siblings = Files.list(own.getParent())) {
      for (Path home : siblings.sorted().toList()) {
        if (Files.isExecutable(home.resolve("bin/java")) && !Files.isSymbolicLink(home)) {
          homes.add(home);
        }
      }
    }
    assumeTrue(homes.size() > 1, "no other JDK here");
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    for (Path home : homes) {
      Ended ended =
          run(
              home,
              home.resolve("bin/java").toString(),
              "-Dlog4j2.level=OFF",
              "-cp",
              classPath,
              JavaCheck.class.getName());
      List<String> errors = ended.lines.stream().filter(line -> line.contains("error: ")).toList();
      if (ended.status == 0) {
        assertEquals(List.of(), errors);
      } else {
        assertEquals(2, ended.status, ended::toString);
        assertEquals(1, errors.size(), ended::toString);
        assertTrue(errors.get(0).startsWith("error: Java "), ended::toString);
        assertTrue(errors.get(0).contains(home.toString()), ended::toString);
        assertTrue(errors.get(0).endsWith(ADVICE), ended::toString);
      }
      if (home.equals(own)) {
        assertEquals(0, ended.status, ended::toString);
      }
    }
  }

  /** Where Spark's own scripts are not asked: a session that does not start. */
  @Test
  void aSessionThatDoesNotStartIsBadUsage() {
    UnsupportedOperationException refused =
        new UnsupportedOperationException("getSubject is not supported");
    refused.setStackTrace(
        new StackTraceElement[] {
          new StackTraceElement("javax.security.auth.Subject", "getSubject", "Subject.java", 277),
          new StackTraceElement("org.apache.hadoop.security.UserGroupInformation", "a", "b", 1)
        });
    Exception wrapped = new SparkException("failed", refused);
    assertEquals(Main.USAGE, Main.status(wrapped));
    String line = JavaCheck.trouble(wrapped).orElseThrow();
    assertTrue(line.contains(System.getProperty("java.version")), line);
    assertTrue(line.endsWith(ADVICE), line);
    // Another one is an error of the program's own.
    Exception other = new IllegalStateException(new UnsupportedOperationException("of a list"));
    assertEquals(Optional.empty(), JavaCheck.trouble(other));
    assertEquals(Main.FAILED, Main.status(other));
  }
}
