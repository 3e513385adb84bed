package dev.tersor.core.checkpoint.gguf;

import dev.tersor.core.checkpoint.StoredFormat;
import dev.tersor.core.tensor.FloatFormat;

/** Blocks as a big-endian machine has them: numbers of several bytes lie the other way round. */
record BigEndianBlocks(GgmlType of) implements StoredFormat {
  private static final long serialVersionUID = 1L;

  @Override
  public int elements() {
    return of.elements();
  }

  @Override
  public int bytes() {
    return of.bytes();
  }

  @Override
  public boolean holdsWeights() {
    return true;
  }

  @Override
  public FloatFormat format() {
    return of.format();
  }

  @Override
  public void decode(byte[] stored, int from, int stride, float[] into, int at, int blocks) {
    byte[] block = new byte[of.bytes()];
    for (int i = 0; i < blocks; i++) {
      System.arraycopy(stored, from + i * stride, block, 0, block.length);
      of.turn(block);
      of.decode(block, 0, block.length, into, at + i * of.elements(), 1);
    }
  }
}
