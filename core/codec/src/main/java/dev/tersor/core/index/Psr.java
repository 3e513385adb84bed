package dev.tersor.core.index;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * PSR with 8-bit indices ("Smaller together", section II and Table II): the flattened tensor in
 * blocks of 256 positions, for each non-zero its position in its block. Streams: {@code count}, one
 * 32-bit number of non-zeros; {@code blocks}, for each block its number of non-zeros in one byte,
 * or 255 and then what is above 255; {@code indices}, 8 bits each; {@code values}. {@code nnz +
 * ceil(nnz*b/8) + ceil(N/256) + blocks(>= 255) + 4} bytes.
 *
 * <p>Example: 0 5 7 is count 2, blocks 2, indices 1 2, values 5 7.
 */
public final class Psr implements IndexScheme {
  private static final String BLOCKS = "blocks";
  private static final String INDICES = "indices";
  private static final int BLOCK = 256;
  private static final int ESCAPE = 255;

  @Override
  public String name() {
    return "psr";
  }

  @Override
  public Access access() {
    return Access.PARALLEL;
  }

  @Override
  public Split split(Codes codes, SharedWork work) {
    int[] positions = codes.nonZeroPositions();
    int[] perBlock = new int[(codes.size() + BLOCK - 1) / BLOCK];
    int[] indices = new int[positions.length];
    for (int i = 0; i < positions.length; i++) {
      perBlock[positions[i] / BLOCK]++;
      indices[i] = positions[i] % BLOCK;
    }
    int[] blocks = new int[2 * perBlock.length];
    int n = 0;
    for (int ones : perBlock) {
      blocks[n++] = Math.min(ones, ESCAPE);
      if (ones >= ESCAPE) {
        blocks[n++] = ones - ESCAPE;
      }
    }
    return new Split(
        List.of(
            Elements.count(positions.length),
            new Stream(BLOCKS, Role.INDEX, new Symbols(Arrays.copyOf(blocks, n), 8)),
            new Stream(INDICES, Role.INDEX, new Symbols(indices, 8)),
            Elements.values(codes, work)));
  }

  @Override
  public byte[] join(Shape shape, int bits, Split split) {
    byte[] codes = new byte[(int) shape.size()];
    int count = Elements.count(split, codes.length);
    int[] blocks = split.values(BLOCKS, Role.INDEX, 8);
    int[] indices = split.values(INDICES, Role.INDEX, 8, count);
    byte[] values = split.codes(VALUES, bits, count);
    int at = 0;
    int next = 0;
    for (int start = 0; start < codes.length; start += BLOCK) {
      if (at == blocks.length || (blocks[at] == ESCAPE && at + 1 == blocks.length)) {
        throw new MalformedInputException("stream 'blocks' ends early", at);
      }
      int ones = blocks[at++];
      if (ones == ESCAPE) {
        ones += blocks[at++];
      }
      if (ones > count - next) {
        throw Elements.outside(BLOCKS, at - 1, (long) next + ones, count);
      }
      int last = -1;
      for (int stop = next + ones; next < stop; next++) {
        int position = start + indices[next];
        if (indices[next] <= last || position >= codes.length) {
          throw Elements.outside(INDICES, next, position, codes.length);
        }
        if (values[next] == 0) {
          throw Elements.zeroValue(next);
        }
        codes[position] = values[next];
        last = indices[next];
      }
    }
    if (at != blocks.length || next != count) {
      throw new MalformedInputException("stream 'blocks' does not cover the tensor", at);
    }
    return codes;
  }
}
