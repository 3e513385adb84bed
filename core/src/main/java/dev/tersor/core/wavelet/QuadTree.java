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
  private final int[] child;
  private final long[] shift;
  private final boolean[] bottom;

  private QuadTree(Stored stored, QuadVector digits, Nodes nodes) {
    this.stored = stored;
    this.digits = digits;
    this.nodes = nodes;
    this.order = Order.of(nodes);
    this.queries = new Queries(stored, nodes, merge -> new MergedDigits(digits, nodes, merge));
    this.child = nodes.child;
    this.shift = nodes.shift;
    this.bottom = nodes.bottom;
  }

  static QuadTree open(Stored stored) {
    int length = stored.length();
    LevelLayout layout = LevelLayout.read(stored);
    if (layout.levels() == 0) {
      if (stored.size() > 0) {
        throw new MalformedInputException("digits of equal symbols", stored.table().length);
      }
      return new QuadTree(
          stored, null, layout.nodes(length, stored.width(), (digit, position) -> 0));
    }
    QuadVector digits;
    try {
      long count = (long) layout.levels() * length;
      digits = QuadVector.open(stored.bytes(), stored.at(), stored.size(), count);
    } catch (MalformedInputException e) {
      throw new MalformedInputException(e.getMessage(), stored.table().length + e.position());
    }
    return new QuadTree(stored, digits, layout.nodes(length, stored.width(), digits::rank));
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
    int node = nodes.root;
    long p = Objects.checkIndex(i, stored.length());
    while (node >= 0) {
      if (bottom[node]) {
        return ~child[node << 2 | digits.digit(p)];
      }
      long rankAndDigit = digits.rankAndDigit(p);
      int link = node << 2 | ((int) rankAndDigit & 3);
      p = shift[link] + (rankAndDigit >>> 2);
      node = child[link];
    }
    return ~node;
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
      p = shift[link] + digits.rank(digit, p);
      node = child[link];
    }
    return (int) p;
  }

  @Override
  public int count(int symbol) {
    return queries.count(symbol);
  }

  @Override
  public int select(int symbol, int k) {
    queries.checkSelect(symbol, k);
    long p = k;
    for (int link = nodes.leaf[symbol]; link >= 0; ) {
      int node = link >>> 2;
      long from = nodes.start[node];
      p = digits.select(link & 3, p - shift[link], from, from + nodes.size[node]);
      link = nodes.parent[node];
    }
    return (int) p;
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
