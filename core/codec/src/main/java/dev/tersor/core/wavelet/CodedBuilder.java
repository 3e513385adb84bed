package dev.tersor.core.wavelet;

/**
 * Makes the bits of a {@link CodedLayout} level by level: the bits of 64 symbols are gathered in a
 * word while the symbols go, without a branch, to their place in the next level.
 */
final class CodedBuilder {
  private final int[] order;

  /** Codes of the symbols in order, their first bit as bit 31. */
  private final int[] codes;

  /** Symbols of the sequence that come before each one in order. */
  private final int[] before;

  /** The string so far, with a place behind its end for what is written without being needed. */
  private final long[] words;

  private long written;

  CodedBuilder(CodedLayout layout, int[] frequencies) {
    this.order = layout.inOrder();
    this.codes = new int[order.length];
    this.before = new int[order.length + 1];
    this.words = new long[Math.toIntExact((layout.bits() + 63) >>> 6)];
    long code = 0;
    for (int i = 0; i < order.length; i++) {
      codes[i] = (int) code;
      code += 1L << (32 - layout.lengthOf(order[i]));
      before[i + 1] = before[i] + frequencies[order[i]];
    }
  }

  /**
   * The string.
   *
   * @param symbols the sequence, at least one more element than it has symbols; it is overwritten
   */
  long[] build(char[] symbols) {
    char[] now = symbols;
    char[] next = new char[symbols.length];
    int alphabet = order[0];
    for (int symbol : order) {
      alphabet = Math.max(alphabet, symbol);
    }
    byte[] bitOf = new byte[alphabet + 1];
    // Nodes of the level by the first of their symbols in order, and the end of the last one.
    int[] firsts = {0, order.length};
    int nodes = order.length > 1 ? 1 : 0;
    for (int level = 0; nodes > 0; level++) {
      for (int i = 0; i < order.length; i++) {
        bitOf[order[i]] = (byte) (codes[i] >>> (31 - level) & 1);
      }
      int[] nextFirsts = new int[2 * nodes + 1];
      int nextNodes = 0;
      int at = 0;
      int to = 0;
      for (int node = 0; node < nodes; node++) {
        int first = firsts[node];
        int end = firsts[node + 1];
        int middle = first + 1;
        while (bitOf[order[middle]] == 0) {
          middle++;
        }
        int size = before[end] - before[first];
        int zeros = before[middle] - before[first];
        boolean leftLeaf = middle - first == 1;
        boolean rightLeaf = end - middle == 1;
        // What goes to a leaf is written behind the level, again and again.
        int trash = symbols.length - 1;
        int left = leftLeaf ? trash : to;
        to += leftLeaf ? 0 : zeros;
        int right = rightLeaf ? trash : to;
        to += rightLeaf ? 0 : size - zeros;
        if (leftLeaf && rightLeaf) {
          gather(now, at, size, bitOf);
        } else {
          split(now, at, size, bitOf, next, left, leftLeaf ? 0 : -1, right, rightLeaf ? 0 : -1);
        }
        at += size;
        nextFirsts[nextNodes] = first;
        nextNodes += leftLeaf ? 0 : 1;
        nextFirsts[nextNodes] = middle;
        nextNodes += rightLeaf ? 0 : 1;
        nextFirsts[nextNodes] = end;
      }
      firsts = nextFirsts;
      nodes = nextNodes;
      char[] swap = now;
      now = next;
      next = swap;
    }
    return words;
  }

  private void gather(char[] symbols, int from, int size, byte[] bitOf) {
    int at = from;
    for (int left = size; left > 0; ) {
      int word = (int) (written >>> 6);
      int filled = (int) written & 63;
      int take = Math.min(left, 64 - filled);
      long bits = 0;
      // Each comes in at the top, and all go to their places at the end.
      for (int k = 0; k < take; k++) {
        bits = bits >>> 1 | (long) bitOf[symbols[at++]] << 63;
      }
      words[word] |= bits >>> (64 - filled - take);
      written += take;
      left -= take;
    }
  }

  /** The same, and the symbols go on to the left or right; a step of 0 keeps the place. */
  private void split(
      char[] symbols,
      int from,
      int size,
      byte[] bitOf,
      char[] next,
      int toLeft,
      int stepLeft,
      int toRight,
      int stepRight) {
    int at = from;
    int zero = toLeft;
    int one = toRight;
    for (int left = size; left > 0; ) {
      int word = (int) (written >>> 6);
      int filled = (int) written & 63;
      int take = Math.min(left, 64 - filled);
      long bits = 0;
      for (int k = 0; k < take; k++) {
        char symbol = symbols[at++];
        int bit = bitOf[symbol];
        bits = bits >>> 1 | (long) bit << 63;
        next[zero + ((one - zero) & -bit)] = symbol;
        one += bit & stepRight;
        zero += (1 - bit) & stepLeft;
      }
      words[word] |= bits >>> (64 - filled - take);
      written += take;
      left -= take;
    }
  }
}
