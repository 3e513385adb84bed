package dev.tersor.core.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The kernels on every JDK of this machine that is new enough: this one, those in the folder that
 * it is in, and those that TERSOR_JDKS names (separated as in a class path). Each runs {@link
 * KernelWorkload} with the Vector API's module and without it.
 */
class OtherJavasTest {
  private static final int OLDEST = 17;
  private static final boolean IS_X86 =
      Set.of("amd64", "x86_64").contains(System.getProperty("os.arch"));

  private static final Path OWN = Path.of(System.getProperty("java.home"));

  @TempDir private Path folder;

  /** The JDKs, this one first. */
  static List<Path> javas() throws IOException {
    List<Path> candidates = new ArrayList<>(List.of(OWN));
    try (Stream<Path> siblings = Files.list(OWN.toRealPath().getParent())) {
      siblings.sorted().forEach(candidates::add);
    }
    for (String home :
        System.getenv().getOrDefault("TERSOR_JDKS", "").split(File.pathSeparator, -1)) {
      candidates.add(Path.of(home));
    }
    List<Path> javas = new ArrayList<>();
    Set<Path> seen = new HashSet<>();
    for (Path home : candidates) {
      boolean isJava = Files.isExecutable(home.resolve("bin").resolve("java"));
      if (isJava && seen.add(home.toRealPath()) && feature(home) >= OLDEST) {
        javas.add(home);
      }
    }
    return javas;
  }

  private static int feature(Path home) throws IOException {
    Path release = home.resolve("release");
    if (!Files.exists(release)) {
      return 0;
    }
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(release)) {
      properties.load(in);
    }
    String version = properties.getProperty("JAVA_VERSION", "0").replace("\"", "");
    return Runtime.Version.parse(version.replaceFirst("_.*", "")).feature();
  }

  /** The lines that the workload prints there. */
  private List<String> run(Path home, String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("bin").resolve("java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-XX:+UseSerialGC", "-cp"));
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(KernelWorkload.class.getName());
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process java =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    boolean ended = java.waitFor(3, TimeUnit.MINUTES);
    java.destroyForcibly();
    assertTrue(ended, () -> home + " does not end");
    assertEquals(0, java.exitValue(), () -> home + ": " + text(err));
    return Files.readAllLines(out);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @ParameterizedTest
  @MethodSource("javas")
  void resultsAreTheSameWithTheModuleAndWithoutIt(Path home)
      throws IOException, InterruptedException {
    List<String> expected = new ArrayList<>();
    for (String part : KernelWorkload.PARTS) {
      // Tests run without vectors.
      expected.add("%s %08x".formatted(part, KernelWorkload.checksum(part)));
    }
    List<String> with = run(home, "--add-modules=jdk.incubator.vector");
    assertEquals(expected, with.subList(0, expected.size()));
    assertTrue(with.contains("module true"), with::toString);
    List<String> without = run(home);
    assertEquals(expected, without.subList(0, expected.size()));
    assertTrue(without.contains("module false"), without::toString);
    if (IS_X86) {
      // Vectors of 256 bits, which most processors have, and of 128, as ARM's.
      for (String width : List.of("-XX:UseAVX=2", "-XX:MaxVectorSize=16")) {
        List<String> shorter = run(home, "--add-modules=jdk.incubator.vector", width);
        assertEquals(expected, shorter.subList(0, expected.size()), width);
      }
    }
    for (VectorClass vectors : VectorClass.all()) {
      assertTrue(without.stream().anyMatch(l -> l.startsWith(vectors.name() + " left")));
      assertEquals(1, with.stream().filter(l -> l.startsWith(vectors.name() + " ")).count());
    }
  }

  /**
   * Processors as old ones are: without a step for a multiplication and a sum, or with 128 bits.
   */
  @Test
  void plainKernelsRunWhereVectorsWouldBeSlower() throws IOException, InterruptedException {
    assumeTrue(IS_X86);
    List<String> unfused = run(OWN, "--add-modules=jdk.incubator.vector", "-XX:-UseFMA");
    for (String name : List.of("VectorProducts", "VectorPackedProducts")) {
      String left = "dev.tersor.core.kernel." + name + " left";
      assertTrue(unfused.stream().anyMatch(line -> line.startsWith(left)), unfused::toString);
    }
    List<String> shorter = run(OWN, "--add-modules=jdk.incubator.vector", "-XX:UseAVX=1");
    for (String name :
        List.of("index.VectorRunOffsets", "symbol.VectorRans", "wavelet.VectorMerge")) {
      String left = "dev.tersor.core." + name + " left";
      assertTrue(shorter.stream().anyMatch(line -> line.startsWith(left)), shorter::toString);
    }
    int parts = KernelWorkload.PARTS.size();
    assertEquals(unfused.subList(0, parts), shorter.subList(0, parts));
  }

  @Test
  void thereIsAnotherOne() throws IOException {
    assumeTrue(javas().size() > 1, "no other JDK here; TERSOR_JDKS may name some");
    assertEquals(OWN.toRealPath(), javas().get(0).toRealPath());
  }
}
