package dev.tersor.core.encode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.tensor.Centroids;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.GroupSteps;
import dev.tersor.core.tensor.Outliers;
import dev.tersor.core.tensor.RowSteps;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.StateMachine;
import dev.tersor.core.tensor.Step;
import dev.tersor.core.tensor.Trellis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Containers of each format version as they were first written: they decode for ever. {@code
 * golden/v1} holds the tensor ({@code codes.txt}, a hexadecimal digit a weight, a row a line) and
 * its containers of version 1, which {@code files.txt} names; {@code golden/v2} its container in
 * every registered recipe of the first coders, and in {@code dense} and {@code bitmap} of the later
 * ones, whose bytes depend on the stream alone: {@code INDEX_CODER.bin} with a uniform codebook,
 * {@code INDEX_CODER_table.bin} with a table for the recipes of {@code dense} and {@code bitmap},
 * {@code bitmap_packed_channels.bin} with a step for each row, {@code dense_rans_long.bin} three
 * times the tensor, for the coder's interleaved states; {@code dense_CODER_chunks.bin} so many that
 * the payload is cut into chunks; {@code dense_CODER_kernel.bin} the codes as filters, for coders
 * that know of kernels. {@code golden/v2-earlier} holds what {@code mix} wrote with its first
 * model.
 *
 * <p>A new scheme or coder needs new files: {@code ./mvnw -pl core/codec test -Dtest=GoldenTest
 * -Dtersor.writeGolden=true} writes those that are missing and never touches the others.
 */
class GoldenTest {
  private static final Path FIRST = Path.of("src", "test", "resources", "golden", "v1");
  private static final Path FOLDER = Path.of("src", "test", "resources", "golden", "v2");

  /** Containers of version 2 whose coder writes others today. */
  private static final Path EARLIER = Path.of("src", "test", "resources", "golden", "v2-earlier");

  private static final int BITS = 4;
  private static final Set<String> WITH_TABLE = Set.of("dense", "bitmap");
  private static final Set<String> WITH_EVERY_SCHEME = Set.of("packed", "huffman", "rans");

  /** Layouts that a parameter gives a scheme. */
  private static final List<String> WITH_PARAMETERS =
      List.of("dcsr(by=row)/packed", "dcsr(by=row)/huffman", "dcsr-absolute(by=row)/packed");

  /** A payload of more than 2^17 bytes. */
  private static final int CHUNKED_TENSORS = 640;

  /** Coders of a library: what they write may change with its version, and is read for ever. */
  private static final Set<String> OF_LIBRARIES = Set.of("zstd");

  /**
   * @param file the container's name in the folder
   * @param codes what it holds
   */
  record Golden(String file, Recipe recipe, Codes codes) {
    @Override
    public String toString() {
      return file;
    }
  }

  static List<Golden> goldens() throws IOException {
    List<Golden> goldens = new ArrayList<>();
    for (Recipe recipe : Recipe.all()) {
      String name = recipe.name().replace('/', '_');
      boolean withTable = WITH_TABLE.contains(recipe.index().name());
      if (withTable || WITH_EVERY_SCHEME.contains(recipe.coder().name())) {
        goldens.add(new Golden(name + ".bin", recipe, tensor(new Step(BITS, 0.125f))));
      }
      if (withTable) {
        goldens.add(new Golden(name + "_table.bin", recipe, tensor(table())));
      }
    }
    Recipe bitmap = Recipe.parse("bitmap/packed");
    goldens.add(new Golden("bitmap_packed_channels.bin", bitmap, tensor(channels())));
    goldens.add(new Golden("bitmap_packed_groups.bin", bitmap, tensor(groups())));
    for (StateMachine states : List.of(StateMachine.FOUR, StateMachine.EIGHT)) {
      Codes codes = tensor(new Trellis(states, BITS, 0.0625f));
      String name = "_trellis" + states.states() + ".bin";
      goldens.add(new Golden("bitmap_packed" + name, bitmap, codes));
      goldens.add(new Golden("dense_cabac" + name, Recipe.parse("dense/cabac"), codes));
      goldens.add(new Golden("dense_mix" + name, Recipe.parse("dense/mix"), filters(codes)));
    }
    for (Codebook base :
        List.of(new Step(BITS, 0.125f), new Trellis(StateMachine.EIGHT, BITS, 0.0625f))) {
      String name = base instanceof Step ? "_outliers.bin" : "_trellis8_outliers.bin";
      Codes codes = tensor(new Outliers(base, new int[] {2, 40, 41}, new float[] {9.25f, -7, 77}));
      goldens.add(new Golden("bitmap_packed" + name, bitmap, codes));
      goldens.add(new Golden("dense_huffman" + name, Recipe.parse("dense/huffman"), codes));
    }
    for (String parameters : WITH_PARAMETERS) {
      Recipe recipe = Recipe.parse(parameters);
      String file = parameters.replaceAll("[(]by=(.*)[)]/", "-by-$1_") + ".bin";
      goldens.add(new Golden(file, recipe, tensor(new Step(BITS, 0.125f))));
    }
    Codes once = tensor(new Step(BITS, 0.125f));
    goldens.add(new Golden("dense_rans_long.bin", Recipe.parse("dense/rans"), times(3, once)));
    Codes chunked = times(CHUNKED_TENSORS, once);
    for (String coder : List.of("huffman", "rans")) {
      Recipe dense = Recipe.parse("dense/" + coder);
      goldens.add(new Golden("dense_" + coder + "_chunks.bin", dense, chunked));
    }
    for (String coder : List.of("mix", "context")) {
      Recipe dense = Recipe.parse("dense/" + coder);
      goldens.add(new Golden("dense_" + coder + "_kernel.bin", dense, filters(once)));
    }
    return goldens;
  }

  /** The same codes as filters of three by three, for contexts of kernels. */
  private static Codes filters(Codes codes) {
    int rows = codes.size() / 36;
    byte[] some = Arrays.copyOf(codes.codes(), 36 * rows);
    return new Codes(Shape.of(rows, 4, 3, 3), some, codes.codebook());
  }

  private static Codes times(int number, Codes codes) {
    int size = codes.size();
    byte[] longer = new byte[number * size];
    for (int from = 0; from < longer.length; from += size) {
      System.arraycopy(codes.codes(), 0, longer, from, size);
    }
    long[] dims = codes.shape().dims().clone();
    dims[0] *= number;
    return new Codes(Shape.of(dims), longer, codes.codebook());
  }

  private static Codebook table() {
    float[] centroids = new float[14];
    for (int i = 0; i < centroids.length; i++) {
      centroids[i] = (i - 6.5f) * 0.0625f;
    }
    return new Centroids(BITS, centroids);
  }

  private static Codebook channels() throws IOException {
    float[] steps = new float[Files.readAllLines(FIRST.resolve("codes.txt")).size()];
    for (int row = 0; row < steps.length; row++) {
      steps[row] = (row + 1) * 0.03125f;
    }
    return new RowSteps(BITS, steps);
  }

  private static Codebook groups() throws IOException {
    List<String> rows = Files.readAllLines(FIRST.resolve("codes.txt"));
    int columns = rows.get(0).length();
    float[] steps = new float[rows.size() * GroupSteps.inRow(16, columns)];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = (i + 1) * 0.03125f;
    }
    return new GroupSteps(BITS, 16, columns, steps);
  }

  private static Codes tensor(Codebook codebook) throws IOException {
    List<String> rows = Files.readAllLines(FIRST.resolve("codes.txt"));
    String digits = String.join("", rows);
    byte[] codes = new byte[digits.length()];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) Character.digit(digits.charAt(i), 16);
    }
    return new Codes(Shape.of(rows.size(), rows.get(0).length()), codes, codebook);
  }

  @BeforeAll
  static void writeMissing() throws IOException {
    if (Boolean.getBoolean("tersor.writeGolden")) {
      Files.createDirectories(FOLDER);
      for (Golden golden : goldens()) {
        Path file = FOLDER.resolve(golden.file());
        if (!Files.exists(file)) {
          byte[] container = Container.encode(golden.codes(), golden.recipe()).container();
          Files.write(file, container, StandardOpenOption.CREATE_NEW);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void decodesAndEncodesTheSame(Golden golden) throws IOException {
    Path file = FOLDER.resolve(golden.file());
    assertTrue(
        Files.exists(file),
        () -> golden.recipe() + " has no " + file + "; write it with -Dtersor.writeGolden=true");
    byte[] container = Files.readAllBytes(file);
    assertDecodes(golden, container, 2);
    if (!OF_LIBRARIES.contains(golden.recipe().coder().name())) {
      Codes decoded = Container.decode(container);
      assertArrayEquals(container, Container.encode(decoded, golden.recipe()).container());
    }
  }

  static List<Golden> goldensOfVersion1() throws IOException {
    Set<String> files = Set.copyOf(Files.readAllLines(FIRST.resolve("files.txt")));
    List<Golden> goldens = new ArrayList<>(goldens());
    goldens.removeIf(golden -> !files.contains(golden.file()));
    assertEquals(files.size(), goldens.size(), "recipes of version 1 that are registered still");
    return goldens;
  }

  @ParameterizedTest
  @MethodSource("goldensOfVersion1")
  void version1Decodes(Golden golden) throws IOException {
    Path file = FIRST.resolve(golden.file());
    assertTrue(Files.exists(file), () -> file + " is missing; nothing writes it again");
    assertDecodes(golden, Files.readAllBytes(file), 1);
  }

  static List<Golden> goldensOfEarlierCoders() throws IOException {
    List<String> files = names(EARLIER);
    List<Golden> goldens = new ArrayList<>(goldens());
    goldens.removeIf(golden -> !files.contains(golden.file()));
    assertEquals(files.size(), goldens.size(), "recipes of earlier coders that are registered");
    return goldens;
  }

  @ParameterizedTest
  @MethodSource("goldensOfEarlierCoders")
  void earlierCodersDecode(Golden golden) throws IOException {
    byte[] container = Files.readAllBytes(EARLIER.resolve(golden.file()));
    assertDecodes(golden, container, 2);
    byte[] today = Files.readAllBytes(FOLDER.resolve(golden.file()));
    assertFalse(Arrays.equals(container, today), "an earlier file is not today's");
  }

  private static void assertDecodes(Golden golden, byte[] container, int version) {
    assertEquals(version, Header.read(container, Header.Form.CODES).version());
    Codes decoded = Container.decode(container);
    assertEquals(golden.recipe(), Container.recipe(container));
    assertEquals(golden.codes().shape(), decoded.shape());
    assertEquals(golden.codes().codebook(), decoded.codebook());
    assertArrayEquals(golden.codes().codes(), decoded.codes());
  }

  /** dCSR is what the versions differ in: read as of the other one, no file gives its tensor. */
  @Test
  void theVersionIsWhatTellsTheOrderOfNibbles() throws IOException {
    Codes expected = tensor(new Step(BITS, 0.125f));
    for (String scheme : List.of("dcsr", "dcsr-absolute", "hybrid", "groupwise-best")) {
      for (Path folder : List.of(FIRST, FOLDER)) {
        byte[] container = Files.readAllBytes(folder.resolve(scheme + "_packed.bin"));
        Header header = Header.read(container, Header.Form.CODES);
        container[4] = (byte) (3 - header.version());
        int crc = Header.checksum(container, 0, header.length() - 4);
        LittleEndian.putInt(container, header.length() - 4, crc);
        byte[] read;
        try {
          read = Container.decode(container).codes();
        } catch (MalformedInputException e) {
          continue;
        }
        assertFalse(Arrays.equals(expected.codes(), read), scheme + " of " + folder);
      }
    }
  }

  /** A recipe that is no longer registered would leave files that nothing decodes. */
  @Test
  void everyFileIsOfARegisteredRecipe() throws IOException {
    assertEquals(names(goldens()), names(FOLDER));
    assertEquals(names(goldensOfVersion1()), names(FIRST));
  }

  private static List<String> names(List<Golden> goldens) {
    return goldens.stream().map(Golden::file).sorted().toList();
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(".bin"))
          .sorted()
          .toList();
    }
  }

  /** The tensor reaches every branch of the schemes. */
  @Test
  void theTensorHasLongGapsAndAFullBlock() throws IOException {
    int[] positions = tensor(table()).nonZeroPositions();
    int longest = 0;
    for (int i = 1; i < positions.length; i++) {
      longest = Math.max(longest, positions[i] - positions[i - 1]);
    }
    assertTrue(longest > 256, "gap " + longest);
    long inBlock = Arrays.stream(positions).filter(p -> p / 256 == 1).count();
    assertEquals(256, inBlock);
  }
}
