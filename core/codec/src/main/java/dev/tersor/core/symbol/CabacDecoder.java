package dev.tersor.core.symbol;

import dev.tersor.core.bits.MalformedInputException;

/** Reads the payload of {@link Cabac}. */
final class CabacDecoder {
  private final Binarisation binarisation;
  private final CabacContexts contexts = new CabacContexts();
  private final RangeDecoder in;

  private CabacDecoder(Binarisation binarisation, RangeDecoder in) {
    this.binarisation = binarisation;
    this.in = in;
  }

  /**
   * Decodes all of {@code values}.
   *
   * @throws MalformedInputException if the payload is not that of so many symbols
   */
  static void decode(Coded coded, Binarisation binarisation, int[] values) {
    RangeDecoder in = new RangeDecoder(coded.payload(), coded.table().length);
    CabacDecoder decoder = new CabacDecoder(binarisation, in);
    if (binarisation.kind() == Binarisation.Kind.TREE) {
      decoder.tree(values);
    } else {
      decoder.magnitudes(values);
    }
    in.finish();
  }

  private void tree(int[] values) {
    int width = binarisation.width();
    int[] nodes = BinaryState.contexts(1 << width);
    int lastNode = 1 << (width - 1);
    for (int i = 0; i < values.length; i++) {
      int nonZero = in.decode(contexts.zero, contexts.activity());
      contexts.lengthWas(-nonZero);
      if (nonZero != 0) {
        int node = 1;
        for (int bit = width - 1; bit > 0; bit--) {
          node = 2 * node - in.decode(nodes, node);
        }
        node = node == lastNode ? 2 * node + 1 : 2 * node - in.decode(nodes, node);
        values[i] = node - (1 << width);
      }
      in.check();
    }
  }

  private void magnitudes(int[] values) {
    int longest = binarisation.width();
    boolean hasSign = binarisation.hasSign();
    for (int i = 0; i < values.length; i++) {
      in.check();
      int activity = contexts.activity();
      if (in.decode(contexts.zero, activity) == 0) {
        contexts.lengthWas(0);
        continue;
      }
      int negative = 0;
      if (hasSign) {
        negative = in.decode(contexts.sign, contexts.signContext());
        contexts.signWas(-negative);
      }
      int bits = 1;
      while (bits < longest
          && in.decode(contexts.length, CabacContexts.lengthContext(activity, bits)) != 0) {
        bits++;
      }
      contexts.lengthWas(bits);
      int plain = Math.max(0, bits - 1 - CabacContexts.MANTISSA);
      int magnitude = 1;
      for (int bit = bits - 2; bit >= plain; bit--) {
        int context = CabacContexts.mantissaContext(bits, magnitude);
        magnitude = 2 * magnitude - in.decode(contexts.mantissa, context);
      }
      magnitude = magnitude << plain | in.decodeEqual(plain);
      int symbol = binarisation.symbol((magnitude ^ negative) - negative);
      if (symbol < 0) {
        throw new MalformedInputException(
            "symbol " + i + " has no magnitude " + magnitude, in.position());
      }
      values[i] = symbol;
    }
  }
}
