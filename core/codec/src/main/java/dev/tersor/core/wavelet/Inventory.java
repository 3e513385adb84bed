package dev.tersor.core.wavelet;

/**
 * Where every 4,096th digit of a node lies, for each digit, so that a select begins next to what it
 * looks for (Vigna's inventory, "Broadword Implementation of Rank/Select Queries", 2008). It is
 * made by the first select and takes 8 bytes for 4,096 digits, beside 20 for a digit of a node.
 */
final class Inventory {
  private static final int LOG = 12;
  private static final int EVERY = 1 << LOG;

  /** Finds the digit with so many like it before it in the whole string, from a guess on. */
  @FunctionalInterface
  interface Digits {
    long select(int digit, long k, long near);
  }

  private final Digits digits;
  private final int log;
  private final int[] leaf;
  private final int[] parent;
  private final long[] start;

  /** By {@code node << log | digit}, the digit's rank at the node's start. */
  private final long[] before;

  /** By {@code node << log | digit}, where its places begin. */
  private final int[] first;

  private final long[] places;

  Inventory(Nodes nodes, DigitRanks ranks, Digits digits) {
    this.digits = digits;
    this.log = nodes.log;
    this.leaf = nodes.leaf;
    this.parent = nodes.parent;
    this.start = nodes.start;
    this.before = new long[nodes.used() << log];
    this.first = new int[nodes.used() << log];
    int all = 0;
    for (int link = 0; link < first.length; link++) {
      before[link] = ranks.before(digit(link), start[link >>> log]);
      first[link] = all;
      // One more, where a next interval would begin.
      all += intervals(count(nodes, ranks, link)) + 1;
    }
    this.places = new long[all];
    for (int link = 0; link < first.length; link++) {
      sample(link, count(nodes, ranks, link), nodes.size[link >>> log]);
    }
  }

  private int digit(int link) {
    return link & (1 << log) - 1;
  }

  private long count(Nodes nodes, DigitRanks ranks, int link) {
    long end = start[link >>> log] + nodes.size[link >>> log];
    return ranks.before(digit(link), end) - before[link];
  }

  private static int intervals(long count) {
    return (int) ((count + EVERY - 1) >>> LOG);
  }

  private void sample(int link, long count, int size) {
    long from = start[link >>> log];
    double gap = (double) size / (double) count;
    int at = first[link];
    for (long k = 0; k < count; k += EVERY) {
      long near = from + (long) ((double) k * gap);
      places[at++] = digits.select(digit(link), before[link] + k, near);
    }
    if (count > 0) {
      // The last interval as long as it would be with all of its digits.
      long last = places[at - 1];
      long digitsOfLast = count - ((intervals(count) - 1L) << LOG);
      places[at] = last + ((from + size - last) << LOG) / digitsOfLast;
    }
  }

  /** Where the symbol lies that has {@code k} like it before it. */
  int select(int symbol, int k) {
    long at = k;
    for (int link = leaf[symbol]; link >= 0; link = parent[link >>> log]) {
      int sample = first[link] + (int) (at >>> LOG);
      long place = places[sample];
      long near = place + (((at & (EVERY - 1)) * (places[sample + 1] - place)) >>> LOG);
      at = digits.select(digit(link), before[link] + at, near) - start[link >>> log];
    }
    return (int) at;
  }
}
