package dev.tersor.core.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.encode.Recipe;
import dev.tersor.core.index.IndexScheme;
import dev.tersor.core.index.IndexSchemes;
import dev.tersor.core.symbol.SymbolCoder;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.Step;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The decoders in C give the codes that the ones in Java give, and survive damage. */
class DeviceDecodersTest {
  private static final int MUTATIONS = Integer.getInteger("mutations", 72_000);

  /** Damaged layers of each recipe that Java and C are asked about. */
  private static final int ROUNDS = Math.max(8, MUTATIONS / 4_000);

  @TempDir Path folder;

  private static List<Recipe> recipes() {
    List<IndexScheme> schemes = new ArrayList<>(IndexSchemes.ALL.all());
    for (String name :
        List.of(
            "hybrid(sizes=16+8)",
            "hybrid(sizes=5+3,remainder=psr)",
            "hybrid(remainder=relative4)",
            "groupwise(sizes=7+1)",
            "hybrid(sizes=16,remainder=gap3)",
            "hybrid(remainder=dense)")) {
      schemes.add(IndexSchemes.parse(name));
    }
    List<Recipe> recipes = new ArrayList<>();
    for (IndexScheme scheme : schemes) {
      for (SymbolCoder coder : SymbolCoders.ALL.all()) {
        Recipe recipe = new Recipe(scheme, coder);
        if (DeviceLayer.has(recipe)) {
          recipes.add(recipe);
        }
      }
    }
    return recipes;
  }

  /** Codes with runs of zeros and of others, or scattered, skewed as those of weights are. */
  private static Codes codes(int size, int bits, double density, boolean runs, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] codes = new byte[size];
    for (int at = 0; at < size; ) {
      int stop = Math.min(size, at + (runs ? random.nextInt(1, 400) : 1));
      boolean isZero = random.nextDouble() >= density;
      for (; at < stop; at++) {
        int most = 1 << bits;
        int drawn =
            runs
                ? random.nextInt(1, most)
                : 1 + Math.min(most - 2, Integer.numberOfTrailingZeros(random.nextInt() | 1 << 20));
        codes[at] = (byte) (isZero ? 0 : drawn);
      }
    }
    return new Codes(Shape.of(1, size), codes, new Step(bits, 0.5f));
  }

  private static void add(List<CaseFile.Case> cases, Codes codes, Recipe recipe) {
    DeviceLayer layer;
    try {
      layer = DeviceLayer.of(codes, recipe);
    } catch (IllegalArgumentException e) {
      // Gaps of more bits than there is a decoder for come of gap-best alone.
      assertTrue(e.getMessage().contains("gap-best with gaps of"), recipe + ": " + e.getMessage());
      return;
    }
    cases.add(new CaseFile.Case(layer, codes.codes()));
  }

  private static List<CaseFile.Case> small() {
    List<CaseFile.Case> cases = new ArrayList<>();
    for (Recipe recipe : recipes()) {
      for (int bits : new int[] {1, 2, 4, 5, 8}) {
        for (double density : new double[] {0, 0.02, 0.3, 0.7, 1}) {
          add(cases, codes(bits == 1 ? 1 : 523 + bits, bits, density, bits % 2 == 0, bits), recipe);
        }
        add(cases, codes(0, bits, 0, false, 1), recipe);
        add(cases, codes(2400, bits, 0.4, true, 2), recipe);
      }
    }
    return cases;
  }

  @Test
  void everyRecipeDecodesToTheSameCodes() throws Exception {
    CompiledC.assumeThereIs("gcc");
    List<CaseFile.Case> cases = small();
    Path file = folder.resolve("cases");
    CaseFile.write(file, cases);
    for (String mode : List.of("-DTERSOR_CHECKED", "-DTERSOR_TRUSTED")) {
      Path check =
          CompiledC.compile(
              folder,
              "check",
              "-O1",
              mode,
              "-fsanitize=address,undefined",
              "-fno-sanitize-recover");
      assertEquals(
          cases.size() + " cases, 0 wrong\n",
          CompiledC.run(List.of(check.toString(), file.toString())),
          mode);
    }
  }

  /** Payloads long enough to be cut into chunks, and trees of many blocks. */
  @Test
  void longStreams() throws Exception {
    CompiledC.assumeThereIs("gcc");
    List<CaseFile.Case> cases = new ArrayList<>();
    for (Recipe recipe : recipes()) {
      String name = recipe.name();
      if (name.startsWith("dense/") || name.equals("bitmap/rans") || name.equals("dcsr/huffman")) {
        add(cases, codes(300_000, 8, 0.9, true, 3), recipe);
        add(cases, codes(290_001, 8, 0.9, false, 4), recipe);
      }
    }
    assertEquals(0xFF, cases.get(2).layer().streams().get(0).table()[0] & 0xFF, "no chunks");
    Path file = folder.resolve("long");
    CaseFile.write(file, cases);
    Path check = CompiledC.compile(folder, "check", "-O2");
    assertEquals(
        cases.size() + " cases, 0 wrong\n",
        CompiledC.run(List.of(check.toString(), file.toString())));
  }

  /** What C takes of damaged streams Java takes too, with the same codes. */
  @Test
  void whatJavaRefusesIsRefused() throws Exception {
    CompiledC.assumeThereIs("gcc");
    List<DamagedLayer> damaged = new ArrayList<>();
    Random random = new Random(11);
    for (int round = 0; round < ROUNDS; round++) {
      for (Recipe recipe : recipes()) {
        Codes codes = codes(90 + round, 1 + round % 8, 0.1 * (round % 10), round % 3 == 0, round);
        damaged.add(DamagedLayer.of(codes, recipe, random));
      }
    }
    Path file = folder.resolve("refused");
    CaseFile.write(file, damaged.stream().map(DamagedLayer::asCase).toList());
    Path check =
        CompiledC.compile(
            folder, "check", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover");
    Path answers = folder.resolve("answers");
    CompiledC.run(List.of(check.toString(), file.toString(), answers.toString()));
    ByteBuffer said = ByteBuffer.wrap(Files.readAllBytes(answers));
    int taken = 0;
    for (DamagedLayer one : damaged) {
      if (said.get() != 0) {
        byte[] codes = new byte[one.layer().weights()];
        said.get(codes);
        assertArrayEquals(one.decoded(), codes, one.toString());
        taken++;
      }
    }
    assertTrue(taken > 0 && taken < damaged.size() / 2, taken + " of " + damaged.size());
  }

  @Test
  void damageIsNeverReadBeyond() throws Exception {
    CompiledC.assumeThereIs("gcc");
    List<CaseFile.Case> cases = new ArrayList<>();
    for (Recipe recipe : recipes()) {
      add(cases, codes(211, 8, 0.5, false, 5), recipe);
      add(cases, codes(150, 2, 0.8, true, 6), recipe);
      add(cases, codes(400, 5, 0.2, false, 7), recipe);
    }
    add(cases, codes(300_000, 8, 0.9, true, 3), Recipe.parse("dense/rans"));
    Path file = folder.resolve("damaged");
    CaseFile.write(file, cases);
    Path damage =
        CompiledC.compile(
            folder, "damage", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover");
    String said =
        CompiledC.run(List.of(damage.toString(), file.toString(), String.valueOf(MUTATIONS), "17"));
    assertTrue(said.startsWith(MUTATIONS + " damaged, "), said);
  }

  @Test
  void whatHasNoDecoderIsToldWithThoseThatThereAre() {
    for (String recipe : List.of("rice", "dense/zstd", "hybrid(remainder=elias-fano)", "csr")) {
      IllegalArgumentException refusal =
          assertThrows(
              IllegalArgumentException.class, () -> DeviceLayer.check(Recipe.parse(recipe)));
      assertTrue(refusal.getMessage().contains("has no decoder in C; there are those of dense, "));
    }
  }
}
