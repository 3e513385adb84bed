package dev.tersor.core.symbol;

import java.util.Arrays;

/** Order-0 entropy: the fewest bits that any code of single symbols can take. */
public final class Entropy {
  private Entropy() {}

  /**
   * What a stream's symbol frequencies say.
   *
   * @param alphabet number of distinct symbols
   * @param bits total order-0 entropy: count times the bits a symbol
   */
  public record Statistics(int alphabet, double bits) {}

  /** What a stream's symbols say. */
  public static Statistics of(Symbols symbols) {
    return symbols.statistics();
  }

  static Statistics count(Symbols symbols) {
    return symbols.width() <= 16 ? narrow(symbols) : wide(symbols);
  }

  /** Total order-0 entropy in bits of a stream with these symbol frequencies. */
  public static double bits(long[] frequencies) {
    long total = 0;
    double sum = 0;
    for (long f : frequencies) {
      total += f;
      sum += term(f);
    }
    return Math.max(0, term(total) - sum);
  }

  /**
   * Bits that an adaptive code of single symbols takes which knows what symbols occur and nothing
   * else (Krichevsky and Trofimov, "The performance of universal encoding", 1981): a symbol that
   * occurred c times among n has probability {@code (c + 1/2) / (n + k/2)}, k being how many occur.
   */
  static double adaptiveBits(int[] frequencies) {
    double nats = 0;
    long total = 0;
    int alphabet = 0;
    for (int f : frequencies) {
      if (f > 0) {
        nats -= logGamma(f + 0.5) - logGamma(0.5);
        total += f;
        alphabet++;
      }
    }
    double prior = alphabet / 2.0;
    return alphabet == 0
        ? 0
        : Math.max(0, nats + logGamma(total + prior) - logGamma(prior)) / Math.log(2);
  }

  /** Stirling's series, after as many steps of the recurrence as it needs for nine digits. */
  private static double logGamma(double x) {
    double shifted = x;
    double product = 1;
    while (shifted < 10) {
      product *= shifted++;
    }
    double inverse = 1 / shifted;
    return (shifted - 0.5) * Math.log(shifted)
        - shifted
        + 0.5 * Math.log(2 * Math.PI)
        + inverse / 12
        - inverse * inverse * inverse / 360
        - Math.log(product);
  }

  private static Statistics narrow(Symbols symbols) {
    long[] frequencies = Arrays.stream(symbols.frequencies()).asLongStream().toArray();
    int alphabet = 0;
    for (long f : frequencies) {
      alphabet += f > 0 ? 1 : 0;
    }
    return new Statistics(alphabet, bits(frequencies));
  }

  private static Statistics wide(Symbols symbols) {
    int[] sorted = symbols.values().clone();
    Arrays.sort(sorted);
    double sum = 0;
    int alphabet = 0;
    for (int from = 0, to = 0; from < sorted.length; from = to, alphabet++) {
      while (to < sorted.length && sorted[to] == sorted[from]) {
        to++;
      }
      sum += term((long) to - from);
    }
    return new Statistics(alphabet, Math.max(0, term(sorted.length) - sum));
  }

  /** n log2 n, so that the entropy of a stream is term(total) - sum of term(frequency). */
  private static double term(long n) {
    double count = (double) n;
    return n == 0 ? 0 : count * (Math.log(count) / Math.log(2));
  }
}
