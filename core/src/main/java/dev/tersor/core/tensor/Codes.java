package dev.tersor.core.tensor;

import dev.tersor.core.bits.PackedInts;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * A quantised, possibly sparse tensor (or segment of one): a code for each weight in row-major
 * order and the codebook that gives codes their values. A weight is zero exactly where its code is
 * 0. Not for several threads at once, since what follows from the codes is kept when it is found.
 */
public final class Codes {
  private final Shape shape;
  private final byte[] codes;
  private final Codebook codebook;
  private final Ledger derived = new Ledger();
  private NonZeros nonZeros;

  /**
   * @param codes one unsigned byte a weight, each below {@code codebook.size()}; not copied
   */
  public Codes(Shape shape, byte[] codes, Codebook codebook) {
    if (codes.length != shape.size()) {
      throw new IllegalArgumentException(
          codes.length + " codes do not fill a tensor of shape " + shape);
    }
    if (codebook.kind() == Codebook.Kind.CHANNELS && codebook.rows() != shape.rows()) {
      throw new IllegalArgumentException(
          "a codebook of %d steps for the %d rows of shape %s"
              .formatted(codebook.rows(), shape.rows(), shape));
    }
    this.shape = shape;
    this.codes = codes;
    this.codebook = codebook;
  }

  /** Bytes of so many dense codes of {@code bits} bits laid end to end: the baseline of ratios. */
  public static long denseBytes(long weights, int bits) {
    return PackedInts.bytes(weights, bits);
  }

  public Shape shape() {
    return shape;
  }

  /** The codes themselves, not a copy. */
  public byte[] codes() {
    return codes;
  }

  public Codebook codebook() {
    return codebook;
  }

  public int bits() {
    return codebook.bits();
  }

  public int size() {
    return codes.length;
  }

  /** Where the non-zero codes are, found once. */
  public NonZeros nonZeros() {
    if (nonZeros == null) {
      nonZeros = NonZeros.of(codes);
    }
    return nonZeros;
  }

  /** Takes over what was found of the same mask. */
  void take(NonZeros same) {
    nonZeros = same;
  }

  /** Sorted positions of the non-zero codes, computed once; not to be changed. */
  public int[] nonZeroPositions() {
    return nonZeros().positions();
  }

  /**
   * Something that follows from the codes and takes long to find, as a search for groups that
   * several encodings share: found the first time that it is asked for, and kept.
   *
   * @param key what it is, with all its parameters
   * @param type its class
   */
  public <T> T derived(Object key, Class<T> type, Supplier<T> find) {
    return derived.find(key, type, find);
  }

  /** Whether that object is what {@link #derived} gives for a key. */
  public boolean isDerived(Object key, Object value) {
    return derived.holds(key, value);
  }

  /**
   * What finding everything that {@link #derived} or {@link NonZeros#derived} had already would
   * have taken: to be added to the time of an encoding, so that none is quicker for having come
   * second.
   */
  public long reusedNanos() {
    return derived.reusedNanos() + (nonZeros == null ? 0 : nonZeros.reusedNanos());
  }

  /** The weights that the codes stand for. */
  public float[] dequantize() {
    return codebook.kind() == Codebook.Kind.CHANNELS ? dequantizeRows() : dequantizeAll();
  }

  private float[] dequantizeRows() {
    int[] levels = new int[256];
    for (int c = 0; c < codebook.size(); c++) {
      levels[c] = Codebook.level(codebook.bits(), c);
    }
    float[] weights = new float[codes.length];
    int rowLength = Math.toIntExact(shape.rowLength());
    for (int row = 0, i = 0; row < codebook.rows(); row++) {
      float step = codebook.step(row);
      for (int end = i + rowLength; i < end; i++) {
        weights[i] = levels[codes[i] & 0xFF] * step + 0f; // no negative zero
      }
    }
    return weights;
  }

  private float[] dequantizeAll() {
    float[] table = new float[256];
    for (int c = 0; c < codebook.size(); c++) {
      table[c] = codebook.value(c);
    }
    float[] weights = new float[codes.length];
    for (int i = 0; i < codes.length; i++) {
      weights[i] = table[codes[i] & 0xFF];
    }
    return weights;
  }

  /** Same shape, codebook and codes. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Codes that
        && shape.equals(that.shape)
        && codebook.equals(that.codebook)
        && Arrays.equals(codes, that.codes);
  }

  @Override
  public int hashCode() {
    return 31 * shape.hashCode() + Arrays.hashCode(codes);
  }
}
