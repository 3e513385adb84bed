package dev.tersor.core.symbol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.StateMachine;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What coders that know the place of weights promise beside the contract of all coders. */
class PlacedCodersTest {
  private static final Shape FILTERS = Shape.of(64, 32, 3, 3);

  static Stream<SymbolCoder> coders() {
    return Stream.of(new Mix(), new Context());
  }

  private static int bytes(Coded coded) {
    return coded.table().length + coded.payload().length;
  }

  private static double share(SymbolCoder coder, int[] values, int width, Place place) {
    Symbols symbols = new Symbols(values, width);
    Coded coded = coder.encode(symbols, place);
    assertEquals(symbols, coder.decode(coded, values.length, width, place));
    return 8.0 * bytes(coded) / Entropy.of(symbols).bits();
  }

  /** Codes of two's complement, of a deviation for each weight. */
  private static int[] codes(int width, double[] deviations, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int limit = (1 << (width - 1)) - 1;
    int[] codes = new int[deviations.length];
    for (int i = 0; i < codes.length; i++) {
      double code = Math.rint(random.nextGaussian() * deviations[i]);
      codes[i] = (int) Math.max(-limit, Math.min(limit, code)) & ((1 << width) - 1);
    }
    return codes;
  }

  /** Rows and columns of other spreads: what a coder of a row alone cannot see. */
  @ParameterizedTest
  @MethodSource("coders")
  void columnsAndRowsAreUsed(SymbolCoder coder) {
    int rows = 300;
    int columns = 400;
    double[] deviations = new double[rows * columns];
    for (int i = 0; i < deviations.length; i++) {
      deviations[i] = 0.5 * (1 << (i / columns * 7 % 3)) * (1 << (i % columns * 5 % 4));
    }
    int[] codes = codes(6, deviations, 1);
    double known = share(coder, codes, 6, Place.ofWeights(Shape.of(rows, columns)));
    double unknown = share(coder, codes, 6, Place.UNKNOWN);
    assertTrue(known < 0.99 * unknown, known + " of the entropy, without a place " + unknown);
  }

  /** Kernels whose numbers have the sign of their neighbours. */
  @ParameterizedTest
  @MethodSource("coders")
  void signsInKernelsAreUsed(SymbolCoder coder) {
    int[] codes = codes(5, deviations((int) FILTERS.size(), 3), 2);
    for (int from = 0; from < codes.length; from += 9) {
      boolean isNegative = (codes[from] & 16) != 0;
      for (int i = from; i < from + 9; i++) {
        boolean isOther = ((codes[i] & 16) != 0) != isNegative;
        codes[i] = isOther && codes[i] != 0 ? 32 - codes[i] : codes[i];
      }
    }
    double known = share(coder, codes, 5, Place.ofWeights(FILTERS));
    assertTrue(known < 0.87, known + " of the entropy");
  }

  /** Codes that are even in some states of the machine and odd in others. */
  @ParameterizedTest
  @MethodSource("coders")
  void statesOfAMachineAreUsed(SymbolCoder coder) {
    for (StateMachine machine : new StateMachine[] {StateMachine.FOUR, StateMachine.EIGHT}) {
      int[] codes = codes(5, deviations((int) FILTERS.size(), 1.5), 3);
      int state = 0;
      for (int i = 0; i < codes.length; i++) {
        codes[i] = machine.quantiser(state) == 0 ? codes[i] : 2 * codes[i] & 31;
        state = machine.next(state, codes[i]);
      }
      double with = share(coder, codes, 5, Place.ofWeights(FILTERS).with(machine));
      double without = share(coder, codes, 5, Place.ofWeights(FILTERS));
      assertTrue(with < 0.95 * without, with + " of the entropy, without a machine " + without);
    }
  }

  private static double[] deviations(int count, double all) {
    double[] deviations = new double[count];
    Arrays.fill(deviations, all);
    return deviations;
  }

  /** Masks of columns that are mostly empty, and random ones, which cannot be coded shorter. */
  @ParameterizedTest
  @MethodSource("coders")
  void masksAreCodedByTheirColumns(SymbolCoder coder) {
    int rows = 512;
    int columns = 512;
    SplittableRandom random = new SplittableRandom(4);
    int[] clustered = new int[rows * columns / 8];
    int[] uniform = new int[clustered.length];
    for (int i = 0; i < rows * columns; i++) {
      double of = i % columns % 3 == 0 ? 0.25 : 0.02;
      clustered[i >> 3] |= (random.nextDouble() < of ? 1 : 0) << (i & 7);
      uniform[i >> 3] |= (random.nextDouble() < 0.1 ? 1 : 0) << (i & 7);
    }
    Place place = Place.ofMask(Shape.of(rows, columns));
    double byColumns = shareOfMask(coder, clustered, place);
    assertTrue(byColumns < 0.96, byColumns + " of the entropy");
    double random10 = shareOfMask(coder, uniform, place);
    assertTrue(random10 > 1 && random10 < 1.01, random10 + " of the entropy");
  }

  private static double shareOfMask(SymbolCoder coder, int[] mask, Place place) {
    Symbols symbols = new Symbols(mask, 8);
    Coded coded = coder.encode(symbols, place);
    assertEquals(symbols, coder.decode(coded, mask.length, 8, place));
    long ones = Arrays.stream(mask).map(Integer::bitCount).sum();
    double entropy = Entropy.bits(new long[] {ones, 8L * mask.length - ones});
    return 8 * bytes(coded) / entropy;
  }

  @ParameterizedTest
  @MethodSource("coders")
  void emptyAndConstantStreamsHaveNoPayload(SymbolCoder coder) {
    Coded empty = coder.encode(new Symbols(new int[0], 4));
    assertEquals(0, bytes(empty));
    assertThrows(MalformedInputException.class, () -> coder.decode(empty, 1, 4));
    int[] sevens = new int[5000];
    Arrays.fill(sevens, 7);
    for (Place place : new Place[] {Place.UNKNOWN, Place.ofMask(Shape.of(40_000))}) {
      Coded constant = coder.encode(new Symbols(sevens, 8), place);
      assertEquals(2, constant.table().length);
      assertEquals(0, constant.payload().length);
      assertArrayEquals(sevens, coder.decode(constant, 5000, 8, place).values());
      Coded longer = new Coded(constant.table(), new byte[1]);
      assertThrows(MalformedInputException.class, () -> coder.decode(longer, 5000, 8, place));
    }
  }

  @ParameterizedTest
  @MethodSource("coders")
  void wideStreamsAreRefused(SymbolCoder coder) {
    assertTrue(coder.accepts(new Symbols(new int[0], 16)));
    assertFalse(coder.accepts(new Symbols(new int[0], 17)));
    SplittableRandom random = new SplittableRandom(6);
    int[] values = random.ints(3000, 0, 1 << 16).map(v -> v >>> random.nextInt(16)).toArray();
    assertTrue(share(coder, values, 16, Place.UNKNOWN) < 1.6);
    Symbols outside = new Symbols(new int[] {16}, 4);
    assertThrows(IllegalArgumentException.class, () -> coder.encode(outside));
  }

  /** Truncated, longer and flipped streams, of every place: one exception, soon. */
  @ParameterizedTest
  @MethodSource("coders")
  void damagedStreamsAreMalformedOrOthers(SymbolCoder coder) {
    int[] codes = codes(6, deviations((int) FILTERS.size(), 4), 7);
    Place place = Place.ofWeights(FILTERS).with(StateMachine.EIGHT);
    Coded coded = coder.encode(new Symbols(codes, 6), place);
    SplittableRandom random = new SplittableRandom(Long.getLong("tersor.seed", 11));
    assertTimeoutPreemptively(
        Duration.ofMinutes(2),
        () -> {
          int found = 0;
          int tried = Integer.getInteger("mutations", 40);
          for (int i = 0; i < tried; i++) {
            byte[] payload = coded.payload().clone();
            payload[random.nextInt(payload.length)] ^= (byte) (1 << random.nextInt(8));
            byte[] cut = Arrays.copyOf(coded.payload(), random.nextInt(payload.length));
            assertMalformed(coder, new Coded(coded.table(), cut), codes.length, place);
            try {
              Coded flipped = new Coded(coded.table(), payload);
              int[] other = coder.decode(flipped, codes.length, 6, place).values();
              assertFalse(Arrays.equals(codes, other));
            } catch (MalformedInputException e) {
              assertTrue(e.position() >= 0);
              found++;
            }
          }
          assertTrue(found > 0.8 * tried, found + " of " + tried + " found");
        });
    byte[] longer = Arrays.copyOf(coded.payload(), coded.payload().length + 2);
    assertMalformed(coder, new Coded(coded.table(), longer), codes.length, place);
    for (int count : new int[] {0, 1, 1 << 22, Integer.MAX_VALUE}) {
      assertMalformed(coder, new Coded(coded.table(), new byte[8]), count, place);
    }
    for (int length = 0; length < Math.min(2, coded.table().length); length++) {
      byte[] table = Arrays.copyOf(coded.table(), length);
      assertMalformed(coder, new Coded(table, coded.payload()), codes.length, place);
    }
    byte[] level = coded.table().clone();
    level[1] = 64;
    assertMalformed(coder, new Coded(level, coded.payload()), codes.length, place);
  }

  private static void assertMalformed(SymbolCoder coder, Coded coded, int count, Place place) {
    assertThrows(MalformedInputException.class, () -> coder.decode(coded, count, 6, place));
  }

  @Test
  void tablesOfClassesAreChecked() {
    int[] codes = codes(6, deviations(3000, 4), 8);
    Coded coded = new Context().encode(new Symbols(codes, 6));
    byte[] table = coded.table();
    byte[][] wrong = {
      Arrays.copyOf(table, 2),
      Arrays.copyOf(table, 60),
      {table[0], table[1], 0},
      {table[0], table[1], 127},
      {table[0], table[1], table[2], 0},
      {table[0], table[1], table[2], 9, 9},
      {table[0], table[1], table[2], 64}
    };
    for (byte[] bytes : wrong) {
      Coded bad = new Coded(bytes, coded.payload());
      assertThrows(
          MalformedInputException.class,
          () -> new Context().decode(bad, 3000, 6),
          () -> Arrays.toString(bytes));
    }
  }

  /** Streams of the first model are decoded, of numbers, of a machine's codes and of masks. */
  @Test
  void streamsOfTheFirstModelDecode() {
    int[] codes = codes(8, deviations((int) FILTERS.size(), 20), 9);
    Place plain = Place.ofWeights(FILTERS);
    for (Place place : List.of(plain, plain.with(StateMachine.EIGHT), Place.UNKNOWN)) {
      Coded second = new Mix().encode(new Symbols(codes, 8), place);
      Binarisation binarisation = new Binarisation(Binarisation.Kind.SIGNED, 0, 8);
      Place known = place.ofSymbols(codes.length, 8);
      byte level = second.table()[1];
      byte[] payload = Mix.payload(codes, new PlacedCoder.Numbers(known, binarisation, level), 1);
      Coded first = new Coded(new byte[] {1, level}, payload);
      assertArrayEquals(codes, new Mix().decode(first, codes.length, 8, place).values());
      assertFalse(Arrays.equals(payload, second.payload()));
    }
  }

  @Test
  void modelsAreChecked() {
    int[] codes = codes(6, deviations(3000, 4), 8);
    Coded coded = new Mix().encode(new Symbols(codes, 6));
    byte[] table = coded.table();
    assertArrayEquals(new byte[] {table[0], table[1], 2}, table);
    for (byte[] wrong :
        List.of(
            new byte[] {table[0], table[1], 0},
            new byte[] {table[0], table[1], 1},
            new byte[] {table[0], table[1], 3},
            new byte[] {table[0], table[1], 2, 0})) {
      Coded bad = new Coded(wrong, coded.payload());
      assertThrows(MalformedInputException.class, () -> new Mix().decode(bad, 3000, 6));
    }
  }

  /** Numbers that follow those beside them in the kernel: signs and magnitudes are both known. */
  @Test
  void smoothKernelsTakeFewerBitsThanTheirSigns() {
    SplittableRandom random = new SplittableRandom(12);
    int[] codes = new int[(int) FILTERS.size()];
    for (int from = 0; from < codes.length; from += 9) {
      double centre = random.nextGaussian() * 20;
      for (int i = from; i < from + 9; i++) {
        codes[i] =
            (int) Math.rint(Math.max(-127, Math.min(127, centre + random.nextGaussian()))) & 255;
      }
    }
    double known = share(new Mix(), codes, 8, Place.ofWeights(FILTERS));
    assertTrue(known < 0.68, known + " of the entropy");
  }

  /** Columns of other means than 0, as those of embeddings. */
  @Test
  void signsOfColumnsAreUsed() {
    int[] codes = codes(7, deviations(500 * 64, 8), 13);
    for (int i = 0; i < codes.length; i++) {
      int number = (codes[i] << 25 >> 25) + (i % 64 % 2 == 0 ? 8 : -8);
      codes[i] = Math.max(-63, Math.min(63, number)) & 127;
    }
    Place place = Place.ofWeights(Shape.of(500, 64));
    double signed = share(new Mix(), codes, 7, place);
    double unsigned = share(new Context(), codes, 7, place);
    assertTrue(signed < 0.93 * unsigned, signed + " of the entropy, by context " + unsigned);
  }

  /** Every machine has the same tables: a sum of them, and the ends. */
  @Test
  void logisticTablesAreFixed() {
    long sum = 0;
    for (int x = -3000; x <= 3000; x++) {
      int p = Logistic.squash(x);
      assertEquals(1 << 16, p + Logistic.squash(-x), 1);
      sum += (long) x * p;
      assertTrue(
          Math.abs(p - 65536 / (1 + Math.exp(-Math.max(-2047, Math.min(2047, x)) / 256.0))) < 3);
    }
    assertEquals(Logistic.stretch(1 << 15), -Logistic.stretch((1 << 15) - 16), 2);
    assertTrue(sum > 0);
    for (int p = 64; p < 65_472; p += 16) {
      assertEquals(p + 8, Logistic.squash(Logistic.stretch(p)), 70);
    }
  }

  /** PyTorch's and TensorFlow Lite's order of filters have the same channels and places. */
  @Test
  void axesOfFilters() {
    Axes torch = Axes.of(Shape.of(8, 16, 3, 3));
    Axes lite = Axes.of(Shape.of(8, 3, 3, 16));
    assertEquals(new Axes(144, 16, 9, 1, 3, 144), torch);
    assertEquals(new Axes(144, 16, 1, 16, 48, 144), lite);
    for (int channel = 0; channel < 16; channel++) {
      for (int place = 0; place < 9; place++) {
        assertEquals(channel, torch.channelOfColumns()[channel * 9 + place]);
        assertEquals(channel, lite.channelOfColumns()[place * 16 + channel]);
        assertEquals(place + 1, torch.positions()[channel * 9 + place]);
        assertEquals(place + 1, lite.positions()[place * 16 + channel]);
      }
    }
    assertEquals(new Axes(7, 7, 1, 2, 3, 7), Axes.of(Shape.of(5, 7, 1, 1)));
    assertEquals(new Axes(5, 5, 1, 2, 3, 0), Axes.of(Shape.of(5)));
    assertEquals(new Axes(1, 1, 1, 2, 3, 0), Axes.of(Shape.of()));
  }
}
