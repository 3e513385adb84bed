package dev.tersor.core.symbol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.StateMachine;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StripeTest {
  private static final Mix MIX = new Mix();

  /** Codes of 4 bits whose columns are dense or sparse, or all the same. */
  private static Symbols codes(Shape shape, boolean hasColumns) {
    SplittableRandom random = new SplittableRandom(3);
    int[] values = new int[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      double share = !hasColumns ? 0.5 : i % shape.rowLength() % 3 == 0 ? 0.9 : 0.2;
      values[i] = random.nextDouble() < share ? random.nextInt(1, 16) : 0;
    }
    return new Symbols(values, 4);
  }

  private static Symbols mask(Shape shape, boolean hasColumns) {
    int[] values = codes(shape, hasColumns).values();
    byte[] bytes = new byte[(values.length + 7) / 8];
    for (int i = 0; i < values.length; i++) {
      bytes[i >> 3] |= (byte) ((values[i] == 0 ? 0 : 1) << (i & 7));
    }
    return Symbols.ofBytes(bytes, 8);
  }

  @ParameterizedTest
  @CsvSource({"512, 500", "3, 100000", "1001, 333"})
  void whatContextsSaveIsPromised(long rows, long columns) {
    Shape shape = Shape.of(rows, columns);
    Symbols codes = codes(shape, true);
    Place place = Place.ofWeights(shape);
    double least = MIX.leastBits(codes, place);
    assertTrue(least <= 8.0 * MIX.encode(codes, place).payload().length, "encoded, as it may win");
    if (rows > 500) {
      assertTrue(least < Entropy.of(codes).bits(), least + " bits");
    }
  }

  @ParameterizedTest
  @CsvSource({"512, 500", "1, 300000", "300000, 1", "1001, 333"})
  void noiseIsNotWorthCoding(long rows, long columns) {
    Shape shape = Shape.of(rows, columns);
    Symbols codes = codes(shape, false);
    assertTrue(MIX.leastBits(codes, Place.ofWeights(shape)) >= Entropy.of(codes).bits());
  }

  /** Rows of 333 bits begin within bytes, so a stripe has eight of them or none. */
  @ParameterizedTest
  @CsvSource({"512, 512", "1001, 333", "600, 1001"})
  void stripesOfMasksAreWholeBytes(long rows, long columns) {
    Shape shape = Shape.of(rows, columns);
    Place place = Place.ofMask(shape);
    Symbols mask = mask(shape, true);
    Stripe stripe = Stripe.of(mask, place).orElseThrow();
    assertEquals(stripe.place().shape().size(), 8L * stripe.symbols().count());
    assertTrue(MIX.leastBits(mask, place) < 8.0 * MIX.encode(mask, place).payload().length);
    Symbols noise = mask(shape, false);
    assertTrue(
        MIX.leastBits(noise, place) >= 0.999 * 8 * MIX.encode(noise, place).payload().length);
  }

  @Test
  void aShortStreamHasNone() {
    Shape shape = Shape.of(131, 1000);
    assertTrue(Stripe.of(codes(shape, true), Place.ofWeights(shape)).isEmpty());
  }

  /** The state before a row in the middle is known to nobody. */
  @Test
  void theFirstRowsOfCodesThatDependOnAState() {
    Shape shape = Shape.of(512, 512);
    Symbols codes = codes(shape, true);
    Place place = Place.ofWeights(shape).with(StateMachine.EIGHT);
    Stripe stripe = Stripe.of(codes, place).orElseThrow();
    assertEquals(codes.values()[1], stripe.symbols().values()[1]);
    assertEquals(place.machine(), stripe.place().machine());
  }

  @Test
  void almostEqualSymbolsSayNothing() {
    Shape shape = Shape.of(512, 512);
    int[] values = new int[512 * 512];
    for (int i = 0; i < values.length; i += 997) {
      values[i] = 1;
    }
    Symbols codes = new Symbols(values, 4);
    assertEquals(
        MIX.leastBits(codes), MIX.leastBits(codes, Place.ofWeights(shape)), "too little to tell");
  }

  @Test
  void anAdaptiveCodeIsCountedSymbolBySymbol() {
    int[] symbols = {3, 1, 1, 0, 3, 1, 1, 1, 3, 0, 1, 1};
    int[] frequencies = new int[4];
    double bits = 0;
    for (int i = 0; i < symbols.length; i++) {
      bits -= Math.log((frequencies[symbols[i]] + 0.5) / (i + 1.5)) / Math.log(2);
      frequencies[symbols[i]]++;
    }
    assertEquals(bits, Entropy.adaptiveBits(frequencies), 1e-8);
    assertEquals(0, Entropy.adaptiveBits(new int[4]));
    assertEquals(0, Entropy.adaptiveBits(new int[] {0, 1000}), 1e-8);
  }
}
