package dev.tersor.core.symbol;

import dev.tersor.core.bits.LittleEndian;
import java.util.Arrays;

/**
 * The words of a {@link Tunstall} code as a tree whose leaves are the words: a node is the string
 * of symbols that lead to it. The tree follows from the frequencies and the bits of a codeword
 * alone.
 *
 * <p>The next word to make longer is the most probable one. Words that end in the same symbol are
 * made in descending order of probability, each the extension of a word that was the most probable,
 * so the first one of each symbol that is still a word is the only one to look at: no heap is
 * needed.
 */
final class TunstallWords {
  /** Symbols of a node that {@link #tails} has. */
  static final int TAIL = Long.BYTES;

  private static final int NONE = -1;

  /** The symbols that occur, ascending, and their place by symbol. */
  private final int[] symbols;

  private final int[] places;

  /** By node: the first of its children, which follow each other; 0 for a leaf. Node 0 is empty. */
  private final int[] children;

  /** By node: how many symbols it has. */
  private final int[] lengths;

  /**
   * By node: its last symbols, those from the last multiple of {@value #TAIL} on, the first one
   * lowest.
   */
  private final long[] tails;

  /** By node: the node of the symbols before its tail. */
  private final int[] heads;

  /** By node: the number of the word, if it is one. */
  private final int[] words;

  /** By word: its node. */
  private final int[] nodes;

  private final double meanLength;

  private TunstallWords(RansFrequencies frequencies, int bits) {
    int[] scaled = frequencies.scaled();
    this.places = new int[scaled.length];
    this.symbols = new int[scaled.length];
    int used = 0;
    for (int s = 0; s < scaled.length; s++) {
      places[s] = used;
      symbols[used] = s;
      used += scaled[s] > 0 ? 1 : 0;
    }
    double[] shares = new double[used];
    for (int place = 0; place < used; place++) {
      shares[place] = (double) scaled[symbols[place]] / frequencies.total();
    }
    int extended = 1 + ((1 << bits) - used) / (used - 1);
    int size = 1 + extended * used;
    this.children = new int[size];
    this.lengths = new int[size];
    this.tails = new long[size];
    this.heads = new int[size];
    this.words = new int[size];
    this.nodes = new int[1 + extended * (used - 1)];
    this.meanLength = grow(shares, extended);
  }

  /**
   * @param frequencies of two symbols or more, at most 256
   * @param bits of a codeword, at least as many as tell the symbols apart
   */
  static TunstallWords of(RansFrequencies frequencies, int bits) {
    return new TunstallWords(frequencies, bits);
  }

  /** Makes so many words longer, the empty one first; returns the mean length of words. */
  private double grow(double[] shares, int extended) {
    int used = shares.length;
    double[] probabilities = new double[children.length];
    probabilities[0] = 1;
    int[] order = new int[extended];
    int[] next = new int[used];
    double mean = 0;
    int made = 1;
    int wordsMade = 1;
    for (int done = 0; done < extended; done++) {
      int node = 0;
      if (done > 0) {
        int place = mostProbable(probabilities, order, next, done);
        node = children[order[next[place]++]] + place;
      }
      order[done] = node;
      mean += probabilities[node];
      children[node] = made;
      for (int place = 0; place < used; place++, made++) {
        probabilities[made] = probabilities[node] * shares[place];
        append(node, symbols[place], made);
        // The first of the longer words has the number of the shorter one.
        words[made] = place == 0 ? words[node] : wordsMade++;
        nodes[words[made]] = made;
      }
    }
    return mean;
  }

  private int mostProbable(double[] probabilities, int[] order, int[] next, int done) {
    int best = NONE;
    double highest = 0;
    for (int place = 0; place < next.length; place++) {
      if (next[place] < done) {
        double probability = probabilities[children[order[next[place]]] + place];
        if (best == NONE || probability > highest) {
          best = place;
          highest = probability;
        }
      }
    }
    return best;
  }

  private void append(int node, int symbol, int child) {
    int length = lengths[node];
    lengths[child] = length + 1;
    int inTail = length % TAIL;
    tails[child] = (inTail == 0 ? 0 : tails[node]) | (long) symbol << (Byte.SIZE * inTail);
    heads[child] = inTail == 0 ? node : heads[node];
  }

  int count() {
    return nodes.length;
  }

  /** Mean length of a word if symbols are independent of each other. */
  double meanLength() {
    return meanLength;
  }

  /** The symbol that comes first among those that occur. */
  int firstSymbol() {
    return symbols[0];
  }

  int longest() {
    return Arrays.stream(lengths).max().getAsInt();
  }

  /**
   * The words of a stream. What is left at the end is a word with the first symbol repeated.
   *
   * @param values symbols that have a frequency
   */
  int[] parse(int[] values) {
    int[] parsed = new int[values.length];
    int count = 0;
    int node = 0;
    for (int value : values) {
      node = children[node] + places[value];
      if (children[node] == 0) {
        parsed[count++] = words[node];
        node = 0;
      }
    }
    if (node != 0) {
      while (children[node] != 0) {
        node = children[node];
      }
      parsed[count++] = words[node];
    }
    return Arrays.copyOf(parsed, count);
  }

  /** How many symbols a word has. */
  int length(int word) {
    return lengths[nodes[word]];
  }

  /**
   * Writes the symbols of a word, and up to {@value #TAIL} - 1 bytes of anything after them.
   *
   * @return where they end
   */
  int copy(int word, byte[] out, int from) {
    int node = nodes[word];
    int length = lengths[node];
    int at = from + (length - 1) / TAIL * TAIL;
    LittleEndian.putLong(out, at, tails[node]);
    for (; at > from; ) {
      node = heads[node];
      at -= TAIL;
      LittleEndian.putLong(out, at, tails[node]);
    }
    return from + length;
  }
}
