package dev.tersor.core.index;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import java.util.List;

/**
 * A bitmap of two levels: one bit for each block of B positions says whether the block has a
 * non-zero, and only such blocks have a mask. Streams: {@code top}, {@code ceil(ceil(N/B)/8)}
 * symbols of 8 bits, block k being bit {@code k mod 8} of symbol {@code k/8}; {@code masks}, B bits
 * for each of the K blocks whose bit is set, position p of the tensor being bit {@code p mod B};
 * {@code values}. B is 8, 16 or 32, whichever takes the fewest bytes, of equal ones the smallest;
 * it is the width of {@code masks}. {@code ceil(ceil(N/B)/8) + K*B/8 + ceil(nnz*b/8)} bytes.
 *
 * <p>Hierarchical bitmaps are folklore; one more level than {@link Bitmap} pays where most blocks
 * are empty, at high sparsity or with clustered zeros.
 *
 * <p>Example: 40 weights with 5 at position 1 and 7 at position 33 have B = 8, top 11, masks 02 02,
 * values 5 7.
 */
final class TwoLevelBitmap implements IndexScheme {
  private static final String TOP = "top";
  private static final String MASKS = "masks";

  @Override
  public String name() {
    return "bitmap2";
  }

  @Override
  public Access access() {
    return Access.PARALLEL;
  }

  @Override
  public Split split(Codes codes, SharedWork work) {
    int[] bytes = Bitmap.mask(codes);
    int width = 8;
    int stored = stored(bytes, 1);
    for (int wider = 16; wider <= 32; wider *= 2) {
      int blocks = stored(bytes, wider / 8);
      if (bytes(codes.size(), wider, blocks) < bytes(codes.size(), width, stored)) {
        width = wider;
        stored = blocks;
      }
    }
    int step = width / 8;
    BitString top = new BitString((bytes.length + step - 1) / step);
    int[] masks = new int[stored];
    int n = 0;
    for (int i = 0; i < bytes.length; i += step) {
      int mask = mask(bytes, i, step);
      if (mask != 0) {
        top.set(i / step);
        masks[n++] = mask;
      }
    }
    return new Split(
        List.of(
            top.stream(TOP, top.size()),
            new Stream(MASKS, Role.INDEX, new Symbols(masks, width)),
            Elements.values(codes, work)));
  }

  private static int stored(int[] bytes, int step) {
    int stored = 0;
    for (int i = 0; i < bytes.length; i += step) {
      stored += mask(bytes, i, step) == 0 ? 0 : 1;
    }
    return stored;
  }

  private static int mask(int[] bytes, int from, int step) {
    int mask = 0;
    for (int i = 0; i < Math.min(step, bytes.length - from); i++) {
      mask |= bytes[from + i] << (8 * i);
    }
    return mask;
  }

  private static int bytes(int size, int width, int stored) {
    return (blocks(size, width) + 7) / 8 + stored * (width / 8);
  }

  private static int blocks(int size, int width) {
    return (size + width - 1) / width;
  }

  @Override
  public byte[] join(Shape shape, int bits, Split split) {
    byte[] codes = new byte[(int) shape.size()];
    int width = split.symbols(MASKS, Role.INDEX).width();
    if (width != 8 && width != 16 && width != 32) {
      throw new MalformedInputException("stream 'masks' is " + width + " bits wide", 0);
    }
    int[] masks = split.values(MASKS, Role.INDEX, width);
    BitString top = BitString.of(TOP, split);
    top.checkEnd(TOP, blocks(codes.length, width));
    int ones = 0;
    for (int mask : masks) {
      ones += Integer.bitCount(mask);
    }
    byte[] values = split.codes(VALUES, bits, ones);
    int next = 0;
    int block = -1;
    for (int i = 0; i < masks.length; i++) {
      block = top.nextOne(block + 1);
      if (block == top.size()) {
        throw Elements.tooLong(MASKS, i);
      }
      if (masks[i] == 0) {
        throw new MalformedInputException("stream 'masks' has an empty block", i);
      }
      long mask = Integer.toUnsignedLong(masks[i]);
      int start = block * width;
      Elements.checkInside(MASKS, i, mask, start, codes.length);
      next = Elements.place(mask, start, codes, values, next);
    }
    if (top.nextOne(block + 1) != top.size()) {
      throw new MalformedInputException("stream 'masks' ends early", masks.length);
    }
    return codes;
  }
}
