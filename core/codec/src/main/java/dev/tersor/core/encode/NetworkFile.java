package dev.tersor.core.encode;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.tensor.Segment;
import java.util.Arrays;
import java.util.List;

/**
 * A whole network in one file ({@code .tersor}), version 2: the tensors of a checkpoint, each in a
 * recipe of its own or as plain numbers. Containers are for tables of millions of tensors that are
 * read one by one; a network of a few kilobytes in {@link Container}s would be a tenth headers.
 * Here a name is written once, sections have no checksums, and the file has one. All numbers are
 * little-endian, a varint as in {@link Container}.
 *
 * <pre>
 * file    := "TRSN" version:u8(=2) tensor* 0:u8 crc32c:u32 of all bytes before it
 * tensor  := 1:u8 name:text rank:u8 dim:varint{rank} kind:u8 body
 *            kind: 0 plain fp32, 1 plain fp16, 2 coded, 3 integers
 * body    := number{N}                                                      (kind 0, 1)
 *          | format:ref integer{N}                                          (kind 3)
 *            format: i8 i16 i32 i64 u8 u16 u32 u64 bool, the last in a byte
 *          | index:ref coder:ref book segment*                              (kind 2)
 * book    := bits:u8 flags:u8 count:varint number{count}
 *            flags: 0 a step, 1 a table of centroids, 4 a step a row, 5 a step a group, 9 a trellis, plus 2
 *            where numbers are fp16, else they are fp32
 *          | bits:u8 8:u8 sections:varint section*          a scaled codebook, ScaledStreams
 * segment := sections:u8 section*
 * section := stream:ref role:u8 width:u8 count:varint table:varint payload:varint
 *            table bytes, payload bytes
 *            role: 0 index, 1 value, plus 128 where the recipe's coder made the bytes
 * text    := length:varint UTF-8 bytes
 * ref     := varint n, and a text if n is the number of texts that refs have brought so far;
 *            else it means the n-th of these
 * </pre>
 *
 * Segments are those that {@link Segment#cut} makes of the shape. Codebooks and streams are those
 * of {@link Container}, of the same version. Numbers of a codebook are fp16 where none of them
 * changes by it.
 *
 * <p>Example: one tensor {@code w} of shape 3 with codes 0 1 3, bits 2 and step 0.5 in recipe
 * {@code bitmap/packed} is
 *
 * <pre>
 * 54 52 53 4E 02
 * 01  01 "w"  01 03  02  00 06 "bitmap"  01 06 "packed"  02 02 01 00 38
 *   02  02 04 "mask" 80 08 01 00 01  06
 *       03 06 "values" 81 02 02 00 01  0D
 * 00 crc
 * </pre>
 */
public final class NetworkFile {
  /** The version that says that a file is stored as it is, in chunks of another kind. */
  public static final int EXACT_VERSION = 3;

  private NetworkFile() {}

  /**
   * A network file and what of it each tensor takes.
   *
   * @param bytes the file
   * @param tensorBytes bytes of each tensor with its header, in the order of the tensors; what they
   *     leave is the frame
   */
  @SuppressWarnings("ArrayRecordComponent") // the file is the result, megabytes not to copy
  public record Written(byte[] bytes, List<Integer> tensorBytes) {}

  /** A file that was read. */
  public record Read(List<NetworkTensor> tensors, Parts parts) {}

  /**
   * Writes tensors in their order.
   *
   * @throws IllegalArgumentException if two have the same name, or one cannot be written
   */
  public static Written write(List<NetworkTensor> tensors) {
    NetworkWriter writer = new NetworkWriter();
    List<Integer> lengths = tensors.stream().map(writer::add).toList();
    return new Written(writer.finish(), lengths);
  }

  /** Whether a file that begins like this is a network file, and no checkpoint. */
  public static boolean mayStartWith(byte[] head) {
    return Arrays.equals(
        head,
        0,
        Math.min(head.length, NetworkWriter.MAGIC.length),
        NetworkWriter.MAGIC,
        0,
        NetworkWriter.MAGIC.length);
  }

  /**
   * Whether a file that begins like this holds another file as it is, of which all readers here say
   * so; dev.tersor.core.exact reads it.
   *
   * @param head five bytes at least
   */
  public static boolean isExact(byte[] head) {
    int at = NetworkWriter.MAGIC.length;
    return head.length > at && mayStartWith(head) && head[at] == EXACT_VERSION;
  }

  /**
   * Reads all tensors, in their order.
   *
   * @throws MalformedInputException if anything about the file is wrong
   */
  public static List<NetworkTensor> read(byte[] file) {
    return OpenNetwork.read(file).tensors();
  }

  /**
   * Reads all tensors, and counts what their bytes are for.
   *
   * @throws MalformedInputException if anything about the file is wrong
   */
  public static Read readWithParts(byte[] file) {
    OpenNetwork network = OpenNetwork.read(file);
    return new Read(network.tensors(), network.parts());
  }
}
