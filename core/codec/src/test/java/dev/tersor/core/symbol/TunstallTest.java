package dev.tersor.core.symbol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.bits.PackedInts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TunstallTest {
  private final Tunstall tunstall = new Tunstall();

  private Coded assertRoundTrip(int[] values, int width) {
    Symbols symbols = new Symbols(values, width);
    Coded coded = tunstall.encode(symbols);
    assertEquals(symbols, tunstall.decode(coded, values.length, width));
    return coded;
  }

  private static int[] draw(int count, IntUnaryOperator symbol) {
    int[] values = new int[count];
    Arrays.setAll(values, symbol);
    return values;
  }

  private static int codewordBits(Coded coded) {
    return coded.table()[coded.table().length - 1];
  }

  private static RansFrequencies frequencies(Coded coded, int width) {
    return RansTable.read(Arrays.copyOf(coded.table(), coded.table().length - 1), width);
  }

  /** A word of the literal code: its symbols as a string of chars. */
  private record Word(String symbols, double probability, int made) {
    char last() {
      return symbols.charAt(symbols.length() - 1);
    }

    boolean isBefore(Word other) {
      if (probability != other.probability) {
        return probability > other.probability;
      }
      return last() != other.last() ? last() < other.last() : made < other.made;
    }
  }

  /** Tunstall's algorithm with a search through all words for each that is made longer. */
  private static List<String> literalWords(RansFrequencies frequencies, int bits) {
    int[] scaled = frequencies.scaled();
    List<Word> words = new ArrayList<>();
    words.add(new Word("", 1, 0));
    int made = 1;
    int used = (int) Arrays.stream(scaled).filter(f -> f > 0).count();
    while (words.size() - 1 + used <= 1 << bits) {
      int best = 0;
      for (int i = 1; i < words.size(); i++) {
        best = words.get(i).isBefore(words.get(best)) ? i : best;
      }
      Word longer = words.get(best);
      boolean first = true;
      for (int s = 0; s < scaled.length; s++) {
        if (scaled[s] > 0) {
          double share = (double) scaled[s] / frequencies.total();
          Word child = new Word(longer.symbols() + (char) s, longer.probability() * share, made++);
          if (first) {
            words.set(best, child);
          } else {
            words.add(child);
          }
          first = false;
        }
      }
    }
    return words.stream().map(Word::symbols).toList();
  }

  private static int[] literalParse(int[] values, List<String> words, char filler) {
    StringBuilder text = new StringBuilder();
    for (int value : values) {
      text.append((char) value);
    }
    List<Integer> parsed = new ArrayList<>();
    for (int at = 0; at < values.length; ) {
      int from = at;
      StringBuilder rest = new StringBuilder(text.substring(at));
      int number = -1;
      while (number < 0) {
        for (int i = 0; i < words.size() && number < 0; i++) {
          number = rest.toString().startsWith(words.get(i)) ? i : -1;
        }
        rest.append(filler);
      }
      parsed.add(number);
      at = from + words.get(number).length();
    }
    return parsed.stream().mapToInt(i -> i).toArray();
  }

  @ParameterizedTest
  @CsvSource({"2, 1, 0.9", "3, 2, 0.5", "5, 3, 0.3", "16, 4, 0.4", "200, 8, 0.05"})
  void theBytesAreThoseOfTheLiteralCode(int alphabet, int width, double share) {
    SplittableRandom random = new SplittableRandom(alphabet);
    for (int count : new int[] {2, 17, 60, 300}) {
      int[] values =
          draw(
              count,
              i -> {
                int symbol = 0;
                while (symbol < alphabet - 1 && random.nextDouble() > share) {
                  symbol++;
                }
                return symbol;
              });
      values[0] = alphabet - 1;
      values[1] = 0;
      Coded coded = assertRoundTrip(values, width);
      RansFrequencies frequencies = frequencies(coded, width);
      assertEquals(8, codewordBits(coded));
      List<String> words = literalWords(frequencies, 8);
      assertArrayEquals(PackedInts.pack(literalParse(values, words, (char) 0), 8), coded.payload());
    }
  }

  /** Also of 12 and 16 bits, where the literal search takes too long for more than one source. */
  @Test
  void theWordsAreThoseOfTheLiteralCode() {
    RansFrequencies frequencies = RansFrequencies.of(new int[] {700, 0, 200, 90, 9, 1});
    for (int bits : new int[] {8, 12}) {
      List<String> literal = literalWords(frequencies, bits);
      TunstallWords words = TunstallWords.of(frequencies, bits);
      assertEquals(literal.size(), words.count());
      for (int word = 0; word < literal.size(); word++) {
        byte[] symbols = new byte[words.length(word) + TunstallWords.TAIL];
        assertEquals(words.length(word), words.copy(word, symbols, 0));
        assertEquals(literal.get(word).length(), words.length(word));
        for (int i = 0; i < words.length(word); i++) {
          assertEquals(literal.get(word).charAt(i), symbols[i]);
        }
      }
      assertEquals(literal.stream().mapToInt(String::length).max().getAsInt(), words.longest());
    }
  }

  /** Words of thousands of symbols, and every length of what is left at the end. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 40, 255, 4000, 65_000})
  void runsOfOneSymbol(int run) {
    for (int count : new int[] {run + 1, 2 * run + 3, 100_000}) {
      assertRoundTrip(draw(count, i -> i % (run + 1) == run ? 1 : 0), 1);
      assertRoundTrip(draw(count, i -> i % (run + 1) == run ? 0 : 200), 8);
    }
  }

  @Test
  void everyLengthOfAStream() {
    SplittableRandom random = new SplittableRandom(1);
    for (int count = 1; count < 400; count++) {
      assertRoundTrip(draw(count, i -> random.nextInt(10) == 0 ? 3 : random.nextInt(2)), 2);
    }
  }

  /** The last word is filled up with the smallest symbol, whatever its value. */
  @Test
  void alphabetsWithoutSmallSymbols() {
    for (int first : new int[] {1, 127, 128, 200, 250}) {
      for (int count = 2; count < 60; count++) {
        assertRoundTrip(draw(count, i -> first + i * i % 6), 8);
      }
    }
  }

  @Test
  void longStreamsGetLongCodewords() {
    SplittableRandom random = new SplittableRandom(2);
    for (int count : new int[] {200, 3000, 200_000}) {
      Coded coded = assertRoundTrip(draw(count, i -> random.nextInt(20) == 0 ? 1 : 0), 1);
      assertEquals(count == 200 ? 8 : count == 3000 ? 12 : 16, codewordBits(coded));
    }
  }

  /** Codewords of 16 bits come near the entropy where the alphabet is small. */
  @ParameterizedTest
  @CsvSource({"1, 0.02", "2, 0.05", "4, 0.15"})
  void payloadsComeNearTheEntropy(int width, double loss) {
    SplittableRandom random = new SplittableRandom(3);
    int most = (1 << width) - 1;
    Symbols symbols =
        new Symbols(
            draw(
                300_000,
                i -> Math.min(most, (int) (Math.log(1 - random.nextDouble()) / Math.log(0.3)))),
            width);
    double entropy = Entropy.of(symbols).bits();
    double bits = 8.0 * tunstall.encode(symbols).payload().length;
    assertTrue(bits >= entropy && bits <= (1 + loss) * entropy, bits + " bits of " + entropy);
  }

  @Test
  void emptyAndConstantStreamsHaveNoPayload() {
    Coded empty = assertRoundTrip(new int[0], 4);
    assertEquals(0, empty.table().length + empty.payload().length);
    assertThrows(MalformedInputException.class, () -> tunstall.decode(empty, 1, 4));
    for (int symbol : new int[] {0, 7, 255}) {
      Coded constant = assertRoundTrip(draw(5000, i -> symbol), 8);
      assertEquals(0, constant.payload().length);
      assertThrows(MalformedInputException.class, () -> tunstall.decode(constant, 0, 8));
      Coded longer = new Coded(constant.table(), new byte[1]);
      assertThrows(MalformedInputException.class, () -> tunstall.decode(longer, 5000, 8));
    }
  }

  @Test
  void everySymbolOfAnAlphabet() {
    Coded coded = assertRoundTrip(draw(256, i -> i), 8);
    assertEquals(8, codewordBits(coded));
    assertEquals(256, coded.payload().length);
    assertRoundTrip(draw(60_000, i -> i * 167 & 0xFF), 8);
  }

  @Test
  void wideStreamsAndWideSymbolsAreRefused() {
    assertTrue(tunstall.accepts(new Symbols(new int[0], 8)));
    assertFalse(tunstall.accepts(new Symbols(new int[0], 9)));
    for (int value : new int[] {16, -1}) {
      Symbols symbols = new Symbols(new int[] {value}, 4);
      assertThrows(IllegalArgumentException.class, () -> tunstall.encode(symbols));
    }
  }

  private void assertMalformed(Coded coded, int count, int width) {
    MalformedInputException e =
        assertThrows(MalformedInputException.class, () -> tunstall.decode(coded, count, width));
    int end = coded.table().length + coded.payload().length;
    assertTrue(e.position() >= 0 && e.position() <= end, e::toString);
  }

  @Test
  void aPayloadOfAnotherLengthIsMalformed() {
    for (int count : new int[] {200, 3000, 30_000}) {
      int[] values = draw(count, i -> i % 7 * (i % 5 == 0 ? 1 : 0));
      Coded coded = assertRoundTrip(values, 3);
      int length = coded.payload().length;
      for (int cut = 0; cut < length; cut += 1 + length / 50) {
        assertMalformed(new Coded(coded.table(), Arrays.copyOf(coded.payload(), cut)), count, 3);
      }
      for (int more = 1; more <= 4; more++) {
        byte[] longer = Arrays.copyOf(coded.payload(), length + more);
        assertMalformed(new Coded(coded.table(), longer), count, 3);
      }
      for (int other : new int[] {0, 1, count / 2, count + 200, Integer.MAX_VALUE}) {
        assertMalformed(coded, other, 3);
      }
    }
  }

  /** No two payloads give the same symbols. */
  @Test
  void aDamagedPayloadIsMalformedOrThatOfOtherSymbols() {
    SplittableRandom random = new SplittableRandom(6);
    for (int count : new int[] {150, 1500}) {
      int[] values =
          draw(count, i -> Math.min(20, Integer.numberOfTrailingZeros(random.nextInt())));
      Coded coded = assertRoundTrip(values, 5);
      int bits = codewordBits(coded);
      TunstallWords words = TunstallWords.of(frequencies(coded, 5), bits);
      for (int bit = 0; bit < 8 * coded.payload().length; bit++) {
        byte[] payload = coded.payload().clone();
        payload[bit >>> 3] ^= (byte) (1 << (bit & 7));
        try {
          int[] other = tunstall.decode(new Coded(coded.table(), payload), count, 5).values();
          assertArrayEquals(payload, PackedInts.pack(words.parse(other), bits));
        } catch (MalformedInputException e) {
          assertTrue(e.position() >= coded.table().length, e::toString);
        }
      }
    }
  }

  @Test
  void damagedTablesAreMalformed() {
    Coded coded = assertRoundTrip(draw(100, i -> i % 3), 2);
    for (int bits : new int[] {0, 7, 9, 13, 17, 24, 255}) {
      byte[] table = coded.table().clone();
      table[table.length - 1] = (byte) bits;
      assertMalformed(new Coded(table, coded.payload()), 100, 2);
    }
    for (int length = 0; length < coded.table().length; length++) {
      assertMalformed(new Coded(Arrays.copyOf(coded.table(), length), coded.payload()), 100, 2);
    }
  }
}
