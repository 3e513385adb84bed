package dev.tersor.core.wavelet;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** What both kinds of tree check of their arguments, and how they go about ranges. */
final class Queries {
  /** Below this share of a tree's nodes a range is decoded symbol by symbol. */
  private static final int FEW = 32;

  private final Stored stored;
  private final Nodes nodes;
  private final Function<Merge, MergedRange> merged;
  private final Supplier<Inventory> inventories;

  /** Made by the first select. */
  private volatile Inventory inventory;

  /** Looked up for the first range that may need it; empty where there is none. */
  private volatile Optional<Merge> merge;

  /** One that no thread decodes with now. */
  private final AtomicReference<MergedRange> spare = new AtomicReference<>();

  /**
   * @param merged makes what decodes ranges from the leaves up
   * @param inventories makes what finds occurrences of symbols; asked only if there are nodes
   */
  Queries(
      Stored stored,
      Nodes nodes,
      Function<Merge, MergedRange> merged,
      Supplier<Inventory> inventories) {
    this.stored = stored;
    this.nodes = nodes;
    this.merged = merged;
    this.inventories = inventories;
  }

  /** Whether the symbol occurs. */
  boolean occurs(int symbol) {
    checkSymbol(symbol);
    return nodes.countOf(symbol) > 0;
  }

  int count(int symbol) {
    checkSymbol(symbol);
    return nodes.countOf(symbol);
  }

  private void checkSymbol(int symbol) {
    if (symbol >>> stored.width() != 0) {
      throw new IllegalArgumentException(
          "symbol " + symbol + " outside 0.." + ((1 << stored.width()) - 1));
    }
  }

  /** Where the symbol lies that has {@code k} like it before it. */
  int select(int symbol, int k) {
    checkSymbol(symbol);
    Objects.checkIndex(k, nodes.countOf(symbol));
    if (nodes.root < 0) {
      return k;
    }
    Inventory known = inventory;
    if (known == null) {
      known = inventories.get();
      inventory = known;
    }
    return known.select(symbol, k);
  }

  void checkBytes(int from, int to, byte[] out, int at) {
    if (stored.width() > Byte.SIZE) {
      throw new IllegalArgumentException(
          "symbols of " + stored.width() + " bits do not fit in bytes");
    }
    checkRange(from, to, out.length, at);
  }

  void checkRange(int from, int to, int room, int at) {
    Objects.checkFromToIndex(from, to, stored.length());
    Objects.checkFromIndexSize(at, to - from, room);
  }

  /** Whether a range is so short that a decoder would only set up nodes. */
  private boolean isFew(int from, int to) {
    return (to - from) * (long) FEW < nodes.used();
  }

  /** Whether a range is decoded from the leaves up. */
  private boolean isLong(int from, int to) {
    if (to - from < MergedRange.PAYS) {
      return false;
    }
    Optional<Merge> known = merge;
    if (known == null) {
      known = Labels.suffice(nodes) ? Merge.vectors() : Optional.empty();
      merge = known;
    }
    return known.isPresent();
  }

  private MergedRange borrow() {
    MergedRange one = spare.getAndSet(null);
    return one != null ? one : merged.apply(merge.get());
  }

  /**
   * Decodes a range of a tree that has been checked.
   *
   * @param range gives a decoder of all symbols from one on
   */
  void decode(
      WaveletTree tree, IntFunction<SymbolRange> range, int from, int to, byte[] out, int at) {
    if (isFew(from, to)) {
      for (int i = from; i < to; i++) {
        out[at + i - from] = (byte) tree.access(i);
      }
      return;
    }
    if (isLong(from, to)) {
      MergedRange symbols = borrow();
      symbols.decode(from, to, out, at);
      spare.setRelease(symbols);
      return;
    }
    SymbolRange symbols = range.apply(from);
    for (int i = from; i < to; i += 64) {
      int count = Math.min(64, to - i);
      symbols.next(count).write(out, at + i - from, count);
    }
  }

  /** The same for symbols of any width. */
  void decode(
      WaveletTree tree, IntFunction<SymbolRange> range, int from, int to, int[] out, int at) {
    if (isFew(from, to)) {
      for (int i = from; i < to; i++) {
        out[at + i - from] = tree.access(i);
      }
      return;
    }
    if (isLong(from, to)) {
      MergedRange symbols = borrow();
      symbols.decode(from, to, out, at);
      spare.setRelease(symbols);
      return;
    }
    SymbolRange symbols = range.apply(from);
    for (int i = from; i < to; i += 64) {
      int count = Math.min(64, to - i);
      symbols.next(count).write(out, at + i - from, count);
    }
  }
}
