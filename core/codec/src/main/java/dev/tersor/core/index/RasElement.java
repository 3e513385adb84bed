package dev.tersor.core.index;

import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import java.util.List;

/**
 * Element-wise runtime-accessible sequence (Succinct Compression, section 3.1): access(i) of the
 * coded sequence is a weight. The delimiters of the paper, which fall at every element, need not be
 * stored; {@link RasLiteral} stores them. Streams: {@code flag} as in {@link LayerFlag}, 0; {@code
 * values}, the code of every weight. {@code 1 + ceil(N*b/8)} bytes.
 *
 * <p>Example: 5 0 7 is flag 0, values 5 0 7.
 */
final class RasElement implements IndexScheme {
  @Override
  public String name() {
    return "ras-element";
  }

  @Override
  public Access access() {
    return Access.RANDOM;
  }

  @Override
  public boolean isDense() {
    return true;
  }

  @Override
  public StoredForm form() {
    return new StoredForm.AllCodes();
  }

  @Override
  public Split split(Codes codes, SharedWork work) {
    return new Split(List.of(LayerFlag.ELEMENT.stream(), Elements.all(codes, work)));
  }

  @Override
  public void checkIndex(Shape shape, Split index) {
    LayerFlag.ELEMENT.check(index);
  }

  @Override
  public byte[] join(Shape shape, int bits, Split split) {
    checkIndex(shape, split);
    return split.codes(VALUES, bits, (int) shape.size()).clone();
  }
}
