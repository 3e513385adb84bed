package dev.tersor.core.data;

import dev.tersor.core.bits.MalformedInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An array of unsigned bytes in the IDX format: two zero bytes, the type (8), the number of
 * dimensions, each dimension as a big-endian number of four bytes, then the values, last dimension
 * fastest.
 */
public final class Idx {
  private static final int UNSIGNED_BYTES = 0x0800;
  private static final int MAX_RANK = 4;
  private static final int IMAGES_RANK = 3;

  private final String file;
  private final int[] dims;
  private final byte[] values;

  private Idx(String file, int[] dims, byte[] values) {
    this.file = file;
    this.dims = dims;
    this.values = values;
  }

  /**
   * Reads a file, packed with gzip or not, to its end.
   *
   * @param file its name, for messages
   * @throws MalformedInputException naming the file, the byte and what was expected, if it is
   *     damaged
   */
  public static Idx read(String file, InputStream in) throws IOException {
    ImageFile bytes = ImageFile.open(file, in);
    int magic = number(bytes.exactly(Integer.BYTES, "the magic number"));
    int rank = magic & 0xff;
    if ((magic & ~0xff) != UNSIGNED_BYTES || rank < 1 || rank > MAX_RANK) {
      throw new MalformedInputException(
          String.format(
              "%s: magic number is 0x%08x, expected 0x0000080N with N in 1..%d",
              file, magic, MAX_RANK),
          0);
    }
    int[] dims = new int[rank];
    long size = 1;
    for (int i = 0; i < rank; i++) {
      long at = bytes.position();
      dims[i] = number(bytes.exactly(Integer.BYTES, "dimension " + i));
      // Checked at every step, so that the product of the next is far from overflow.
      if (dims[i] < 0 || size * dims[i] > ImageFile.MAX_BYTES) {
        throw new MalformedInputException(
            file
                + ": dimension "
                + i
                + " is "
                + Integer.toUnsignedString(dims[i])
                + ", expected at most "
                + ImageFile.MAX_BYTES
                + " values in all",
            at);
      }
      size *= dims[i];
    }
    byte[] values = bytes.exactly((int) size, "values of dimensions " + Arrays.toString(dims));
    bytes.end();
    return new Idx(file, dims, values);
  }

  private static int number(byte[] bytes) {
    return ByteBuffer.wrap(bytes).getInt();
  }

  /**
   * The set that a file of images and a file of labels are together.
   *
   * @param name of the set
   * @throws MalformedInputException naming the file, if one is of another rank, the images are of
   *     another shape, their numbers differ or a label is no class
   */
  public static LabelledImages pair(
      String name, ImageShape shape, List<String> classes, Idx images, Idx labels) {
    images.checkRank(IMAGES_RANK, "images");
    labels.checkRank(1, "labels");
    if (shape.channels() != 1
        || images.dims[1] != shape.height()
        || images.dims[2] != shape.width()) {
      throw new MalformedInputException(
          images.file
              + ": images are 1x"
              + images.dims[1]
              + "x"
              + images.dims[2]
              + ", expected "
              + shape,
          2L * Integer.BYTES);
    }
    if (labels.dims[0] != images.dims[0]) {
      throw new MalformedInputException(
          labels.file
              + ": "
              + labels.dims[0]
              + " labels, expected "
              + images.dims[0]
              + " as "
              + images.file
              + " has images",
          Integer.BYTES);
    }
    for (int i = 0; i < labels.values.length; i++) {
      ImageFile.checkLabel(
          labels.file, labels.values[i], classes.size(), i, labels.headerBytes() + i);
    }
    return new LabelledImages(name, shape, classes, images.values, labels.values);
  }

  private void checkRank(int rank, String what) {
    if (dims.length != rank) {
      String found = Arrays.stream(dims).mapToObj(String::valueOf).collect(Collectors.joining("x"));
      throw new MalformedInputException(
          file
              + ": "
              + dims.length
              + " dimensions ("
              + found
              + "), expected "
              + rank
              + " of a file of "
              + what,
          Integer.BYTES - 1);
    }
  }

  private long headerBytes() {
    return (1L + dims.length) * Integer.BYTES;
  }
}
