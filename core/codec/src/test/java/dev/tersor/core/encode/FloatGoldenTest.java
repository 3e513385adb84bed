package dev.tersor.core.encode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.tensor.FloatFormat;
import dev.tersor.core.tensor.Floats;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Containers of floats of each format version as they were first written: they decode for ever. The
 * schemes and coders have golden files of their own; these hold what is of floats alone, in the
 * three formats. New files are written as {@link GoldenTest} says.
 */
class FloatGoldenTest {
  private static final Path FIRST = Path.of("src", "test", "resources", "golden", "floats");
  private static final Path FOLDER = Path.of("src", "test", "resources", "golden", "floats-v2");

  static List<String> names() {
    List<String> names = new ArrayList<>();
    for (FloatFormat format : FloatFormat.values()) {
      for (String coder : List.of("packed", "huffman", "rans")) {
        names.add(format.label() + "_dense_" + coder);
        names.add(format.label() + "_bitmap_" + coder);
      }
    }
    // Fillers, a filler each, lanes, another order, and blocks.
    for (String index : List.of("relative4", "dcsr", "hybrid", "csc", "ras-block-sparse")) {
      names.add("fp32_" + index + "_packed");
    }
    return names;
  }

  private static Recipe recipe(String name) {
    String[] parts = name.split("_", -1);
    return Recipe.of(parts[1], parts[2]);
  }

  /** Weights of few exponents, two thirds of them pruned in runs, from integers alone. */
  private static Floats floats(String name) {
    FloatFormat format =
        FloatFormat.valueOf(name.split("_", -1)[0].toUpperCase(java.util.Locale.ROOT));
    int bias = format == FloatFormat.FP16 ? 15 : 127;
    int[] bits = new int[24 * 50];
    int state = 1;
    for (int i = 0; i < bits.length; i++) {
      state = 1664525 * state + 1013904223;
      int sign = state >>> 31;
      int exponent = bias - 3 - Integer.numberOfTrailingZeros((state >>> 8) | 32);
      int mantissa = (state >>> 5) & ((1 << format.mantissaBits()) - 1);
      int number = (sign << (format.bits() - 1)) | (exponent << format.mantissaBits()) | mantissa;
      bits[i] = i / 37 % 3 == 0 || i % 5 == 0 ? number : 0;
    }
    bits[8] = 1 << (format.bits() - 1); // -0.0, which is kept
    return new Floats(Shape.of(24, 50), format, bits);
  }

  @BeforeAll
  static void writeMissing() throws IOException {
    if (Boolean.getBoolean("tersor.writeGolden")) {
      Files.createDirectories(FOLDER);
      for (String name : names()) {
        Path file = FOLDER.resolve(name + ".bin");
        if (!Files.exists(file)) {
          byte[] container = FloatContainer.encode(floats(name), recipe(name)).container();
          Files.write(file, container, StandardOpenOption.CREATE_NEW);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void decodesAndEncodesTheSame(String name) throws IOException {
    byte[] container = read(FOLDER, name);
    assertDecodes(name, container, 2);
    Floats decoded = FloatContainer.decode(container);
    assertArrayEquals(container, FloatContainer.encode(decoded, recipe(name)).container());
  }

  @ParameterizedTest
  @MethodSource("names")
  void version1Decodes(String name) throws IOException {
    assertDecodes(name, read(FIRST, name), 1);
  }

  private static byte[] read(Path folder, String name) throws IOException {
    Path file = folder.resolve(name + ".bin");
    assertTrue(
        Files.exists(file),
        () -> file + " is missing; -Dtersor.writeGolden=true writes one of the last version");
    return Files.readAllBytes(file);
  }

  private static void assertDecodes(String name, byte[] container, int version) {
    assertEquals(version, Header.read(container, Header.Form.FLOATS).version());
    assertEquals(floats(name), FloatContainer.decode(container));
    assertEquals(recipe(name), FloatContainer.recipe(container));
  }
}
