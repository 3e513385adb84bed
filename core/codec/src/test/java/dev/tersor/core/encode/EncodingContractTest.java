package dev.tersor.core.encode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.bits.PackedInts;
import dev.tersor.core.index.IndexSchemes;
import dev.tersor.core.index.SharedWork;
import dev.tersor.core.index.Split;
import dev.tersor.core.symbol.Coded;
import dev.tersor.core.symbol.Entropy;
import dev.tersor.core.symbol.Place;
import dev.tersor.core.symbol.SymbolCoder;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.StateMachine;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every registered index scheme, symbol coder and recipe promises. */
class EncodingContractTest {
  private static final Duration NO_HANG = Duration.ofSeconds(60);

  /** Parameters that reach what the registered schemes do not. */
  private static final List<String> WITH_PARAMETERS =
      List.of(
          "hybrid(sizes=16+8,strides=1..4,theta=0.5)/packed",
          "hybrid(sizes=15+2,order=each-stride,remainder=relative4)/packed",
          "hybrid(sizes=8+1,order=global-best)/huffman",
          "hybrid(remainder=psr)/packed",
          "hybrid(remainder=dense)/packed",
          "hybrid(remainder=golomb)/packed",
          "hybrid(remainder=dcsr-absolute)/packed",
          "hybrid(padding=3+3+1+0)/packed",
          "groupwise(sizes=9+1,padding=4+0)/packed",
          "dcsr(by=row)/packed",
          "dcsr(by=row)/huffman",
          "dcsr-absolute(by=row)/packed",
          "groupwise(sizes=1,theta=1)/packed",
          "groupwise(sizes=1..16)/huffman",
          "groupwise-best(sizes=12+4,strides=2+5,remainder=elias-fano)/packed",
          "ras-block(block=kernel)/packed",
          "ras-block(block=2147483647)/rans",
          "ras-block-sparse(block=kernel)/huffman",
          "ras-block-sparse(block=1)/packed",
          "ras-block-sparse(block=100)/rans",
          "ras-block-sparse(block=2147483647)/packed",
          "ras-literal(block=kernel)/huffman",
          "ras-literal(block=filter)/packed",
          "ras-literal(block=7)/rans");

  /**
   * These with every scheme; a coder sees streams and no schemes, so some schemes do for others.
   */
  private static final Set<String> WITH_ALL_SCHEMES = Set.of("packed", "huffman", "rans");

  private static final Set<String> WITH_ALL_CODERS = Set.of("dense", "bitmap", "csr", "relative4");

  private static final List<Shape> SHAPES =
      List.of(
          Shape.of(1),
          Shape.of(0, 5),
          Shape.of(2000),
          Shape.of(60, 1),
          Shape.of(1, 60),
          Shape.of(30, 71),
          Shape.of(8, 3, 3, 3),
          Shape.of(6, 9, 3, 3),
          Shape.of(6, 3, 3, 9),
          Shape.of(5, 1, 7, 7),
          Shape.of(2, 2, 2, 2, 2, 2, 2));

  static Stream<Recipe> recipes() {
    return Stream.concat(
        Recipe.all().stream()
            .filter(
                recipe ->
                    WITH_ALL_SCHEMES.contains(recipe.coder().name())
                        || WITH_ALL_CODERS.contains(recipe.index().name())),
        WITH_PARAMETERS.stream().map(Recipe::parse));
  }

  static Stream<SymbolCoder> coders() {
    return SymbolCoders.ALL.all().stream();
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void roundTripsEveryBitWidthAndDegenerateTensor(Recipe recipe) {
    for (int bits = 1; bits <= 8; bits++) {
      for (Codes codes : SampleTensors.all(bits)) {
        if (refuses(recipe, codes)) {
          continue;
        }
        Encoded encoded = Container.encode(codes, recipe);
        assertEquals(codes, Container.decode(encoded.container()), codes.shape() + " " + bits);
        assertEquals(encoded.container().length, encoded.breakdown().totalBytes());
        assertEquals(recipe, Container.recipe(encoded.container()));
        assertEquals(recipe, Recipe.parse(recipe.name()));
      }
    }
  }

  /**
   * Its table included; what does not get shorter is packed, and says so. What is queried stays
   * queryable, and its cost shows.
   */
  @ParameterizedTest
  @MethodSource("recipes")
  void codingNeverMakesAStreamLarger(Recipe recipe) {
    for (int bits : new int[] {1, 4, 8}) {
      for (Codes codes : SampleTensors.all(bits)) {
        if (refuses(recipe, codes)) {
          continue;
        }
        var streams = recipe.index().split(codes).streams();
        var coded = Container.encode(codes, recipe).streams();
        for (int i = 0; i < streams.size(); i++) {
          Symbols symbols = streams.get(i).symbols();
          long packed = PackedInts.bytes(symbols.count(), symbols.width());
          int bytes = coded.get(i).tableBytes() + coded.get(i).payloadBytes();
          boolean isPacked = coded.get(i).coder().equals("packed");
          if (recipe.coder().isStructure()) {
            assertEquals(recipe.coder().accepts(symbols), !isPacked);
            continue;
          }
          assertTrue(isPacked ? bytes == packed : bytes < packed, coded.get(i)::toString);
          Place place = StreamCodec.place(recipe.index(), streams.get(i), codes);
          Coded other =
              recipe.coder().accepts(symbols) ? recipe.coder().encode(symbols, place) : null;
          assertEquals(
              other != null && other.table().length + other.payload().length < packed, !isPacked);
        }
      }
    }
  }

  /** The fixed-width CSR variants refuse wide tensors; they must do so before writing anything. */
  private static boolean refuses(Recipe recipe, Codes codes) {
    boolean tooWide = recipe.index().name().equals("csr8") && codes.shape().rowLength() > 256;
    if (tooWide) {
      assertThrows(IllegalArgumentException.class, () -> Container.encode(codes, recipe));
    }
    return tooWide;
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void everyTruncationIsMalformed(Recipe recipe) {
    byte[] container = sample(recipe);
    for (int length = 0; length < container.length; length++) {
      byte[] cut = Arrays.copyOf(container, length);
      MalformedInputException e =
          assertThrows(MalformedInputException.class, () -> Container.decode(cut));
      assertTrue(e.position() >= 0 && e.position() <= length, () -> e + " of " + cut.length);
    }
    byte[] longer = Arrays.copyOf(container, container.length + 1);
    assertThrows(MalformedInputException.class, () -> Container.decode(longer));
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void everyFlippedBitIsMalformed(Recipe recipe) {
    byte[] container = sample(recipe);
    for (int bit = 0; bit < 8 * container.length; bit++) {
      byte[] flipped = container.clone();
      flipped[bit >>> 3] ^= (byte) (1 << (bit & 7));
      int at = bit;
      assertThrows(
          MalformedInputException.class, () -> Container.decode(flipped), () -> "bit " + at);
    }
  }

  /** Damage that the checksums do not catch must not crash, hang or exhaust the memory either. */
  @ParameterizedTest
  @MethodSource("recipes")
  void damageBehindSoundChecksumsNeverCrashes(Recipe recipe) {
    SplittableRandom random = new SplittableRandom(7);
    Codes codes = SampleTensors.filled(3, i -> i % 3 == 0 ? 1 + i % 7 : 0, 9, 40);
    Split split = recipe.index().split(codes);
    Assertions.assertTimeoutPreemptively(
        NO_HANG,
        () -> {
          for (int i = 0; i < 400; i++) {
            byte[] container =
                Container.encode(codes, recipe, damaged(split, random), new SharedWork())
                    .container();
            decodesOrIsMalformed(container);
          }
        });
  }

  private static Split damaged(Split split, SplittableRandom random) {
    int victim = random.nextInt(split.streams().size());
    var streams = new java.util.ArrayList<>(split.streams());
    var stream = streams.get(victim);
    switch (random.nextInt(12)) {
      case 0 -> {
        streams.remove(victim);
        return new Split(streams);
      }
      case 1 -> {
        streams.add(stream);
        return new Split(streams);
      }
      case 2 -> {
        int wider = Math.min(32, stream.symbols().width() + random.nextInt(1, 9));
        streams.set(
            victim,
            new dev.tersor.core.index.Stream(
                stream.name(), stream.role(), new Symbols(stream.symbols().values(), wider)));
        return new Split(streams);
      }
      default -> {
        // values and their number, below
      }
    }
    int[] values = stream.symbols().values();
    int width = stream.symbols().width();
    int count = Math.max(0, values.length + random.nextInt(-2, 3));
    int[] changed = Arrays.copyOf(values, random.nextBoolean() ? values.length : count);
    for (int i = random.nextInt(1, 4); i > 0 && changed.length > 0; i--) {
      int bits = random.nextInt() >>> (32 - width);
      changed[random.nextInt(changed.length)] = width == 32 ? random.nextInt() : bits;
    }
    streams.set(
        victim,
        new dev.tersor.core.index.Stream(
            stream.name(), stream.role(), new Symbols(changed, width)));
    return new Split(streams);
  }

  private static void decodesOrIsMalformed(byte[] container) {
    try {
      Container.decode(container);
    } catch (MalformedInputException e) {
      assertTrue(e.position() >= 0 && e.position() <= container.length, e::toString);
    } catch (RuntimeException e) {
      fail("a damaged container gave " + e, e);
    }
  }

  @ParameterizedTest
  @MethodSource("coders")
  void codersRoundTripEveryWidth(SymbolCoder coder) {
    SplittableRandom random = new SplittableRandom(3);
    for (int width = 1; width <= 32; width++) {
      for (int count : new int[] {0, 1, 2, 7, 8, 9, 255, 1000}) {
        int[] values = new int[count];
        int spread = random.nextInt(width);
        Arrays.setAll(values, i -> random.nextInt() >>> (32 - 1 - spread));
        Symbols symbols = new Symbols(values, width);
        if (coder.accepts(symbols)) {
          Coded coded = coder.encode(symbols);
          assertEquals(symbols, coder.decode(coded, count, width), width + " bits, " + count);
        }
      }
    }
  }

  /** Every place that a stream may have, and those that it has not. */
  @ParameterizedTest
  @MethodSource("coders")
  void codersRoundTripEveryPlace(SymbolCoder coder) {
    SplittableRandom random = new SplittableRandom(8);
    for (Shape shape : SHAPES) {
      int size = (int) shape.size();
      for (StateMachine machine : StateMachine.values()) {
        for (int width : new int[] {1, 3, 8}) {
          int[] values = random.ints(size, 0, 1 << width).toArray();
          assertRoundTrip(coder, values, width, Place.ofWeights(shape).with(machine));
        }
      }
      int[] mask = random.ints((size + 7) / 8, 0, 256).map(b -> b & (b >> 1)).toArray();
      if (size % 8 != 0) {
        mask[size / 8] &= (1 << size % 8) - 1;
      }
      assertRoundTrip(coder, mask, 8, Place.ofMask(shape));
      assertRoundTrip(coder, mask, 9, Place.ofMask(shape));
      assertRoundTrip(coder, Arrays.copyOf(mask, mask.length + 1), 8, Place.ofMask(shape));
    }
  }

  private static void assertRoundTrip(SymbolCoder coder, int[] values, int width, Place place) {
    Symbols symbols = new Symbols(values, width);
    if (!coder.accepts(symbols)) {
      return;
    }
    Coded coded = coder.encode(symbols, place);
    assertEquals(
        symbols, coder.decode(coded, values.length, width, place), () -> width + " at " + place);
  }

  @ParameterizedTest
  @MethodSource("coders")
  void codersSurviveDamage(SymbolCoder coder) {
    SplittableRandom random = new SplittableRandom(5);
    int[] values = new int[300];
    Arrays.setAll(values, i -> Math.min(31, Integer.numberOfTrailingZeros(random.nextInt())));
    Coded coded = coder.encode(new Symbols(values, 5));
    Assertions.assertTimeoutPreemptively(
        NO_HANG,
        () -> {
          for (int i = 0; i < 5000; i++) {
            Coded bad = new Coded(damage(coded.table(), random), damage(coded.payload(), random));
            try {
              coder.decode(bad, 300, 5);
            } catch (MalformedInputException e) {
              assertTrue(e.position() >= 0);
            }
          }
        });
  }

  private static byte[] damage(byte[] bytes, SplittableRandom random) {
    byte[] bad =
        random.nextInt(3) == 0
            ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 2))
            : bytes.clone();
    for (int i = random.nextInt(3); i > 0 && bad.length > 0; i--) {
      bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return bad;
  }

  /** The symbols are drawn independently: neighbours and adaptation cannot help either. */
  @ParameterizedTest
  @MethodSource("coders")
  void codersKeepWithinABitOfTheEntropyOrTheWidth(SymbolCoder coder) {
    Codes codes = SampleTensors.skewed(8, 0, 20_000, 1);
    Symbols values = IndexSchemes.ALL.get("dense").split(codes).streams().get(0).symbols();
    long bits = 8L * coder.encode(values).payload().length;
    double entropy = Entropy.of(values).bits();
    assertTrue(bits >= entropy, coder.name() + " beats the entropy: decoding must be wrong");
    assertTrue(bits >= coder.leastBits(values), coder.name() + " beats its own bound");
    // A structure has its directories beside what the symbols take, at most an eighth.
    double most = coder.isRandomAccess() ? 8.0 * values.count() : entropy + values.count();
    most *= coder.isStructure() ? 1.13 : 1;
    assertTrue(bits <= most + 8, coder.name() + " " + bits + " bits, entropy " + entropy);
  }

  private static byte[] sample(Recipe recipe) {
    Codes codes = SampleTensors.filled(4, i -> i % 5 == 0 ? 1 + i % 15 : 0, 6, 20);
    return Container.encode(codes, recipe).container();
  }
}
