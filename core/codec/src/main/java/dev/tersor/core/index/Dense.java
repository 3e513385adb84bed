package dev.tersor.core.index;

import dev.tersor.core.symbol.Place;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import java.util.List;

/** No index: a code for every weight, zeros included; {@code ceil(N*b/8)} bytes. The baseline. */
public final class Dense implements IndexScheme {
  @Override
  public String name() {
    return "dense";
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
  public Place place(String stream, Role role, Shape shape) {
    // Of weights that are not quantised as well, whose exponents are a stream of numbers.
    return Place.ofWeights(shape);
  }

  @Override
  public StoredForm form() {
    return new StoredForm.AllCodes();
  }

  @Override
  public Split split(Codes codes, SharedWork work) {
    return new Split(List.of(Elements.all(codes, work)));
  }

  @Override
  public byte[] join(Shape shape, int bits, Split split) {
    // A copy, since the codes of groups may be put over it.
    return split.codes(VALUES, bits, (int) shape.size()).clone();
  }
}
