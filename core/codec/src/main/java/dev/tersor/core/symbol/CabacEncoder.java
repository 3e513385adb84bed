package dev.tersor.core.symbol;

/** Writes the payload of {@link Cabac}. */
final class CabacEncoder {
  private final Binarisation binarisation;
  private final CabacContexts contexts = new CabacContexts();
  private final RangeEncoder out;

  private CabacEncoder(Binarisation binarisation, int count) {
    this.binarisation = binarisation;
    this.out = new RangeEncoder(count / 2);
  }

  /** The payload of the first {@code count} symbols. */
  static byte[] encode(int[] values, int count, Binarisation binarisation) {
    CabacEncoder encoder = new CabacEncoder(binarisation, count);
    if (binarisation.kind() == Binarisation.Kind.TREE) {
      encoder.tree(values, count);
    } else {
      encoder.magnitudes(values, count);
    }
    encoder.out.reserve();
    return encoder.out.finish();
  }

  private void tree(int[] values, int count) {
    int width = binarisation.width();
    int[] nodes = BinaryState.contexts(1 << width);
    for (int i = 0; i < count; i++) {
      out.reserve();
      int symbol = values[i];
      int nonZero = symbol == 0 ? 0 : 1;
      out.encode(nonZero, contexts.zero, contexts.activity());
      contexts.lengthWas(nonZero);
      if (nonZero == 1) {
        int leaf = 1 << width | symbol;
        // Of 0 .. 01 the last bit is known.
        int last = symbol == 1 ? 1 : 0;
        for (int bit = width - 1; bit >= last; bit--) {
          out.encode(leaf >>> bit & 1, nodes, leaf >>> (bit + 1));
        }
      }
    }
  }

  private void magnitudes(int[] values, int count) {
    int longest = binarisation.width();
    boolean hasSign = binarisation.hasSign();
    for (int i = 0; i < count; i++) {
      out.reserve();
      int signed = binarisation.magnitude(values[i]);
      int activity = contexts.activity();
      out.encode(signed == 0 ? 0 : 1, contexts.zero, activity);
      int magnitude = Math.abs(signed);
      int bits = Binarisation.length(signed);
      contexts.lengthWas(bits);
      if (signed == 0) {
        continue;
      }
      if (hasSign) {
        out.encode(signed >>> 31, contexts.sign, contexts.signContext());
        contexts.signWas(signed >>> 31);
      }
      for (int length = 1; length < bits; length++) {
        out.encode(1, contexts.length, CabacContexts.lengthContext(activity, length));
      }
      if (bits < longest) {
        out.encode(0, contexts.length, CabacContexts.lengthContext(activity, bits));
      }
      int plain = Math.max(0, bits - 1 - CabacContexts.MANTISSA);
      for (int bit = bits - 2; bit >= plain; bit--) {
        int node = magnitude >>> (bit + 1);
        int context = CabacContexts.mantissaContext(bits, node);
        out.encode(magnitude >>> bit & 1, contexts.mantissa, context);
      }
      out.encodeEqual(magnitude, plain);
    }
  }
}
