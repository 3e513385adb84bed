package dev.tersor.core.symbol;

import dev.tersor.core.bits.MalformedInputException;

/**
 * As small as it gets: every symbol becomes a few bits, and each is coded with a probability that
 * is mixed from what several contexts of two dimensions have seen ({@link Mixer}). The contexts are
 * densities of the row, the column and the channel, neighbours in the row, the column, the channel
 * and the kernel, the place in the kernel, and the state of the machine that walks over the codes
 * ({@link MaskContexts}, {@link ValueContexts}). All in integers, so that every machine gives the
 * same bytes. A symbol takes about a quarter of a microsecond, a bit of a mask a twentieth.
 *
 * <p><b>Bits</b> of a number: it is not 0; the sign, if the binarisation has one; "longer than i
 * bits" for i = 1, 2, .. until one is 0 or the width is reached; the bits below the highest one,
 * seven with contexts and the rest without. Of a mask the first alone.
 *
 * <p><b>Table</b>: that of {@link PlacedCoder}. <b>Payload</b>: the bytes of {@link RangeEncoder}.
 *
 * <p>Example: symbols 0 0 1 3 of width 2, the weights of a row, are two's complement, the bits 0,
 * 0, 1 0 0 and 1 1 0. Their mean magnitude is 1/2, level 28. The table is {@code 01 1C}, the
 * payload {@code 77 4D 4F}.
 */
public final class Mix extends PlacedCoder {
  @Override
  public String name() {
    return "mix";
  }

  @Override
  Coded encode(int[] values, Numbers numbers) {
    RangeEncoder out = new RangeEncoder(values.length / 4);
    MixContexts contexts = MixContexts.of(numbers, values.length);
    Binarisation binarisation = numbers.binarisation();
    for (int value : values) {
      out.reserve();
      contexts.look();
      int number = binarisation.magnitude(value);
      int magnitude = Math.abs(number);
      encode(out, contexts, MixContexts.ZERO, magnitude == 0 ? 0 : 1);
      if (magnitude > 0 && contexts.longest() > 0) {
        if (binarisation.hasSign()) {
          encode(out, contexts, MixContexts.SIGN, number < 0 ? 1 : 0);
        }
        int length = Binarisation.length(magnitude);
        for (int i = 1; i < contexts.longest(); i++) {
          encode(out, contexts, MixContexts.LENGTH + i - 1, length > i ? 1 : 0);
          if (length == i) {
            break;
          }
        }
        int plain = Math.max(0, length - 1 - MixContexts.MANTISSA_BITS);
        for (int bit = length - 2; bit >= plain; bit--) {
          int prefix = magnitude >>> (bit + 1);
          encode(out, contexts, MixContexts.MANTISSA + prefix, magnitude >>> bit & 1);
        }
        out.encodeEqual(magnitude, plain);
      }
      contexts.add(value, magnitude, number < 0 ? 1 : 0);
    }
    out.reserve();
    return new Coded(new byte[0], out.finish());
  }

  private static void encode(RangeEncoder out, MixContexts contexts, int which, int bit) {
    out.encode(bit, contexts.predict(which));
    contexts.mixer.learn(bit);
  }

  @Override
  void decode(Coded coded, int from, Numbers numbers, int[] values) {
    if (coded.table().length != from) {
      throw new MalformedInputException("table goes on after its end", from);
    }
    RangeDecoder in = new RangeDecoder(coded.payload(), coded.table().length);
    MixContexts contexts = MixContexts.of(numbers, values.length);
    Binarisation binarisation = numbers.binarisation();
    for (int i = 0; i < values.length; i++) {
      in.check();
      contexts.look();
      int magnitude = decode(in, contexts, MixContexts.ZERO);
      int negative = 0;
      if (magnitude > 0 && contexts.longest() > 0) {
        if (binarisation.hasSign()) {
          negative = decode(in, contexts, MixContexts.SIGN);
        }
        int length = 1;
        while (length < contexts.longest()
            && decode(in, contexts, MixContexts.LENGTH + length - 1) != 0) {
          length++;
        }
        int plain = Math.max(0, length - 1 - MixContexts.MANTISSA_BITS);
        for (int bit = length - 2; bit >= plain; bit--) {
          magnitude = 2 * magnitude + decode(in, contexts, MixContexts.MANTISSA + magnitude);
        }
        magnitude = magnitude << plain | in.decodeEqual(plain);
      }
      int value = magnitude == 0 ? 0 : binarisation.symbol((magnitude ^ -negative) + negative);
      if (value < 0) {
        throw new MalformedInputException(
            "symbol " + i + " has no magnitude " + magnitude, in.position());
      }
      values[i] = value;
      contexts.add(value, magnitude, negative);
    }
    in.finish();
  }

  private static int decode(RangeDecoder in, MixContexts contexts, int which) {
    int bit = in.decode(contexts.predict(which));
    contexts.mixer.learn(bit);
    return bit;
  }
}
