package dev.tersor.core.symbol;

import dev.tersor.core.wavelet.WaveletTree;

/**
 * A stream that is one wavelet tree.
 *
 * @param tree its symbols, with rank and select
 */
public record TreeSequence(WaveletTree tree) implements SymbolSequence {
  @Override
  public int count() {
    return tree.length();
  }

  @Override
  public int width() {
    return tree.width();
  }

  @Override
  public int access(int i) {
    return tree.access(i);
  }

  @Override
  public void decode(int from, int to, byte[] out, int at) {
    tree.decode(from, to, out, at);
  }

  @Override
  public void decode(int from, int to, int[] out, int at) {
    tree.decode(from, to, out, at);
  }
}
