package dev.tersor.core.index;

import dev.tersor.core.symbol.Symbols;
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
  public Split split(Codes codes) {
    byte[] all = codes.codes();
    int[] values = new int[all.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = all[i] & 0xFF;
    }
    return new Split(List.of(new Stream(VALUES, Role.VALUE, new Symbols(values, codes.bits()))));
  }

  @Override
  public byte[] join(Shape shape, int bits, Split split) {
    int[] values = split.values(VALUES, Role.VALUE, bits, (int) shape.size());
    byte[] codes = new byte[values.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) values[i];
    }
    return codes;
  }
}
