package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.jobs.config.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkDefaultsTest {
  @TempDir private Path folder;

  private Properties after(Properties system) {
    SparkDefaults.set(system, Map.of("SPARK_CONF_DIR", folder.toString()));
    return system;
  }

  private void write(String text) throws IOException {
    Files.writeString(folder.resolve("spark-defaults.conf"), text);
  }

  @Test
  void fillsWhatNobodySaid() throws IOException {
    write(
        "# of a machine\nspark.ui.enabled   false\nspark.hadoop.a=b  \nspark.sql.ansi.enabled true\n");
    Properties system = new Properties();
    system.setProperty("spark.sql.ansi.enabled", "false");
    assertEquals(
        Map.of(
            "spark.ui.enabled", "false",
            "spark.hadoop.a", "b",
            "spark.sql.ansi.enabled", "false",
            "spark.master", "local[*]"),
        after(system));
  }

  @Test
  void leavesADriverOfSparkSubmitAlone() throws IOException {
    write("spark.ui.enabled false\n");
    Properties system = new Properties();
    system.setProperty("spark.master", "yarn");
    assertEquals(Map.of("spark.master", "yarn"), after(system));
  }

  @Test
  void aFolderWithoutTheFileOrNoneIsAllCores() {
    assertEquals(Map.of("spark.master", "local[*]"), after(new Properties()));
    Properties system = new Properties();
    SparkDefaults.set(system, Map.of());
    assertEquals(Map.of("spark.master", "local[*]"), system);
  }

  @Test
  void whatCannotBeReadIsNamed() throws IOException {
    write("spark.ui.enabled \\u00\n");
    UsageException error = assertThrows(UsageException.class, () -> after(new Properties()));
    assertTrue(error.getMessage().contains("spark-defaults.conf"), error::getMessage);
  }
}
