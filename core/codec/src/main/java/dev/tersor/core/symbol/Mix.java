package dev.tersor.core.symbol;

import dev.tersor.core.bits.MalformedInputException;

/**
 * As small as it gets: every symbol becomes a few bits, and each is coded with a probability that
 * is mixed from what several contexts of two dimensions have seen ({@link Mixer}). The contexts are
 * densities of the row, the column and the channel, neighbours in the row, the column, the channel
 * and the kernel, the place in the kernel, and the state of the machine that walks over the codes
 * ({@link MaskContexts}, {@link ValueContexts}). All in integers, so that every machine gives the
 * same bytes. A symbol takes about half a microsecond, a bit of a mask a twentieth.
 *
 * <p><b>Bits</b> of a number: it is not 0; "longer than i bits" for i = 1, 2, .. until one is 0 or
 * the width is reached; the bits below the highest one, four with contexts and the rest without;
 * the sign, if the binarisation has one. Of a mask the first alone.
 *
 * <p><b>Table</b>: that of {@link PlacedCoder}, and a byte that says which model it is, {@value
 * #MODEL}. Streams without it have the first model, which is decoded still: the sign comes second,
 * seven bits have contexts, and those are others ({@link FirstValueContexts}). <b>Payload</b>: the
 * bytes of {@link RangeEncoder}.
 *
 * <p>Example: symbols 0 0 1 3 of width 2, the weights of a row, are two's complement, the bits 0,
 * 0, 1 0 0 and 1 0 1. Their mean magnitude is 1/2, level 28. The table is {@code 01 1C 02}, the
 * payload {@code 78 79 30}.
 */
public final class Mix extends PlacedCoder {
  /** What streams are written with. */
  static final int MODEL = 2;

  private static final int FIRST_MODEL = 1;

  @Override
  public String name() {
    return "mix";
  }

  @Override
  Coded encode(int[] values, Numbers numbers) {
    return new Coded(new byte[] {MODEL}, payload(values, numbers, MODEL));
  }

  private static MixContexts contexts(Numbers numbers, int count, int model) {
    Place place = numbers.place();
    Axes axes = Axes.of(place.shape());
    Neighbours around = new Neighbours(axes, count, Neighbours.mean(numbers.start()));
    boolean isFirst = model == FIRST_MODEL;
    int width = numbers.binarisation().width();
    if (width == 1) {
      return new MaskContexts(around, place.machine(), isFirst);
    }
    return isFirst
        ? new FirstValueContexts(around, place.machine(), numbers.binarisation())
        : new ValueContexts(axes, around, place.machine(), width);
  }

  /** The bytes of all symbols. */
  static byte[] payload(int[] values, Numbers numbers, int model) {
    RangeEncoder out = new RangeEncoder(values.length / 4);
    MixContexts contexts = contexts(numbers, values.length, model);
    if (contexts instanceof NumberContexts ofNumbers) {
      encode(values, numbers.binarisation(), ofNumbers, out);
    } else {
      for (int value : values) {
        out.reserve();
        contexts.look();
        encode(out, contexts, MixContexts.ZERO, value);
        contexts.add(value, value, 0);
      }
    }
    out.reserve();
    return out.finish();
  }

  private static void encode(
      int[] values, Binarisation binarisation, NumberContexts contexts, RangeEncoder out) {
    boolean signIsFirst = binarisation.hasSign() && contexts.signIsFirst();
    boolean signIsLast = binarisation.hasSign() && !contexts.signIsFirst();
    for (int value : values) {
      out.reserve();
      contexts.look();
      int number = binarisation.magnitude(value);
      int magnitude = Math.abs(number);
      int negative = number >>> 31;
      encode(out, contexts, MixContexts.ZERO, magnitude == 0 ? 0 : 1);
      if (magnitude > 0) {
        if (signIsFirst) {
          encodeSign(out, contexts, magnitude, negative);
        }
        int length = Binarisation.length(magnitude);
        for (int i = 1; i < contexts.longest; i++) {
          encode(out, contexts, NumberContexts.LENGTH + i - 1, length > i ? 1 : 0);
          if (length == i) {
            break;
          }
        }
        int plain = Math.max(0, length - 1 - contexts.mantissaBits());
        for (int bit = length - 2; bit >= plain; bit--) {
          int prefix = magnitude >>> (bit + 1);
          encode(out, contexts, contexts.mantissa(length, prefix), magnitude >>> bit & 1);
        }
        out.encodeEqual(magnitude, plain);
        if (signIsLast) {
          encodeSign(out, contexts, magnitude, negative);
        }
      }
      contexts.add(value, magnitude, negative);
    }
  }

  private static void encode(RangeEncoder out, MixContexts contexts, int which, int bit) {
    out.encode(bit, contexts.predict(which));
    contexts.mixer.learn(bit);
  }

  private static void encodeSign(
      RangeEncoder out, NumberContexts contexts, int magnitude, int negative) {
    out.encode(negative, contexts.predictNegative(magnitude));
    contexts.learnNegative(negative);
  }

  @Override
  void decode(Coded coded, int from, Numbers numbers, int[] values) {
    byte[] table = coded.table();
    int model = table.length == from ? FIRST_MODEL : table[from] & 0xFF;
    if (table.length > from + 1) {
      throw new MalformedInputException("table goes on after its end", from + 1L);
    }
    if (table.length > from && model != MODEL) {
      throw new MalformedInputException("model " + model + ", expected " + MODEL, from);
    }
    RangeDecoder in = new RangeDecoder(coded.payload(), table.length);
    MixContexts contexts = contexts(numbers, values.length, model);
    if (contexts instanceof NumberContexts ofNumbers) {
      decode(in, ofNumbers, numbers.binarisation(), values);
    } else {
      for (int i = 0; i < values.length; i++) {
        in.check();
        contexts.look();
        values[i] = decode(in, contexts, MixContexts.ZERO);
        contexts.add(values[i], values[i], 0);
      }
    }
    in.finish();
  }

  private static void decode(
      RangeDecoder in, NumberContexts contexts, Binarisation binarisation, int[] values) {
    boolean signIsFirst = binarisation.hasSign() && contexts.signIsFirst();
    boolean signIsLast = binarisation.hasSign() && !contexts.signIsFirst();
    for (int i = 0; i < values.length; i++) {
      in.check();
      contexts.look();
      int magnitude = decode(in, contexts, MixContexts.ZERO);
      int negative = 0;
      int value = 0;
      if (magnitude > 0) {
        if (signIsFirst) {
          negative = decodeSign(in, contexts, 0);
        }
        magnitude = magnitude(in, contexts);
        if (signIsLast) {
          negative = decodeSign(in, contexts, magnitude);
        }
        value = binarisation.symbol((magnitude ^ -negative) + negative);
        if (value < 0) {
          throw new MalformedInputException(
              "symbol " + i + " has no magnitude " + magnitude, in.position());
        }
      }
      values[i] = value;
      contexts.add(value, magnitude, negative);
    }
  }

  private static int magnitude(RangeDecoder in, NumberContexts contexts) {
    int length = 1;
    while (length < contexts.longest
        && decode(in, contexts, NumberContexts.LENGTH + length - 1) != 0) {
      length++;
    }
    int magnitude = 1;
    int plain = Math.max(0, length - 1 - contexts.mantissaBits());
    for (int bit = length - 2; bit >= plain; bit--) {
      magnitude = 2 * magnitude + decode(in, contexts, contexts.mantissa(length, magnitude));
    }
    return magnitude << plain | in.decodeEqual(plain);
  }

  private static int decode(RangeDecoder in, MixContexts contexts, int which) {
    int bit = in.decode(contexts.predict(which));
    contexts.mixer.learn(bit);
    return bit;
  }

  private static int decodeSign(RangeDecoder in, NumberContexts contexts, int magnitude) {
    int negative = in.decode(contexts.predictNegative(magnitude));
    contexts.learnNegative(negative);
    return negative;
  }
}
