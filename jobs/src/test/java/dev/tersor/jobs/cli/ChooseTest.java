package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.data.LabelledImages;
import dev.tersor.core.encode.NetworkFile;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.Checkpoints;
import dev.tersor.jobs.data.DataCatalog;
import dev.tersor.jobs.data.DataSets;
import dev.tersor.jobs.train.SmallDigits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChooseTest {
  @TempDir static Path shared;
  private static Path checkpoint;
  private static Map<String, float[]> weights;

  @TempDir Path folder;

  @BeforeAll
  static void writeCheckpoint() throws IOException {
    checkpoint = shared.resolve("small.safetensors");
    weights = Checkpoints.small(checkpoint);
  }

  /** A choice from few cells, which all tests share. */
  private CommandLineRun choose(String to, String... options) {
    List<String> args =
        new ArrayList<>(
            List.of("choose", "--weights", "small=" + checkpoint, "--out", shared + "/results"));
    args.addAll(List.of("--to", folder.resolve(to).toString()));
    args.addAll(Arrays.asList(options));
    Map<String, String> grid =
        Map.of(
            "--sparsities", "asis,0.3,0.6",
            "--bits", "2,3,4,6",
            "--codebooks", "uniform,exact",
            "--encodings", "dense/cabac,dense/rans,bitmap/rans,dense/packed,bitmap/packed");
    grid.forEach(
        (option, values) -> {
          if (!args.contains(option)) {
            args.addAll(List.of(option, values));
          }
        });
    return CommandLineRun.of(args.toArray(new String[0]));
  }

  private byte[] file(String name) throws IOException {
    return Files.readAllBytes(folder.resolve(name));
  }

  private static Map<String, float[]> values(byte[] file) {
    Map<String, float[]> values = new HashMap<>();
    for (NetworkTensor tensor : NetworkFile.read(file)) {
      values.put(tensor.name(), tensor.values());
    }
    return values;
  }

  /** Signal to noise of the matrices. */
  private static double decibels(byte[] file) {
    double signal = 0;
    double noise = 0;
    for (Map.Entry<String, float[]> tensor : values(file).entrySet()) {
      float[] original = weights.get(tensor.getKey());
      if (!tensor.getKey().endsWith("bias")) {
        for (int i = 0; i < original.length; i++) {
          signal += (double) original[i] * original[i];
          noise += Math.pow((double) original[i] - tensor.getValue()[i], 2);
        }
      }
    }
    return 10 * Math.log10(signal / noise);
  }

  private static double number(CommandLineRun run, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(run.out);
    assertTrue(matcher.find(), () -> pattern + " is not in " + run);
    return Double.parseDouble(matcher.group(1).replace(",", ""));
  }

  /** The file is as predicted, and compress makes the same of the settings. */
  @Test
  void theSettingsFileMakesTheSameNetwork() throws IOException {
    CommandLineRun run = choose("net.tersor", "--sqnr", "14");
    assertEquals(0, run.status, run::toString);
    byte[] file = file("net.tersor");
    assertEquals(file.length, number(run, "File: ([0-9,]+) bytes"), run::toString);
    assertEquals(file.length, number(run, "([0-9,]+) predicted from the cells"), run::toString);
    assertTrue(decibels(file) >= 14 && decibels(file) < 15, decibels(file) + " dB\n" + run);
    assertEquals(decibels(file), number(run, "SQNR ([0-9.]+) dB, "), 0.006);
    assertEquals(decibels(file), number(run, "([0-9.]+) dB predicted"), 0.006);
    assertArrayEquals(weights.get("fc2.bias"), values(file).get("fc2.bias"));
    Path again = folder.resolve("again.tersor");
    CommandLineRun compress =
        CommandLineRun.of(
            "compress",
            checkpoint.toString(),
            "--config",
            folder.resolve("net.conf").toString(),
            "--to",
            again.toString());
    assertEquals(0, compress.status, compress::toString);
    byte[] other = Files.readAllBytes(again);
    assertEquals(file.length, other.length);
    Map<String, float[]> values = values(other);
    values(file).forEach((name, value) -> assertArrayEquals(value, values.get(name), name));
    String plot = Files.readString(folder.resolve("net.svg"));
    assertTrue(plot.contains("small, choose --sqnr 14") && plot.contains("fc1.weight: "), plot);
  }

  /** Layers differ, none of one setting is as small, and no cell is computed a second time. */
  @Test
  void itIsSmallerThanOneSettingForAll() throws IOException {
    assertEquals(0, choose("first.tersor", "--sqnr", "9").status);
    CommandLineRun run = choose("second.tersor", "--sqnr", "16");
    assertEquals(0, run.status, run::toString);
    assertTrue(run.out.contains("480 cells, 0 of them computed now"), run::toString);
    double single = number(run, "One setting for all layers: .*: ([0-9,]+) bytes at");
    assertTrue(file("second.tersor").length < single, run::toString);
    assertTrue(file("first.tersor").length < file("second.tersor").length);
  }

  @Test
  void sizesAreKept() throws IOException {
    CommandLineRun run = choose("net.tersor", "--bytes", "3000");
    assertEquals(0, run.status, run::toString);
    assertTrue(file("net.tersor").length <= 3000 && file("net.tersor").length > 2940);
    CommandLineRun half = choose("half.tersor", "--rate", "3", "--half");
    assertEquals(0, half.status, half::toString);
    long numbers = weights.values().stream().mapToLong(values -> values.length).sum();
    double bits = 8.0 * file("half.tersor").length / numbers;
    assertTrue(bits <= 3 && bits > 2.94, bits + " bits\n" + half);
    assertEquals(
        file("half.tersor").length, number(half, "([0-9,]+) predicted"), 0.02 * 3000, "half");
    assertTrue(decibels(file("half.tersor")) < decibels(file("net.tersor")));
  }

  @Test
  void accessAndSpeedAreKept() throws IOException {
    CommandLineRun random = choose("net.tersor", "--sqnr", "12", "--access", "random");
    assertEquals(0, random.status, random::toString);
    assertTrue(random.out.contains("Read random;"), random::toString);
    assertFalse(random.out.contains("cabac"), random::toString);
    CommandLineRun free = choose("free.tersor", "--sqnr", "12");
    double speed = number(free, "decodes ([0-9.]+) million weights");
    CommandLineRun fast =
        choose("fast.tersor", "--sqnr", "12", "--speed", String.valueOf(1.5 * speed));
    assertEquals(0, fast.status, fast::toString);
    assertTrue(number(fast, "decodes ([0-9.]+) million weights") >= 1.49 * speed, fast::toString);
    assertTrue(file("fast.tersor").length >= file("free.tersor").length);
    choose("no.tersor", "--sqnr", "12", "--speed", "1e9").assertRefused("speed", "the nearest is");
  }

  @Test
  void whatCannotBeReachedHasANearest() throws IOException {
    choose("net.tersor", "--sqnr", "90").assertRefused("sqnr: 90.0 dB", "the nearest is", "dB in");
    CommandLineRun small = choose("net.tersor", "--bytes", "1000");
    small.assertRefused("bytes: no file of 1,000 bytes", "the smallest has");
    Matcher least = Pattern.compile("has ([0-9,]+) bytes").matcher(small.err);
    assertTrue(least.find(), small::toString);
    CommandLineRun run = choose("net.tersor", "--bytes", least.group(1).replace(",", ""));
    assertEquals(0, run.status, run::toString);
    choose("net.tersor", "--sqnr", "12").assertRefused("net.tersor exists already");
    choose("other.tersor", "--sqnr", "12", "--access", "random", "--encodings", "dense/cabac")
        .assertRefused("access: random", "'conv.weight'", "--encodings");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--half | choose: under what? expected one of --bytes N",
        "--sqnr 20 --bytes 1000 | --bytes 1000 and --sqnr 20 contradict",
        "--sqnr -3 | sqnr: -3.0, expected a number above 0",
        "--bytes NaN | bytes: NaN, expected a number above 0",
        "--rate Infinity | rate: Infinity, expected a number above 0",
        "--sqnr 20 --bits 32 | bits: 32 is nothing to choose",
        "--sqnr 20 --bits paper | bits: paper is nothing to choose",
        "--sqnr 20 --sparsities 2:4 | is no setting of one layer",
        "--sqnr 20 --codebooks mllib | codebooks: mllib",
        "--sqnr 20 --access fast | access: 'fast', expected random, parallel or any",
        "--sqnr 20 --speed 0 | speed: 0.0, expected million weights",
        "--sqnr 20 --models lenet5,lenet300 | choose: one network at a time"
      })
  void badOptionsAreRefused(String options, String message) {
    choose("net.tersor", options.split(" ", -1)).assertRefused(message);
    assertFalse(Files.exists(folder.resolve("net.tersor")));
  }

  /** A network that takes a digit for the class whose mean it is most like. */
  private static Path nearestMeans(Path folder) throws IOException {
    LabelledImages images =
        new DataSets(folder.resolve("cache"))
            .train(new DataCatalog(folder.resolve("data").toString()).get("digits"));
    float[] first = new float[20 * 784];
    int[] count = new int[10];
    for (int i = 0; i < 300; i++) {
      count[images.label(i)]++;
    }
    for (int i = 0; i < 300; i++) {
      for (int at = 0; at < 784; at++) {
        first[784 * images.label(i) + at] +=
            (images.pixel(i, at) / 255f - 0.13f) / (20 * count[images.label(i)]);
      }
    }
    System.arraycopy(Checkpoints.weights(10 * 784, 3), 0, first, 10 * 784, 10 * 784);
    float[] second = Checkpoints.weights(200, 4);
    for (int i = 0; i < second.length; i++) {
      second[i] *= i % 20 >= 10 ? 0.02f : 0.2f;
    }
    for (int i = 0; i < 10; i++) {
      second[20 * i + i] = 1;
    }
    Path file = folder.resolve("cache").resolve("tiny.safetensors");
    Checkpoints.write(
        file,
        Map.of(
            "fc1.weight", Shape.of(20, 784),
            "fc1.bias", Shape.of(20),
            "fc2.weight", Shape.of(10, 20),
            "fc2.bias", Shape.of(10)),
        Map.of(
            "fc1.weight",
            first,
            "fc1.bias",
            new float[20],
            "fc2.weight",
            second,
            "fc2.bias",
            new float[10]));
    return file;
  }

  /** Held-out images choose, test images judge; what is dropped is within what was allowed. */
  @Test
  void accuracyIsKept() throws IOException {
    new SmallDigits(folder);
    Path file = nearestMeans(folder);
    String options =
        "choose --weights tiny=%s --models-dir %s --data-dir %s --cache %s --out %s --held-out 100"
            + " --sparsities asis,0.5,0.8 --bits 2,3,5 --codebooks uniform"
            + " --encodings dense/cabac,dense/rans";
    String common =
        options.formatted(
            file,
            folder.resolve("models"),
            folder.resolve("data"),
            folder.resolve("cache"),
            folder.resolve("results"));
    Path to = folder.resolve("tiny.tersor");
    CommandLineRun run =
        CommandLineRun.of((common + " --calibration 200 --max-drop 3 --to " + to).split(" ", -1));
    assertEquals(0, run.status, run::toString);
    double chosen = number(run, "by which it was chosen: ([0-9.]+) %");
    double dense = number(run, "by which it was chosen: [0-9.]+ %, dense ([0-9.]+) %");
    assertTrue(dense > 40 && chosen >= dense - 3, run::toString);
    number(run, "Top-1 on all 200 images of digits test, which decided nothing: ([0-9.]+) %");
    assertTrue(run.out.contains("of the outputs' noise"), run::toString);
    assertTrue(run.out.contains("outputs of 200 images of digits train"), run::toString);
    assertEquals(
        (double) Files.size(to), number(run, "([0-9,]+) predicted from the cells"), 0.02 * 6000);
    CommandLineRun evaluated =
        CommandLineRun.of(
            ("evaluate --model tiny --models-dir %s --data-dir %s --cache %s " + to)
                .formatted(
                    folder.resolve("models"), folder.resolve("data"), folder.resolve("cache"))
                .split(" ", -1));
    String test =
        String.format(
            java.util.Locale.ROOT, "%.2f %%", number(run, "which decided nothing: ([0-9.]+) %"));
    assertTrue(evaluated.out.contains(test), () -> test + " is not in " + evaluated);
    CommandLineRun all =
        CommandLineRun.of(
            (common + " --max-drop 90 --to " + folder.resolve("all.tersor")).split(" ", -1));
    all.assertRefused("held-out: 1000 images to calibrate and 100 held out", "400");
    CommandLineRun calibrated =
        CommandLineRun.of(
            (common.replace(" --held-out 100", "")
                    + " --calibration 0 --max-drop 1 --to "
                    + folder.resolve("none.tersor"))
                .split(" ", -1));
    calibrated.assertRefused("calibration: 0, expected 1 or more");
  }

  @Test
  void aDropNeedsImages() {
    choose("net.tersor", "--max-drop", "1")
        .assertRefused("choose: no accuracy of small can be measured", "--data NAME");
    choose("net.tersor", "--max-drop", "-1").assertRefused("max-drop: -1.0, expected", "0..100");
    choose("net.tersor", "--sqnr", "20", "--held-out", "7").assertRefused("held-out: is for");
    choose("net.tersor", "--sqnr", "20", "--calibration", "7").assertRefused("calibration: --sqnr");
  }

  /** Without codebooks named, those that count bits are candidates, and none of them is better. */
  @Test
  void settingsThatCountBitsAreCandidates() throws IOException {
    Path to = folder.resolve("net.tersor");
    String options =
        "choose --weights small=%s --out %s --sparsities asis,0.3 --encodings dense/cabac --to %s";
    CommandLineRun run =
        CommandLineRun.of(
            (options.formatted(checkpoint, folder.resolve("results"), to) + " --sqnr 12")
                .split(" ", -1));
    assertEquals(0, run.status, run::toString);
    byte[] file = file("net.tersor");
    assertTrue(decibels(file) > 11.999, decibels(file) + " dB\n" + run);
    assertEquals(file.length, number(run, "([0-9,]+) predicted"), 0.02 * file.length);
    Matcher single = Pattern.compile("One setting [^\n]*: ([0-9,]+) bytes at").matcher(run.out);
    int singles = 0;
    while (single.find()) {
      assertTrue(file.length <= Long.parseLong(single.group(1).replace(",", "")), run::toString);
      singles++;
    }
    assertEquals(2, singles, run::toString);
    String settings = Files.readString(folder.resolve("net.conf"));
    assertTrue(settings.contains("lambda="), settings);
    Path again = folder.resolve("again.tersor");
    CommandLineRun compress =
        CommandLineRun.of(
            "compress",
            checkpoint.toString(),
            "--config",
            folder.resolve("net.conf").toString(),
            "--to",
            again.toString());
    assertEquals(0, compress.status, compress::toString);
    Map<String, float[]> values = values(Files.readAllBytes(again));
    values(file).forEach((name, value) -> assertArrayEquals(value, values.get(name), name));
  }

  /** One threshold and one step for all layers, and compress makes the same of the settings. */
  @Test
  void aClosedFormIsABaseline() throws IOException {
    Path to = folder.resolve("opq.tersor");
    String options =
        "choose --method opq --weights small=%s --out %s --sparsities 0.5 --to %s "
            .formatted(checkpoint, folder.resolve("opq-results"), to);
    CommandLineRun run = CommandLineRun.of((options + "--bytes 2600").split(" ", -1));
    assertEquals(0, run.status, run::toString);
    byte[] file = file("opq.tersor");
    assertFalse(Files.exists(folder.resolve("opq-results")), "it needs no cells");
    assertTrue(file.length <= 2600 && file.length > 2470, run::toString);
    assertEquals(file.length, number(run, "([0-9,]+) predicted from the closed form"), 390);
    float[] steps = new float[2];
    long zeros = 0;
    long all = 0;
    for (NetworkTensor tensor : NetworkFile.read(file)) {
      if (tensor.shape().rank() > 1) {
        for (float value : tensor.values()) {
          zeros += value == 0 ? 1 : 0;
        }
        all += tensor.shape().size();
        steps[0] = ((NetworkTensor.Coded) tensor).codebook().value(0, 0, 1);
        assertTrue(steps[1] == 0 || steps[0] == steps[1], "another step in " + tensor.name());
        steps[1] = steps[0];
      }
    }
    // Normal weights, where the closed form takes them for Laplacian ones.
    assertEquals(0.5, (double) zeros / all, 0.08);
    Path again = folder.resolve("again.tersor");
    CommandLineRun compress =
        CommandLineRun.of(
            "compress",
            checkpoint.toString(),
            "--config",
            folder.resolve("opq.conf").toString(),
            "--to",
            again.toString());
    assertEquals(0, compress.status, compress::toString);
    Map<String, float[]> values = values(Files.readAllBytes(again));
    values(file).forEach((name, value) -> assertArrayEquals(value, values.get(name), name));
    options = options.replace("opq.tersor", "other.tersor");
    CommandLineRun exact = CommandLineRun.of((options + "--sqnr 8").split(" ", -1));
    assertEquals(0, exact.status, exact::toString);
    assertEquals(8, decibels(file("other.tersor")), 0.1);
    options = options.replace("other.tersor", "none.tersor");
    CommandLineRun.of((options + "--sqnr 30").split(" ", -1))
        .assertRefused("--sqnr 30 cannot be reached by opq at sparsity 0.5", "the nearest is");
    CommandLineRun.of((options + "--max-drop 1").split(" ", -1)).assertRefused("method: opq looks");
    CommandLineRun.of((options + "--sqnr 5 --bits 4").split(" ", -1))
        .assertRefused("method: opq finds its steps itself");
    CommandLineRun.of((options.replace("0.5", "0.5,0.6") + "--sqnr 5").split(" ", -1))
        .assertRefused("method: opq takes one share");
    CommandLineRun.of((options.replace("opq", "magic") + "--sqnr 5").split(" ", -1))
        .assertRefused("method: 'magic', expected slopes or opq");
  }

  @Test
  void theNameOfTheFileSaysWhatItIs() {
    choose("net.bin", "--sqnr", "20").assertRefused("--to", "net.bin", ".tersor");
  }
}
