package dev.tersor.core.encode;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.index.Access;
import dev.tersor.core.index.IndexScheme;
import dev.tersor.core.index.Role;
import dev.tersor.core.index.SharedWork;
import dev.tersor.core.index.Split;
import dev.tersor.core.index.Stream;
import dev.tersor.core.symbol.Place;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.FloatFormat;
import dev.tersor.core.tensor.Floats;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * The container of weights that are not quantised, version 2: without any loss, also of {@code
 * -0.0} and of NaNs. It takes every recipe. The index scheme holds where weights are, as it would
 * hold codes of one bit; schemes without positions hold all of them. Sign and exponent of each are
 * a stream of their own for the recipe's coder, since weights of a layer have few exponents; the
 * mantissas, which are near random, are stored as they are (Succinct Compression takes whole models
 * of fp32 and does not say how; this split is what its ratios of 1.11 to 1.17 allow).
 *
 * <pre>
 * container := header section*
 * header    := as in {@link Container}, with the magic "TRSF", version:u8(=2), and
 *              kind:u8 bits:u8 for the codebook's: 0 32 fp32, 0 16 fp16, 1 16 bf16
 * descriptor:= as in {@link Container}; kind: 0 index, 1 value, 3 number
 * </pre>
 *
 * Sections in this order: the scheme's streams; {@code exponents}, for each weight held the number
 * without its mantissa, 9, 6 or 9 bits; {@code mantissas}, 23, 10 or 7 bits, packed whatever the
 * recipe says. Both are of kind 3 and in order of position. Streams of values say 1 where an
 * element is a weight and 0 where it is a filler or an empty lane; if a scheme has but the one
 * stream {@code values} and all of it is 1, that is left out. In schemes with positions a weight of
 * zero bits is not there.
 *
 * <p>Example: the fp16 tensor of shape 3 with 0, 1.5 and -0.0, whose bits are 0000, 3E00 and 8000,
 * in recipe {@code bitmap/packed} is
 *
 * <pre>
 * 54 52 53 46 02  06 "bitmap" 06 "packed"  00 10  01 03  03
 *   04 "mask"      80 08 01 00 01 crc     09 "exponents" 83 06 02 00 02 crc
 *   09 "mantissas" 03 0A 02 00 03 crc     crc
 * 06  0F 08  00 02 00
 * </pre>
 */
public final class FloatContainer {
  private FloatContainer() {}

  /**
   * Encodes a segment.
   *
   * @throws IllegalArgumentException if it has more than {@link Segment#MAX_WEIGHTS} weights or 16
   *     dimensions, or the recipe cannot hold a tensor of its shape
   */
  public static Encoded encode(Floats floats, Recipe recipe) {
    Header.checkShape(floats.shape());
    SharedWork work = new SharedWork();
    return encode(floats, recipe, split(floats, recipe.index(), work), work);
  }

  /**
   * The streams that a scheme makes of a segment: its own, exponents and mantissas.
   *
   * @param work what was found of the segment
   */
  public static Split split(Floats floats, IndexScheme scheme, SharedWork work) {
    Codes mask = scheme.isDense() ? floats.all() : floats.nonZeros();
    Split positions = scheme.split(mask, work);
    List<Stream> streams = new ArrayList<>(positions.streams());
    if (isImplied(streams)) {
      streams.removeIf(stream -> stream.role() == Role.VALUE);
    }
    FloatStreams numbers =
        work.ofCodes(mask, "numbers", FloatStreams.class, () -> FloatStreams.of(floats, mask));
    streams.add(numbers.exponents());
    streams.add(numbers.mantissas());
    return new Split(streams, positions.groups());
  }

  /** Whether the streams' values say no more than how many numbers there are. */
  private static boolean isImplied(List<Stream> streams) {
    List<Stream> values = streams.stream().filter(stream -> stream.role() == Role.VALUE).toList();
    if (values.size() != 1
        || !values.get(0).name().equals(IndexScheme.VALUES)
        || values.get(0).symbols().width() != 1) {
      return false;
    }
    for (byte value : values.get(0).symbols().bytes()) {
      if (value != 1) {
        return false;
      }
    }
    return true;
  }

  /**
   * Encodes a segment that {@link #split} has split already, so that several coders share one
   * split.
   *
   * @param work that the segment was split with
   */
  public static Encoded encode(Floats floats, Recipe recipe, Split split, SharedWork work) {
    ContainerBuilder builder = new ContainerBuilder(recipe, floats.shape());
    Codes mask = recipe.index().isDense() ? floats.all() : floats.nonZeros();
    for (Stream stream : split.streams()) {
      boolean isNumber = stream.role() == Role.NUMBER;
      builder.add(
          isNumber
              ? number(stream, recipe, mask, work)
              : StreamCodec.encode(stream, recipe.coder(), place(recipe, stream, mask.shape())),
          isNumber);
    }
    FloatFormat format = floats.format();
    return builder.build(
        Header.Form.FLOATS, format == FloatFormat.BF16 ? 1 : 0, format.bits(), split);
  }

  /** The numbers, which all schemes share, are coded once by each coder. */
  private static StreamCodec.Part number(
      Stream stream, Recipe recipe, Codes mask, SharedWork work) {
    Place place = place(recipe, stream, mask.shape());
    return stream.name().equals(FloatStreams.MANTISSAS)
        ? work.ofCodes(
            mask,
            FloatStreams.MANTISSAS,
            StreamCodec.Part.class,
            () -> new StreamCodec.Part(stream, false, SymbolCoders.PACKED.encode(stream.symbols())))
        : work.ofCodes(
            mask,
            List.of(stream.name(), recipe.coder().name(), place),
            StreamCodec.Part.class,
            () -> StreamCodec.encode(stream, recipe.coder(), place));
  }

  private static Place place(Recipe recipe, Stream stream, Shape shape) {
    return recipe.index().place(stream.name(), stream.role(), shape);
  }

  /** Whether bytes begin as a container of floats does, and not as one of codes. */
  public static boolean isOne(byte[] container) {
    return Header.Form.FLOATS.starts(container);
  }

  /**
   * The recipe of a container.
   *
   * @throws MalformedInputException if it has no sound header, or names an unknown scheme or coder
   */
  public static Recipe recipe(byte[] container) {
    return Header.read(container, Header.Form.FLOATS).recipe();
  }

  /**
   * How weights are found: positions as in the recipe, and the numbers by their rank among them.
   * Where a scheme has another order than that of positions, the rank takes all that is before.
   */
  public static Access access(Recipe recipe) {
    return recipe.index().isInOrder() ? recipe.access() : Access.SEQUENTIAL;
  }

  /**
   * Decodes a container.
   *
   * @throws MalformedInputException if anything about it is wrong
   */
  public static Floats decode(byte[] container) {
    Header header = Header.read(container, Header.Form.FLOATS);
    Recipe recipe = header.recipe();
    FloatFormat format = format(header);
    List<Stream> streams = new ArrayList<>();
    for (Section.Body body : Section.Body.all(header, container)) {
      Section section = body.section();
      Place place = recipe.index().place(section.name(), section.kind().role(), header.shape());
      streams.add(body.stream(recipe.coder(), place).stream());
    }
    try {
      return new Floats(header.shape(), format, join(header, format, streams));
    } catch (MalformedInputException e) {
      throw header.inStreams(recipe, e);
    }
  }

  /** What numbers a header says there are. */
  static FloatFormat format(Header header) {
    return header.bits() == 32
        ? FloatFormat.FP32
        : header.kind() == 1 ? FloatFormat.BF16 : FloatFormat.FP16;
  }

  private static int[] join(Header header, FloatFormat format, List<Stream> streams) {
    FloatStreams numbers = FloatStreams.in(new Split(streams), format);
    List<Stream> positions = new ArrayList<>(streams);
    positions.removeIf(stream -> stream.role() == Role.NUMBER);
    if (positions.stream().noneMatch(stream -> stream.role() == Role.VALUE)) {
      positions.add(numbers.implied());
    }
    IndexScheme scheme = header.scheme();
    byte[] mask = scheme.join(header.shape(), 1, new Split(positions));
    return numbers.place(mask, format, scheme.isDense());
  }
}
