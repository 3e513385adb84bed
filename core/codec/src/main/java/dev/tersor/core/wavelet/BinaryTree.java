package dev.tersor.core.wavelet;

import dev.tersor.core.bits.BitVector;
import dev.tersor.core.bits.MalformedInputException;
import java.util.Objects;

/** A wavelet tree of one bit a level: balanced, Huffman-shaped or a matrix. */
final class BinaryTree implements WaveletTree {
  private final Stored stored;
  private final BitVector bits;
  private final Nodes nodes;
  private final Order order;
  private final Queries queries;
  private final Descent descent;

  private BinaryTree(Stored stored, BitVector bits, Nodes nodes) {
    this.stored = stored;
    this.bits = bits;
    this.nodes = nodes;
    this.order = Order.of(nodes);
    this.queries =
        new Queries(
            stored,
            nodes,
            merge -> new MergedBits(bits, nodes, merge),
            () -> new Inventory(nodes, ranks(bits), bits::select));
    this.descent = new Descent(bits, nodes);
  }

  static BinaryTree open(Stored stored) {
    byte[] table = stored.table();
    int length = stored.length();
    if (stored.shape() == Shape.HUFFMAN) {
      CodedLayout layout = CodedLayout.read(table, length, stored.width());
      BitVector bits = bits(stored, layout.bits());
      return new BinaryTree(stored, bits, layout.nodes(length, ranks(bits)));
    }
    LevelLayout layout = LevelLayout.read(stored);
    BitVector bits = bits(stored, (long) layout.levels() * length);
    return new BinaryTree(stored, bits, layout.nodes(length, stored.width(), ranks(bits)));
  }

  private static DigitRanks ranks(BitVector bits) {
    return (digit, position) -> digit != 0 ? bits.rank1(position) : bits.rank0(position);
  }

  /** Null where there are none, which a tree without nodes never asks. */
  private static BitVector bits(Stored stored, long length) {
    if (length == 0) {
      if (stored.size() > 0) {
        throw new MalformedInputException("bits of equal symbols", stored.table().length);
      }
      return null;
    }
    try {
      return stored.form().open(stored.bytes(), stored.at(), stored.size(), length);
    } catch (MalformedInputException e) {
      throw new MalformedInputException(e.getMessage(), stored.table().length + e.position());
    }
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
    return descent.symbol(Objects.checkIndex(i, stored.length()));
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
      int bit = path >>> level & 1;
      long rank = bits.rank1(p);
      int link = node << 1 | bit;
      p = nodes.shift[link] + (bit != 0 ? rank : p - rank);
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
    return new BinaryRange(bits, nodes, order, first);
  }
}
