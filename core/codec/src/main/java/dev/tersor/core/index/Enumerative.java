package dev.tersor.core.index;

import dev.tersor.core.bits.Combinations;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import java.util.List;

/**
 * The bitmap in blocks of B = 15, 31 or 63 bits, each as its number of ones and its rank among the
 * blocks of as many ones (Cover, "Enumerative Source Encoding", 1973; as a directory Raman, Raman,
 * Rao, "Succinct Indexable Dictionaries", 2002). The last block is filled up with zeros. Streams:
 * {@code classes}, the number of ones c of each of the {@code ceil(N/B)} blocks in 4, 5 or 6 bits;
 * {@code offsets}, the ranks, each in {@code ceil(log2 C(B,c))} bits with its lowest one first, as
 * one string of bits in symbols of 8 bits, the first bit the lowest one; {@code values}. Blocks of
 * as many ones are ranked as the numbers that have position p as bit p: the rank is the sum of
 * {@code C(p_j, j)} over the positions {@code p_1 < p_2 < ...} of the ones in the block. {@code
 * ceil(ceil(N/B)*w/8) + ceil(bits of the ranks/8) + ceil(nnz*b/8)} bytes.
 *
 * <p>Close to the entropy of each block by itself, so blocks of one kind are small whatever the
 * rest is; longer blocks take fewer bits of classes and more work. A block begins where the classes
 * before it say.
 *
 * <p>Example: 0 5 0 7 has one block with c = 2 and rank C(1,1) + C(3,2) = 4, which takes 7 bits for
 * B = 15: classes 2, offsets 04, values 5 7.
 */
final class Enumerative implements IndexScheme {
  private static final String CLASSES = "classes";
  private static final String OFFSETS = "offsets";
  private final int block;
  private final int width;
  private final Combinations blocks;

  /**
   * @param block 15, 31 or 63
   */
  Enumerative(int block) {
    this.block = block;
    this.blocks = new Combinations(block);
    this.width = blocks.classBits();
  }

  @Override
  public String name() {
    return "rrr" + block;
  }

  @Override
  public Access access() {
    return Access.PARALLEL;
  }

  @Override
  public Split split(Codes codes, SharedWork work) {
    int[] positions = codes.nonZeroPositions();
    int[] classes = new int[(codes.size() + block - 1) / block];
    // No rank has more bits than its block.
    BitString offsets = new BitString(classes.length * block);
    int used = 0;
    int next = 0;
    for (int i = 0; i < classes.length; i++) {
      int start = i * block;
      int ones = 0;
      long rank = 0;
      for (; next < positions.length && positions[next] - start < block; next++) {
        rank += Combinations.term(positions[next] - start, ++ones);
      }
      classes[i] = ones;
      offsets.put(used, rank);
      used += blocks.rankBits(ones);
    }
    return new Split(
        List.of(
            new Stream(CLASSES, Role.INDEX, new Symbols(classes, width)),
            offsets.stream(OFFSETS, used),
            Elements.values(codes, work)));
  }

  @Override
  public byte[] join(Shape shape, int bits, Split split) {
    byte[] codes = new byte[(int) shape.size()];
    int[] classes = split.values(CLASSES, Role.INDEX, width, (codes.length + block - 1) / block);
    int ones = 0;
    for (int ofBlock : classes) {
      ones += ofBlock;
    }
    byte[] values = split.codes(VALUES, bits, ones);
    BitString offsets = BitString.of(OFFSETS, split);
    int used = 0;
    int next = 0;
    for (int i = 0; i < classes.length; i++) {
      long rank = offsets.window(used) & ~(-1L << blocks.rankBits(classes[i]));
      if (rank >= blocks.count(classes[i])) {
        throw new MalformedInputException(
            "stream 'offsets' has rank " + rank + " of " + classes[i] + " ones", used >>> 3);
      }
      used += blocks.rankBits(classes[i]);
      if (used > offsets.size()) {
        throw offsets.endsEarly(OFFSETS);
      }
      long mask = blocks.bits(rank, classes[i]);
      Elements.checkInside(CLASSES, i, mask, i * block, codes.length);
      next = Elements.place(mask, i * block, codes, values, next);
    }
    offsets.checkEnd(OFFSETS, used);
    return codes;
  }
}
