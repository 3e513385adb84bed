package dev.tersor.core.index;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Block-wise runtime-accessible sequence of a sparse tensor (Succinct Compression, section 3.3,
 * Figure 1-(D)): tuples as in {@link RasElementSparse}, but the gaps begin anew at every block, "a
 * number or a delimiter" being the left neighbour, so that a block is decoded by itself. Streams:
 * {@code flag} as in {@link LayerFlag}, 1; {@code block}, one 32-bit number, the weights of a
 * block; {@code tuples}, the number of tuples of each block, in the width of the largest; {@code
 * gaps}, in the width of the longest, at most 16 bits; {@code values}. Within a block, a gap of
 * 2^16 zeros or more is bridged by tuples of gap 2^16 - 1 and value 0. With E tuples of w-bit gaps
 * in K blocks of at most 2^t - 1 {@code 5 + ceil(K*t/8) + ceil(E*w/8) + ceil(E*b/8)} bytes.
 *
 * <p>Parameter {@code block}: {@code filter} (as the name alone means), {@code kernel} or a number,
 * which may be above the weights of the tensor.
 *
 * <p>Example: the matrix (0 5 7; 0 0 9) is flag 1, block 3, tuples 2 1 of 2 bits, gaps 1 0 2 of 2
 * bits, values 5 7 9.
 */
record RasBlockSparse(BlockLength block) implements IndexScheme {
  private static final String NAME = "ras-block-sparse";
  private static final String TUPLES = "tuples";

  RasBlockSparse() {
    this(BlockLength.FILTER);
  }

  @Override
  public IndexScheme with(Map<String, String> parameters) {
    return new RasBlockSparse(BlockLength.of(parameters, BlockLength.FILTER, NAME));
  }

  @Override
  public String name() {
    return block.name(NAME, BlockLength.FILTER);
  }

  @Override
  public Access access() {
    return Access.PARALLEL;
  }

  @Override
  public StoredForm form() {
    return new StoredForm.BlockGaps(Gap.GAPS, LayerFlag.LENGTH, TUPLES);
  }

  @Override
  public Split split(Codes codes, SharedWork work) {
    int length = block.of(codes.shape());
    int[] positions = codes.nonZeroPositions();
    int longest = 0;
    int fillers = 0;
    int last = -1;
    for (int position : positions) {
      int skipped = skipped(position, last, length);
      longest = Math.max(longest, skipped);
      fillers += skipped >>> RasElementSparse.WIDEST;
      last = position;
    }
    int width = Math.min(RasElementSparse.WIDEST, RasElementSparse.width(longest));
    int most = (1 << width) - 1;
    int[] tuples = new int[BlockLength.count(codes.size(), length)];
    int[] gaps = new int[positions.length + fillers];
    int[] values = new int[gaps.length];
    int n = 0;
    last = -1;
    for (int position : positions) {
      int before = n;
      int skipped = skipped(position, last, length);
      for (; skipped > most; skipped -= most + 1) {
        gaps[n++] = most;
      }
      gaps[n] = skipped;
      values[n++] = codes.codes()[position] & 0xFF;
      tuples[position / length] += n - before;
      last = position;
    }
    int largest = Arrays.stream(tuples).max().orElse(0);
    return new Split(
        List.of(
            LayerFlag.BLOCK.stream(),
            LayerFlag.length(length),
            new Stream(TUPLES, Role.INDEX, new Symbols(tuples, RasElementSparse.width(largest))),
            new Stream(Gap.GAPS, Role.INDEX, new Symbols(gaps, width), fillers),
            new Stream(VALUES, Role.VALUE, new Symbols(values, codes.bits()), fillers)));
  }

  /** Zeros before a non-zero, back to the one before it or the start of its block. */
  private static int skipped(int position, int last, int length) {
    return position - Math.max(last, position - position % length - 1) - 1;
  }

  @Override
  public byte[] join(Shape shape, int bits, Split split) {
    LayerFlag.BLOCK.check(split);
    int length = block.of(shape);
    LayerFlag.checkLength(split, length);
    byte[] codes = new byte[(int) shape.size()];
    int width = RasElementSparse.gapWidth(split);
    int[] gaps = split.values(Gap.GAPS, Role.INDEX, width);
    byte[] values = split.codes(VALUES, bits, gaps.length);
    int blocks = BlockLength.count(codes.length, length);
    Symbols counts = split.symbols(TUPLES, Role.INDEX);
    int[] tuples = split.values(TUPLES, Role.INDEX, counts.width(), blocks);
    int filler = (1 << width) - 1;
    int next = 0;
    for (int k = 0; k < blocks; k++) {
      if (Integer.compareUnsigned(tuples[k], gaps.length - next) > 0) {
        throw Elements.outside(TUPLES, k, next + Integer.toUnsignedLong(tuples[k]), gaps.length);
      }
      int position = k * length - 1;
      int end = (int) Math.min((k + 1L) * length, codes.length);
      for (int stop = next + tuples[k]; next < stop; next++) {
        position += gaps[next] + 1;
        if (position >= end) {
          throw Elements.outside(Gap.GAPS, next, position, end);
        }
        if (values[next] == 0 && gaps[next] != filler) {
          throw new MalformedInputException(
              "stream 'gaps' has " + gaps[next] + " where the value is a filler", next);
        }
        codes[position] = values[next];
      }
    }
    if (next != gaps.length) {
      throw new MalformedInputException("stream 'tuples' leaves " + (gaps.length - next), blocks);
    }
    return codes;
  }
}
