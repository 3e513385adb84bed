package dev.tersor.core.symbol;

import dev.tersor.core.wavelet.WaveletTree;
import java.util.Objects;

/** A stream whose symbols are two or four in one of a wavelet tree's. */
final class GroupedSequence implements SymbolSequence {
  /** Groups that are decoded at once. */
  private static final int CHUNK = 4096;

  private final WaveletTree tree;
  private final int group;
  private final int count;
  private final int width;

  GroupedSequence(WaveletTree tree, int group, int count, int width) {
    this.tree = tree;
    this.group = group;
    this.count = count;
    this.width = width;
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public int access(int i) {
    Objects.checkIndex(i, count);
    return tree.access(i / group) >>> (i % group * width) & (1 << width) - 1;
  }

  @Override
  public void decode(int from, int to, byte[] out, int at) {
    check(from, to, out.length, at);
    byte[] groups = new byte[Math.min(CHUNK, (to - from) / group + 2)];
    for (int i = from; i < to; ) {
      int first = i / group;
      int end = Math.min(to, (first + groups.length) * group);
      tree.decode(first, (end + group - 1) / group, groups, 0);
      split(groups, i - first * group, end - i, out, at + i - from);
      i = end;
    }
  }

  /** Symbols of groups, but for the first {@code skip}. */
  private void split(byte[] groups, int skip, int count, byte[] out, int at) {
    int mask = (1 << width) - 1;
    int to = at + count;
    int place = at - skip;
    for (int g = 0; place < to; g++, place += group) {
      int symbols = groups[g];
      int last = Math.min(to, place + group);
      for (int i = place; i < last; i++) {
        if (i >= at) {
          out[i] = (byte) (symbols & mask);
        }
        symbols >>>= width;
      }
    }
  }

  @Override
  public void decode(int from, int to, int[] out, int at) {
    check(from, to, out.length, at);
    byte[] bytes = new byte[Math.min(CHUNK, to - from)];
    for (int i = from; i < to; i += bytes.length) {
      int end = Math.min(to, i + bytes.length);
      decode(i, end, bytes, 0);
      for (int j = i; j < end; j++) {
        out[at + j - from] = bytes[j - i];
      }
    }
  }

  private void check(int from, int to, int room, int at) {
    Objects.checkFromToIndex(from, to, count);
    Objects.checkFromIndexSize(at, to - from, room);
  }
}
