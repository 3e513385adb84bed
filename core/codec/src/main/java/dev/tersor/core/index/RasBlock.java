package dev.tersor.core.index;

import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import java.util.List;
import java.util.Map;

/**
 * Block-wise runtime-accessible sequence (Succinct Compression, section 3.2): the weights of a
 * block are next to each other and are read at one time, in a wavelet tree by one traversal of its
 * range. Delimiters are out of band: block k begins at weight k times the length, the last one ends
 * with the tensor. Streams: {@code flag} as in {@link LayerFlag}, 1; {@code block}, one 32-bit
 * number, the weights of a block; {@code values}, the code of every weight. {@code 5 + ceil(N*b/8)}
 * bytes.
 *
 * <p>Parameter {@code block}: {@code filter} (as the name alone means), {@code kernel} or a number,
 * which may be above the weights of the tensor.
 *
 * <p>Example: the matrix (5 0; 7 0) is flag 1, block 2, values 5 0 7 0.
 */
record RasBlock(BlockLength block) implements IndexScheme {
  private static final String NAME = "ras-block";

  RasBlock() {
    this(BlockLength.FILTER);
  }

  @Override
  public IndexScheme with(Map<String, String> parameters) {
    return new RasBlock(BlockLength.of(parameters, BlockLength.FILTER, NAME));
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
  public boolean isDense() {
    return true;
  }

  @Override
  public StoredForm form() {
    return new StoredForm.AllCodes();
  }

  @Override
  public Split split(Codes codes, SharedWork work) {
    return new Split(
        List.of(
            LayerFlag.BLOCK.stream(),
            LayerFlag.length(block.of(codes.shape())),
            Elements.all(codes, work)));
  }

  @Override
  public void checkIndex(Shape shape, Split index) {
    LayerFlag.BLOCK.check(index);
    LayerFlag.checkLength(index, block.of(shape));
  }

  @Override
  public byte[] join(Shape shape, int bits, Split split) {
    checkIndex(shape, split);
    return split.codes(VALUES, bits, (int) shape.size()).clone();
  }
}
