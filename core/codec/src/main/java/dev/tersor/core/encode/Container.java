package dev.tersor.core.encode;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.index.IndexScheme;
import dev.tersor.core.index.Role;
import dev.tersor.core.index.SharedWork;
import dev.tersor.core.index.Split;
import dev.tersor.core.index.Stream;
import dev.tersor.core.symbol.Place;
import dev.tersor.core.symbol.SymbolCoder;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Segment;
import java.util.List;

/**
 * The container: one tensor segment in one encoding, version 2. All numbers are little-endian; a
 * {@code varint} is an unsigned LEB128 below 2^31; a {@code name} is one length byte and that many
 * ASCII bytes.
 *
 * <pre>
 * container := header section*
 * header    := "TRSR" version:u8(=2) index:name coder:name
 *              codebook:u8(0 uniform, 1 table, 2 channels, 3 groups, 4 scaled, 5 trellis)
 *              bits:u8 rank:u8 dim:varint{rank}
 *              sections:u8 descriptor{sections} crc32c:u32 of all bytes before it
 * descriptor:= stream:name kind:u8 width:u8 count:varint table:varint payload:varint crc32c:u32
 *              kind: 0 index, 1 value, 2 codebook; bit 7 set where the recipe's coder was used,
 *              clear where the symbols are packed: it does not take the width, or gains nothing
 * section   := table bytes, payload bytes; nothing between sections, nothing after the last
 * </pre>
 *
 * Version 1, which is read as ever, differs in the nibbles of {@code dcsr} alone. The streams of an
 * index scheme are described in the schemes of {@code dev.tersor.core.index}, the bits of a coder
 * in {@code dev.tersor.core.symbol}. The codebook section comes last: fp32 symbols of width 32,
 * packed; for a uniform codebook the step, for a table the centroids of codes 1, 2, ... (trailing
 * zeros left out), for one of channels the step of each row, for one of groups the weights of a
 * group and the step of each group, for a trellis the number of states and the step. A scaled
 * codebook is several sections, {@link ScaledStreams}, which are coded or packed as streams are.
 *
 * <p>Example: the tensor of shape 3 with codes 0 1 3, bits 2 and step 0.5 in recipe {@code
 * bitmap/packed} is
 *
 * <pre>
 * 54 52 53 52 02  06 "bitmap" 06 "packed"  00 02  01 03  03
 *   04 "mask"     80 08 01 00 01 crc     06 "values" 81 02 02 00 01 crc
 *   08 "codebook" 02 20 01 00 04 crc     crc
 * 06  0D  00 00 00 3F
 * </pre>
 *
 * The tensor of shape 2x2 with codes 1 3, 0 1, bits 2 and the steps 0.5 and 2 is
 *
 * <pre>
 * 54 52 53 52 02  06 "bitmap" 06 "packed"  02 02  02 02 02  03
 *   04 "mask"     80 08 01 00 01 crc     06 "values" 81 02 03 00 01 crc
 *   08 "codebook" 02 20 02 00 08 crc     crc
 * 0B  1D  00 00 00 3F 00 00 00 40
 * </pre>
 */
public final class Container {
  private Container() {}

  /**
   * Encodes a segment.
   *
   * @throws IllegalArgumentException if it has more than {@link Segment#MAX_WEIGHTS} weights or 16
   *     dimensions, the recipe cannot hold a tensor of its shape, or leaves out code 0, which is no
   *     zero
   */
  public static Encoded encode(Codes codes, Recipe recipe) {
    Header.checkShape(codes.shape());
    SharedWork work = new SharedWork();
    return encode(codes, recipe, recipe.index().split(codes, work), work);
  }

  /**
   * Encodes a segment that the recipe's index scheme has split already, so that several coders
   * share one split.
   *
   * @param work that the segment was split with
   * @throws IllegalArgumentException if the recipe leaves out code 0, which is no zero
   */
  public static Encoded encode(Codes codes, Recipe recipe, Split split, SharedWork work) {
    recipe.check(codes.codebook());
    ContainerBuilder builder = new ContainerBuilder(recipe, codes.shape());
    for (Stream stream : split.streams()) {
      builder.add(encode(stream, recipe, codes, work), stream.role() == Role.VALUE);
    }
    CodebookSections.Stored codebook = CodebookSections.store(codes.codebook(), recipe.coder());
    builder.addCodebook(codebook);
    return builder.build(Header.Form.CODES, codebook.kind(), codes.bits(), split);
  }

  /** The codes of the non-zeros or of all weights, which schemes share, are coded once. */
  private static StreamCodec.Part encode(
      Stream stream, Recipe recipe, Codes codes, SharedWork work) {
    SymbolCoder coder = recipe.coder();
    Place place = StreamCodec.place(recipe.index(), stream, codes);
    for (String shared : List.of(IndexScheme.VALUES, IndexScheme.ALL_CODES)) {
      if (work.isOfCodes(codes, shared, stream)) {
        return work.ofCodes(
            codes,
            List.of(shared, coder.name(), place),
            StreamCodec.Part.class,
            () -> StreamCodec.encode(stream, coder, place));
      }
    }
    return StreamCodec.encode(stream, coder, place);
  }

  /**
   * The recipe of a container.
   *
   * @throws MalformedInputException if it has no sound header, or names an unknown scheme or coder
   */
  public static Recipe recipe(byte[] container) {
    return Header.read(container, Header.Form.CODES).recipe();
  }

  /**
   * Decodes a container.
   *
   * @throws MalformedInputException if anything about it is wrong
   */
  public static Codes decode(byte[] container) {
    return OpenContainer.read(container).decode();
  }
}
