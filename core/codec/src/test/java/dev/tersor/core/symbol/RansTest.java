package dev.tersor.core.symbol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RansTest {
  private final Rans rans = new Rans();

  private Coded assertRoundTrip(int[] values, int width) {
    Symbols symbols = new Symbols(values, width);
    Coded coded = rans.encode(symbols);
    assertEquals(symbols, rans.decode(coded, values.length, width));
    return coded;
  }

  private static int[] draw(int count, IntUnaryOperator symbol) {
    int[] values = new int[count];
    Arrays.setAll(values, symbol);
    return values;
  }

  /**
   * A kind of stream that encodings have.
   *
   * @param loss share of the entropy by which the payload may be longer
   */
  record Kind(String name, Symbols symbols, double loss) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Kind> kinds() {
    SplittableRandom random = new SplittableRandom(1);
    List<Kind> kinds = new ArrayList<>();
    int n = 200_000;
    IntUnaryOperator code =
        i -> (int) Math.max(-127, Math.min(127, random.nextGaussian() * 30)) & 0xFF;
    kinds.add(new Kind("codes of 8 bits", new Symbols(draw(n, code), 8), 0.002));
    for (double sparsity : new double[] {0.3, 0.5, 0.7, 0.95}) {
      IntUnaryOperator gap =
          i -> Math.min(15, (int) (Math.log(1 - random.nextDouble()) / Math.log(sparsity)));
      kinds.add(new Kind("gaps at " + sparsity, new Symbols(draw(n, gap), 4), 0.002));
    }
    for (double share : new double[] {0.3, 0.1, 0.01, 0.001}) {
      IntUnaryOperator bit = i -> random.nextDouble() < share ? 1 : 0;
      kinds.add(new Kind("bits at " + share, new Symbols(draw(n, bit), 1), 0.002));
    }
    // Tens of thousands of distinct symbols: frequencies that add up to 2^16 are mostly 1 and 2.
    for (double density : new double[] {0.05, 0.3, 0.5}) {
      IntUnaryOperator mask =
          i -> {
            int set = 0;
            for (int bit = 0; bit < 16; bit++) {
              set |= random.nextDouble() < density ? 1 << bit : 0;
            }
            return set;
          };
      kinds.add(
          new Kind(
              "masks at " + density, new Symbols(draw(n, mask), 16), density < 0.1 ? 0.005 : 0.01));
    }
    return kinds.stream();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void payloadsAreCloseToTheEntropy(Kind kind) {
    Coded coded = assertRoundTrip(kind.symbols().values(), kind.symbols().width());
    double entropy = Entropy.of(kind.symbols()).bits() / 8;
    assertTrue(coded.payload().length >= entropy, kind + " beats the entropy");
    int states = 4 * Rans.STATES;
    assertTrue(
        coded.payload().length <= (1 + kind.loss()) * entropy + states,
        kind + ": " + coded.payload().length + " bytes, entropy " + entropy);
  }

  /**
   * The paper's coder with nothing clever: C(s, x) = 2^r floor(x / f) + b + x mod f, and words
   * leave the state while C would be 2^32 or more.
   */
  private static byte[] literal(int[] values, RansFrequencies frequencies) {
    BigInteger total = BigInteger.valueOf(frequencies.total());
    BigInteger[] states = new BigInteger[values.length < 1024 ? 1 : 4];
    Arrays.fill(states, BigInteger.valueOf(65_536));
    List<Integer> words = new ArrayList<>();
    for (int i = values.length - 1; i >= 0; i--) {
      int state = i % states.length;
      BigInteger[] next = step(states[state], values[i], frequencies.scaled(), total);
      while (next[0].bitLength() > 32) {
        words.add(0, states[state].intValue() & 0xFFFF);
        states[state] = states[state].shiftRight(16);
        next = step(states[state], values[i], frequencies.scaled(), total);
      }
      states[state] = next[0];
    }
    byte[] out = new byte[4 * states.length + 2 * words.size()];
    for (int state = 0; state < states.length; state++) {
      LittleEndian.putInt(out, 4 * state, states[state].intValue());
    }
    for (int word = 0; word < words.size(); word++) {
      int value = words.get(word);
      LittleEndian.putShort(out, 4 * states.length + 2 * word, (short) value);
    }
    return out;
  }

  private static BigInteger[] step(BigInteger x, int symbol, int[] scaled, BigInteger total) {
    int below = 0;
    for (int s = 0; s < symbol; s++) {
      below += scaled[s];
    }
    BigInteger[] parts = x.divideAndRemainder(BigInteger.valueOf(scaled[symbol]));
    return new BigInteger[] {total.multiply(parts[0]).add(BigInteger.valueOf(below)).add(parts[1])};
  }

  /** Lengths on both sides of the switch to four states, and all that four leaves over. */
  @Test
  void theBytesAreThoseOfTheLiteralCoder() {
    SplittableRandom random = new SplittableRandom(2);
    for (int count : new int[] {2, 3, 100, 1023, 1024, 1025, 1026, 1027, 5000}) {
      for (int width : new int[] {1, 2, 4, 8, 12, 16}) {
        int spread = random.nextInt(1, width + 1);
        int[] values =
            draw(count, i -> (random.nextInt() >>> (32 - random.nextInt(1, spread + 1))));
        values[0] = (1 << width) - 1;
        values[1] = 0;
        Coded coded = assertRoundTrip(values, width);
        RansFrequencies frequencies = RansTable.read(coded.table(), width);
        assertArrayEquals(
            literal(values, frequencies), coded.payload(), count + " of " + width + " bits");
      }
    }
  }

  @Test
  void everySumOfFrequenciesGivesTheLiteralBytes() {
    SplittableRandom random = new SplittableRandom(3);
    for (int bits = 8; bits <= 16; bits++) {
      int rare = random.nextInt(1, 8);
      int[] scaled = {rare, 0, (1 << bits) - rare - 3, 2, 1};
      RansFrequencies frequencies = new RansFrequencies(scaled, bits);
      int[] values = draw(3001, i -> new int[] {0, 2, 2, 2, 2, 3, 4}[random.nextInt(7)]);
      byte[] payload = RansEncoder.encode(values, frequencies);
      assertArrayEquals(literal(values, frequencies), payload, "2^" + bits);
      int[] decoded = new int[values.length];
      RansDecoder.decode(new Coded(new byte[0], payload), frequencies, decoded);
      assertArrayEquals(values, decoded, "2^" + bits);
    }
  }

  /** Where a quotient that is too large or too small would show: around multiples, at the ends. */
  @Test
  void reciprocalsDivideExactlyForEveryFrequency() {
    SplittableRandom random = new SplittableRandom(4);
    for (int bits = 8; bits <= 16; bits++) {
      for (int frequency = 1; frequency < 1 << bits; frequency++) {
        long reciprocal = RansEncoder.reciprocal(frequency, bits);
        long end = (long) frequency << (32 - bits);
        long inside = random.nextLong(end) / frequency * frequency;
        for (long x : new long[] {0, 1, frequency, inside, end - frequency, end}) {
          for (long near = Math.max(0, x - 1); near <= Math.min(end - 1, x + 1); near++) {
            long quotient = RansEncoder.quotient(near, reciprocal, bits);
            if (quotient != near / frequency) {
              assertEquals(near / frequency, quotient, near + " by " + frequency + " of " + bits);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 16})
  void emptyStreamsHaveNoBytesAtAll(int width) {
    Coded coded = assertRoundTrip(new int[0], width);
    assertEquals(0, coded.table().length);
    assertEquals(0, coded.payload().length);
    assertThrows(MalformedInputException.class, () -> rans.decode(coded, 1, width));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 200, 65_535})
  void aStreamOfOneSymbolHasNoPayload(int symbol) {
    int[] values = new int[2000];
    Arrays.fill(values, symbol);
    Coded coded = assertRoundTrip(values, 16);
    assertEquals(0, coded.payload().length);
    assertTrue(coded.table().length <= 7);
    assertThrows(MalformedInputException.class, () -> rans.decode(coded, 0, 16));
    Coded longer = new Coded(coded.table(), new byte[4]);
    assertThrows(MalformedInputException.class, () -> rans.decode(longer, 2000, 16));
  }

  @Test
  void everySymbolOfA16BitAlphabet() {
    int[] values = draw(3 << 16, i -> i * 40_503 & 0xFFFF);
    Coded coded = assertRoundTrip(values, 16);
    assertEquals(2 * values.length + 16, coded.payload().length);
    SplittableRandom random = new SplittableRandom(5);
    assertRoundTrip(
        draw(3 << 16, i -> i <= 0xFFFF ? i : random.nextInt(1 << random.nextInt(1, 17))), 16);
  }

  @Test
  void wideStreamsAndWideSymbolsAreRefused() {
    assertTrue(rans.accepts(new Symbols(new int[0], 16)));
    assertFalse(rans.accepts(new Symbols(new int[0], 17)));
    for (int value : new int[] {16, -1}) {
      Symbols symbols = new Symbols(new int[] {value}, 4);
      assertThrows(IllegalArgumentException.class, () -> rans.encode(symbols));
    }
  }

  @Test
  void shortStreamsStayShort() {
    Coded coded = assertRoundTrip(draw(16, i -> i % 5 == 0 ? 1 : 0), 1);
    assertEquals(4, coded.payload().length);
    assertEquals(2, coded.table().length);
  }

  @Test
  void aPayloadOfAnotherLengthIsMalformed() {
    for (int count : new int[] {100, 3000}) {
      int[] values = draw(count, i -> i % 7);
      Coded coded = assertRoundTrip(values, 3);
      int end = coded.table().length + coded.payload().length;
      for (int length = 0; length < coded.payload().length; length++) {
        Coded cut = new Coded(coded.table(), Arrays.copyOf(coded.payload(), length));
        assertMalformed(cut, count, 3, end);
      }
      for (int more = 1; more <= 3; more++) {
        byte[] longer = Arrays.copyOf(coded.payload(), coded.payload().length + more);
        assertMalformed(new Coded(coded.table(), longer), count, 3, end + more);
      }
      for (int other : new int[] {0, 1, count - 4, count - 1, count + 1, count + 4, 100_000}) {
        assertMalformed(coded, other, 3, end);
      }
    }
  }

  private void assertMalformed(Coded coded, int count, int width, int end) {
    MalformedInputException e =
        assertThrows(MalformedInputException.class, () -> rans.decode(coded, count, width));
    assertTrue(e.position() >= 0 && e.position() <= end, e::toString);
  }

  /** Decoding and encoding are inverse to each other: no two payloads give the same symbols. */
  @Test
  void aDamagedPayloadIsMalformedOrThatOfOtherSymbols() {
    SplittableRandom random = new SplittableRandom(6);
    int found = 0;
    int tried = 0;
    for (int count : new int[] {300, 2000}) {
      int[] values = draw(count, i -> (int) Math.abs(random.nextGaussian() * 9) & 31);
      Coded coded = assertRoundTrip(values, 5);
      RansFrequencies frequencies = RansTable.read(coded.table(), 5);
      for (int bit = 0; bit < 8 * coded.payload().length; bit++) {
        byte[] payload = coded.payload().clone();
        payload[bit >>> 3] ^= (byte) (1 << (bit & 7));
        tried++;
        try {
          int[] other = rans.decode(new Coded(coded.table(), payload), count, 5).values();
          assertArrayEquals(payload, RansEncoder.encode(other, frequencies));
        } catch (MalformedInputException e) {
          found++;
        }
      }
    }
    assertTrue(found > 0.95 * tried, found + " of " + tried + " found");
  }

  @Test
  void statesBelowTheirLeastAreMalformed() {
    Coded coded = assertRoundTrip(draw(2000, i -> i % 7), 3);
    for (int state = 0; state < 4; state++) {
      byte[] payload = coded.payload().clone();
      payload[4 * state + 2] = 0;
      payload[4 * state + 3] = 0;
      MalformedInputException e =
          assertThrows(
              MalformedInputException.class,
              () -> rans.decode(new Coded(coded.table(), payload), 2000, 3));
      assertEquals(coded.table().length + 4 * state, e.position());
    }
  }
}
