package dev.tersor.core.kernel;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.bits.PackedInts;
import dev.tersor.core.encode.OpenContainer.CodedStream;
import dev.tersor.core.encode.OpenFloats;
import dev.tersor.core.symbol.StructureCoder;
import dev.tersor.core.symbol.SymbolSequence;
import dev.tersor.core.tensor.FloatFormat;
import java.util.Arrays;

/**
 * Weights that are not quantised, as they are stored without loss: sign and exponent of each in a
 * sequence, a wavelet tree as it lies or decoded when it is opened, and packed mantissas.
 */
final class DecodedFloats implements DecodedRows.Source {
  /** Where signs and exponents come from. */
  private interface Exponents {
    /** Puts those of the weights in [from, to) into the first numbers of {@code out}. */
    void decode(int from, int to, int[] out);
  }

  private final FloatFormat format;
  private final Exponents source;
  private final byte[] mantissas;
  private final long bytes;
  private int[] exponents = new int[0];

  private DecodedFloats(FloatFormat format, Exponents source, long sourceBytes, byte[] mantissas) {
    this.format = format;
    this.source = source;
    this.bytes = sourceBytes + mantissas.length;
    // A mantissa is read as a word that may end behind the last.
    this.mantissas = Arrays.copyOf(mantissas, mantissas.length + Long.BYTES);
  }

  /**
   * @throws MalformedInputException if a stream's bytes are not those of such a stream
   */
  static DecodedFloats of(OpenFloats open) {
    CodedStream low = open.mantissas();
    byte[] packed = low.coded().payload();
    try {
      PackedInts.check(packed, low.count(), low.width());
    } catch (MalformedInputException e) {
      throw new MalformedInputException("mantissas: " + e.getMessage(), low.at() + e.position());
    }
    CodedStream high = open.exponents();
    if (high.coder() instanceof StructureCoder) {
      SymbolSequence sequence = high.open();
      long held = (long) high.coded().table().length + high.coded().payload().length;
      return new DecodedFloats(
          open.format(), (from, to, out) -> sequence.decode(from, to, out, 0), held, packed);
    }
    // Nine bits at most.
    int[] symbols = high.symbols().values();
    short[] decoded = new short[symbols.length];
    for (int i = 0; i < symbols.length; i++) {
      decoded[i] = (short) symbols[i];
    }
    return new DecodedFloats(
        open.format(),
        (from, to, out) -> {
          for (int i = from; i < to; i++) {
            out[i - from] = decoded[i];
          }
        },
        (long) Short.BYTES * decoded.length,
        packed);
  }

  /** Bytes that are read. */
  long bytes() {
    return bytes;
  }

  @Override
  public void decode(int from, int to, float[] out) {
    int count = to - from;
    if (exponents.length < count) {
      exponents = new int[count];
    }
    source.decode(from, to, exponents);
    int width = format.mantissaBits();
    int mask = (1 << width) - 1;
    long bit = (long) from * width;
    if (format == FloatFormat.FP32) {
      for (int i = 0; i < count; i++, bit += width) {
        int low = (int) (LittleEndian.getLong(mantissas, (int) (bit >>> 3)) >>> (bit & 7)) & mask;
        out[i] = Float.intBitsToFloat(exponents[i] << width | low);
      }
      return;
    }
    for (int i = 0; i < count; i++, bit += width) {
      int low = (int) (LittleEndian.getLong(mantissas, (int) (bit >>> 3)) >>> (bit & 7)) & mask;
      out[i] = format.toFloat(exponents[i] << width | low);
    }
  }
}
