package dev.tersor.jobs.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tersor.jobs.cli.Main;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command for Kubernetes of the page about clusters, as far as what it asks Kubernetes to run.
 */
@Tag("full")
class KubernetesIT {
  private static final Path PAGE =
      Path.of(System.getProperty("tersor.home"), "docs", "howto", "cluster.md");

  /** A path in the image. */
  private static final String JAR = "local:///opt/sweep.jar";

  @TempDir Path folder;

  @Test
  void thePodOfTheDriverRunsTheCommandOfThePage() throws IOException, InterruptedException {
    Path conf = Files.createDirectories(folder.resolve("conf"));
    // There is no pod to wait for.
    Files.writeString(
        conf.resolve("spark-defaults.conf"),
        "spark.kubernetes.submission.waitAppCompletion false\n");
    PageCommand command = PageCommand.of(PAGE, "spark-submit --master k8s://");
    try (PodRecorder kubernetes = new PodRecorder()) {
      SweepProcess submit =
          SweepProcess.ofPage(
              folder.resolve("submit.log"),
              command.option("--master", "k8s://" + kubernetes.url()),
              Map.of(
                  "SPARK_CONF_DIR",
                  conf.toString(),
                  "SPARK_DIST_CLASSPATH",
                  System.getProperty("tersor.clusterManagers") + "/*",
                  // Not the cluster of the person who runs this.
                  "KUBECONFIG",
                  folder.resolve("none").toString()));
      assertEquals(0, submit.await(), submit::log);
      assertEquals(1, kubernetes.created("Pod").size(), submit::log);
      assertPod(kubernetes.created("Pod").get(0).path("spec"), command);
      assertEquals(1, kubernetes.created("ConfigMap").size(), submit::log);
      assertSettings(kubernetes.created("ConfigMap").get(0).path("data"), command);
    }
  }

  private static void assertPod(JsonNode pod, PageCommand command) {
    assertEquals(
        command.settings().get("spark.kubernetes.authenticate.driver.serviceAccountName"),
        pod.path("serviceAccountName").asText());
    assertEquals(1, pod.path("containers").size(), pod::toString);
    JsonNode driver = pod.path("containers").get(0);
    assertEquals(
        command.settings().get("spark.kubernetes.container.image"), driver.path("image").asText());
    List<String> expected =
        new ArrayList<>(
            List.of("driver", "--properties-file", "/opt/spark/conf/spark.properties", "--class"));
    expected.addAll(List.of(Main.class.getName(), JAR));
    expected.addAll(command.after(JAR));
    List<String> args = new ArrayList<>();
    driver.path("args").forEach(word -> args.add(word.asText()));
    assertEquals(expected, args);
  }

  private static void assertSettings(JsonNode files, PageCommand command) throws IOException {
    Properties settings = new Properties();
    settings.load(new StringReader(files.path("spark.properties").asText()));
    command.settings().forEach((name, value) -> assertEquals(value, settings.get(name), name));
    assertEquals(JAR, settings.get("spark.jars"));
    assertEquals(command.value("--executor-cores"), settings.get("spark.executor.cores"));
    assertEquals(command.value("--executor-memory"), settings.get("spark.executor.memory"));
  }
}
