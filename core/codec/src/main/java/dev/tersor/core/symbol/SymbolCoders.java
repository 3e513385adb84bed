package dev.tersor.core.symbol;

import dev.tersor.core.bits.BitVectorForm;
import dev.tersor.core.tensor.Registry;
import dev.tersor.core.wavelet.Shape;
import java.util.List;

/** The registered symbol coders. */
public final class SymbolCoders {
  /** What streams that no other coder takes are stored with. */
  public static final SymbolCoder PACKED = new Packed();

  /** Every coder, in the order in which tables list them. */
  public static final Registry<SymbolCoder> ALL =
      new Registry<>(
          "symbol coder",
          SymbolCoder::name,
          List.of(
              PACKED,
              new Huffman(),
              new Rans(),
              new Tunstall(),
              new Cabac(),
              new Mix(),
              new Context(),
              new Zstandard(),
              new SmallWavelet(),
              new PlainWavelet("wavelet-fast", Shape.HUFFMAN, BitVectorForm.BLOCKS),
              new PlainWavelet("wavelet-balanced", Shape.BALANCED, BitVectorForm.BLOCKS),
              new PlainWavelet("wavelet-matrix", Shape.MATRIX, BitVectorForm.BLOCKS),
              new PlainWavelet("wavelet-quad", Shape.QUAD, BitVectorForm.BLOCKS),
              new PlainWavelet("wavelet-rrr", Shape.MATRIX, BitVectorForm.RRR63),
              new PlainWavelet("wavelet-rrr15", Shape.MATRIX, BitVectorForm.RRR15),
              new PlainWavelet("wavelet-rrr31", Shape.MATRIX, BitVectorForm.RRR31)));

  private SymbolCoders() {}
}
