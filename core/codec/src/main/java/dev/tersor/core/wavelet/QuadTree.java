package dev.tersor.core.wavelet;

import dev.tersor.core.bits.MalformedInputException;
import java.util.Objects;

/** A wavelet matrix of two bits a level. */
final class QuadTree implements WaveletTree {
  private final Stored stored;
  private final QuadVector digits;
  private final Nodes nodes;
  private final Order order;
  private final Queries queries;
  private final int base;
  private final long[] steps;

  private QuadTree(Stored stored, QuadVector digits, LevelLayout layout, DigitRanks ranks) {
    this.stored = stored;
    this.digits = digits;
    this.nodes = layout.nodes(stored.length(), stored.width(), ranks);
    this.order = Order.of(nodes);
    this.queries =
        new Queries(
            stored,
            nodes,
            merge -> new MergedDigits(digits, nodes, merge),
            () -> new Inventory(nodes, ranks, digits::select));
    this.base = layout.base();
    this.steps = layout.steps(stored.length(), ranks);
  }

  static QuadTree open(Stored stored) {
    int length = stored.length();
    LevelLayout layout = LevelLayout.read(stored);
    if (layout.levels() == 0) {
      if (stored.size() > 0) {
        throw new MalformedInputException("digits of equal symbols", stored.table().length);
      }
      return new QuadTree(stored, null, layout, (digit, position) -> 0);
    }
    QuadVector digits;
    try {
      long count = (long) layout.levels() * length;
      digits = QuadVector.open(stored.bytes(), stored.at(), stored.size(), count);
    } catch (MalformedInputException e) {
      throw new MalformedInputException(e.getMessage(), stored.table().length + e.position());
    }
    return new QuadTree(stored, digits, layout, digits::rank);
  }

  @Override
  public int length() {
    return stored.length();
  }

  @Override
  public int width() {
    return stored.width();
  }

  @Override
  public Stored stored() {
    return stored;
  }

  @Override
  public int access(int i) {
    long p = Objects.checkIndex(i, stored.length());
    if (digits == null) {
      return base;
    }
    int below = 0;
    // A matrix: where a digit goes on depends on its level alone.
    for (int level = 0; level < steps.length; level += 4) {
      long rankAndDigit = digits.rankAndDigit(p);
      int digit = (int) rankAndDigit & 3;
      below = (below | digit) << 2;
      p = steps[level | digit] + (rankAndDigit >>> 2);
    }
    return base | below | digits.digit(p);
  }

  @Override
  public int rank(int symbol, int i) {
    Objects.checkIndex(i, stored.length() + 1);
    if (!queries.occurs(symbol)) {
      return 0;
    }
    int path = nodes.path[symbol];
    long p = i;
    int node = nodes.root;
    for (int level = nodes.depth[symbol] - 1; level >= 0; level--) {
      int digit = path >>> (2 * level) & 3;
      int link = node << 2 | digit;
      p = nodes.shift[link] + digits.rank(digit, p);
      node = nodes.child[link];
    }
    return (int) p;
  }

  @Override
  public int count(int symbol) {
    return queries.count(symbol);
  }

  @Override
  public int select(int symbol, int k) {
    return queries.select(symbol, k);
  }

  @Override
  public void decode(int from, int to, byte[] out, int at) {
    queries.checkBytes(from, to, out, at);
    queries.decode(this, this::range, from, to, out, at);
  }

  @Override
  public void decode(int from, int to, int[] out, int at) {
    queries.checkRange(from, to, out.length, at);
    queries.decode(this, this::range, from, to, out, at);
  }

  private SymbolRange range(int first) {
    return new QuadRange(digits, nodes, order, first);
  }
}
