package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.config.UsageException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class LocalMachineTest {
  /** A folder that nobody can make, root neither. */
  private static final String NO_FOLDER = "/proc/tersor";

  /** A machine whose name nobody knows. */
  private static InetAddress nameless(String name) throws UnknownHostException {
    if (name == null || !name.equals("known")) {
      throw new UnknownHostException("box: Name or service not known");
    }
    return InetAddress.getLoopbackAddress();
  }

  private static String refused(SparkConf spark, Map<String, String> environment) {
    LocalMachine machine = new LocalMachine(spark, environment, LocalMachineTest::nameless);
    String message = assertThrows(UsageException.class, machine::check).getMessage();
    assertEquals(1, message.lines().count(), message);
    return message;
  }

  private static SparkConf spark() {
    return new SparkConf(false);
  }

  @Test
  void aNameThatDoesNotResolveIsSaid() {
    assertTrue(refused(spark(), Map.of()).contains("set SPARK_LOCAL_IP=127.0.0.1"));
    for (String variable : List.of("SPARK_LOCAL_IP", "SPARK_LOCAL_HOSTNAME")) {
      assertTrue(
          refused(spark(), Map.of(variable, "elsewhere")).startsWith(variable + ": 'elsewhere'"));
      assertDoesNotThrow(
          new LocalMachine(spark(), Map.of(variable, "known"), LocalMachineTest::nameless)::check);
    }
    for (String key : List.of("spark.driver.host", "spark.driver.bindAddress")) {
      assertTrue(
          refused(spark().set(key, "elsewhere"), Map.of("SPARK_LOCAL_IP", "known"))
              .startsWith(key + ": 'elsewhere'"));
    }
  }

  @Test
  void aMasterThatDoesNotResolveIsSaid() {
    Map<String, String> known = Map.of("SPARK_LOCAL_IP", "known");
    String message = refused(spark().set("spark.master", "spark://a:7077,b:7077"), known);
    assertEquals("master: no host of spark://a:7077,b:7077 resolves", message);
    for (String master : List.of("spark://a:7077,known:7077", "local[2]", "yarn")) {
      assertDoesNotThrow(
          new LocalMachine(spark().set("spark.master", master), known, LocalMachineTest::nameless)
              ::check);
    }
  }

  @Test
  void foldersThatCannotBeWrittenAreSaid() {
    String before = System.getProperty("java.io.tmpdir");
    System.setProperty("java.io.tmpdir", NO_FOLDER);
    try {
      String message = refused(spark(), Map.of("SPARK_LOCAL_IP", "known"));
      assertTrue(message.contains("cannot write temporary files in " + NO_FOLDER), message);
      CommandLineRun.alone(
              "sweep", "--offline", "--models", "lenet300", "--no-accuracy", "--dry-run")
          .assertRefused("java.io.tmpdir", NO_FOLDER);
    } finally {
      System.setProperty("java.io.tmpdir", before);
    }
    String folders =
        refused(spark().set("spark.local.dir", NO_FOLDER), Map.of("SPARK_LOCAL_IP", "known"));
    assertTrue(folders.startsWith("spark.local.dir (SPARK_LOCAL_DIRS): cannot write in "), folders);
    refused(spark(), Map.of("SPARK_LOCAL_IP", "known", "SPARK_LOCAL_DIRS", NO_FOLDER));
    assertDoesNotThrow(
        new LocalMachine(
                spark().set("spark.local.dir", NO_FOLDER + "," + before),
                Map.of("SPARK_LOCAL_IP", "known"),
                LocalMachineTest::nameless)
            ::check);
  }

  /** spark-submit needs both before any class of this project is loaded. */
  @Test
  void theScriptsLookBeforeSparkStarts() throws Exception {
    assertEquals("0 ", machine(Map.of(), "java", "-Djava.io.tmpdir=/tmp", "x"));
    String folder = "-Djava.io.tmpdir=" + NO_FOLDER;
    String[][] commands = {{folder}, {"--driver-java-options", "-Da=b " + folder}};
    for (String[] command : commands) {
      String said = machine(Map.of(), command);
      assertTrue(said.startsWith("2 error: java.io.tmpdir: cannot write"), said);
      assertTrue(said.contains(NO_FOLDER), said);
    }
    String said = machine(Map.of("JAVA_TOOL_OPTIONS", folder));
    assertTrue(said.startsWith("2 error: java.io.tmpdir"), said);
    said = machine(Map.of("SPARK_LOCAL_IP", "no.such.host.invalid"));
    assertTrue(said.startsWith("2 error: SPARK_LOCAL_IP: 'no.such.host.invalid'"), said);
  }

  /** Status and error of bin/machine. */
  private static String machine(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("../bin/machine"));
    words.addAll(List.of(command));
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().keySet().removeAll(List.of("SPARK_CONF_DIR", "SPARK_HOME"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    String error =
        new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return process.waitFor() + " " + error;
  }
}
