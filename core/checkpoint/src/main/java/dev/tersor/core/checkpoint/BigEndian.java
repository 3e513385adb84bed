package dev.tersor.core.checkpoint;

import dev.tersor.core.tensor.FloatFormat;

/** Numbers whose bytes lie the other way round. */
public record BigEndian(DType of) implements StoredFormat {
  private static final long serialVersionUID = 1L;

  /** The format of numbers in this byte order; that of one byte is the same in both. */
  public static StoredFormat of(DType dtype) {
    return dtype.bytes() > 1 && dtype.elements() == 1 ? new BigEndian(dtype) : dtype;
  }

  @Override
  public int elements() {
    return 1;
  }

  @Override
  public int bytes() {
    return of.bytes();
  }

  @Override
  public boolean holdsWeights() {
    return of.holdsWeights();
  }

  @Override
  public FloatFormat format() {
    return of.format();
  }

  @Override
  public void decode(byte[] stored, int from, int stride, float[] into, int at, int blocks) {
    int width = of.bytes();
    byte[] turned = new byte[blocks * width];
    for (int i = 0; i < blocks; i++) {
      for (int j = 0; j < width; j++) {
        turned[i * width + j] = stored[from + i * stride + width - 1 - j];
      }
    }
    of.decode(turned, 0, width, into, at, blocks);
  }
}
