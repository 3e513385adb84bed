package dev.tersor.core.symbol;

import dev.tersor.core.bits.BitVectorForm;
import dev.tersor.core.wavelet.Shape;
import dev.tersor.core.wavelet.Stored;
import dev.tersor.core.wavelet.WaveletTree;

/**
 * A wavelet tree of the stream's symbols as they are, up to 16 bits: its table and its bits.
 *
 * <p>Example: 0 0 1 2 of width 2 in {@code wavelet-fast} are the string 0 0 1 1 0 1 of six bits.
 * The table is {@code 06 00 00 00 00} and that of {@link Huffman}; the payload one block of 72
 * bytes, {@code 00 00 00 00 C0 80 01 03 2C} and 63 bytes {@code 00}.
 */
public final class PlainWavelet implements StructureCoder {
  private static final int MAX_WIDTH = 16;

  private final String name;
  private final Shape shape;
  private final BitVectorForm form;

  /**
   * @param name the name in recipes
   * @param form how the bits are stored
   */
  public PlainWavelet(String name, Shape shape, BitVectorForm form) {
    this.name = name;
    this.shape = shape;
    this.form = form;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean accepts(Symbols symbols) {
    return symbols.width() <= MAX_WIDTH;
  }

  @Override
  public Coded encode(Symbols symbols) {
    Stored stored =
        symbols.isBytes()
            ? WaveletTree.of(symbols.bytes(), symbols.width(), shape, form).stored()
            : WaveletTree.of(symbols.values(), symbols.width(), shape, form).stored();
    return new Coded(stored.table(), stored.bytes());
  }

  @Override
  public TreeSequence open(Coded coded, int count, int width) {
    byte[] payload = coded.payload();
    return new TreeSequence(
        WaveletTree.open(
            new Stored(shape, form, width, count, coded.table(), payload, 0, payload.length)));
  }
}
