package dev.tersor.core.tflm;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.index.IndexScheme;
import dev.tersor.core.index.IndexSchemes;
import dev.tersor.core.index.Split;
import dev.tersor.core.index.Stream;
import dev.tersor.core.symbol.Coded;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Centroids;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A custom type: int8 weights whose zero points are 0 as the streams of an index scheme (section 7
 * of docs/reference/format.md), each byte a code of 8 bits, the tensor a row. Byte 5 of the frame:
 * how many streams; 6: how many of them are the remainder's; 7: how many sizes of groups there are;
 * 8 to 15: these. Then for each stream, as 32 bits each, the width of its symbols, their count and
 * the bytes that they take packed. The encoded tensor has the streams one after the other. {@code
 * tersor_tflm.cc} decodes it on a device.
 *
 * <p>Example: the weights 0 7 0 0 0 0 0 0 9 as a bitmap are the encoded bytes {@code 02 01 07 09},
 * the mask and the values; the frame {@code 80 01 00 00 01 02} and ten zeros; then {@code 8 2 2}
 * and {@code 8 2 2}.
 */
final class IndexedLayer implements DecodeEncoding {
  /** A codebook that has all codes; of what they stand for nothing is stored. */
  private static final Centroids ANY = new Centroids(Byte.SIZE, new float[255]);

  /** Those that there are decoders of. */
  static final List<DecodeEncoding> ALL =
      List.of(
          new IndexedLayer(128, "bitmap"),
          new IndexedLayer(129, "dcsr"),
          new IndexedLayer(130, "groupwise"),
          new IndexedLayer(131, "hybrid"));

  private static final int STREAMS = 5;
  private static final int REST = 6;
  private static final int CLASSES = 7;
  private static final int SIZES = 8;
  private static final int STREAM_BYTES = 12;
  private static final String STARTS = "starts-";

  private final int type;
  private final IndexScheme scheme;
  private final List<Stream> streams;
  private final int[] sizes;
  private final int rest;

  private IndexedLayer(int type, String name) {
    this.type = type;
    this.scheme = IndexSchemes.ALL.get(name);
    this.streams = split(new byte[1]).streams();
    this.sizes =
        streams.stream()
            .filter(stream -> stream.name().startsWith(STARTS))
            .mapToInt(stream -> Integer.parseInt(stream.name().substring(STARTS.length())))
            .toArray();
    int own = 1;
    for (int size : sizes) {
      own += size > 1 ? 3 : 2;
    }
    this.rest = sizes.length == 0 ? 0 : streams.size() - own;
  }

  private Split split(byte[] weights) {
    return scheme.split(new Codes(Shape.of(weights.length), weights, ANY));
  }

  @Override
  public String name() {
    return scheme.name();
  }

  @Override
  public int type() {
    return type;
  }

  private static boolean takes(DecodedTensor tensor) {
    boolean isZero = true;
    for (byte zero : tensor.zeros()) {
      isZero &= zero == 0;
    }
    return isZero && tensor.type() == DecodedTensor.Type.INT8 && tensor.count() > 0;
  }

  @Override
  public Optional<DecodeForm> encode(DecodedTensor tensor, byte[] data) {
    if (!takes(tensor)) {
      return Optional.empty();
    }
    List<Stream> split = split(data).streams();
    List<byte[]> payloads = new ArrayList<>();
    byte[] ancillary = DecodeForm.ancillary(type, STREAM_BYTES * split.size());
    ancillary[STREAMS] = (byte) split.size();
    ancillary[REST] = (byte) rest;
    ancillary[CLASSES] = (byte) sizes.length;
    for (int i = 0; i < sizes.length; i++) {
      ancillary[SIZES + i] = (byte) sizes[i];
    }
    int bytes = 0;
    for (int i = 0; i < split.size(); i++) {
      Symbols symbols = split.get(i).symbols();
      byte[] payload = SymbolCoders.PACKED.encode(symbols).payload();
      int at = DecodeForm.FRAME + STREAM_BYTES * i;
      LittleEndian.putInt(ancillary, at, symbols.width());
      LittleEndian.putInt(ancillary, at + 4, symbols.count());
      LittleEndian.putInt(ancillary, at + 8, payload.length);
      payloads.add(payload);
      bytes += payload.length;
    }
    // An encoded tensor has a byte at least.
    byte[] encoded = new byte[Math.max(1, bytes)];
    int at = 0;
    for (byte[] payload : payloads) {
      System.arraycopy(payload, 0, encoded, at, payload.length);
      at += payload.length;
    }
    return Optional.of(new DecodeForm(encoded, ancillary));
  }

  @Override
  public byte[] decode(DecodedTensor tensor, DecodeForm form) {
    byte[] ancillary = form.ancillary();
    byte[] known = new byte[SIZES];
    for (int i = 0; i < sizes.length; i++) {
      known[i] = (byte) sizes[i];
    }
    if (!takes(tensor)
        || ancillary[STREAMS] != streams.size()
        || ancillary[REST] != rest
        || ancillary[CLASSES] != sizes.length
        || !Arrays.equals(ancillary, SIZES, 2 * SIZES, known, 0, SIZES)) {
      throw new MalformedInputException(
          "ancillary data that are not those of " + name() + " and int8", STREAMS);
    }
    form.need(0, DecodeForm.FRAME + (long) STREAM_BYTES * streams.size());
    List<Stream> read = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < streams.size(); i++) {
      int at = DecodeForm.FRAME + STREAM_BYTES * i;
      int width = LittleEndian.getInt(ancillary, at);
      int count = LittleEndian.getInt(ancillary, at + 4);
      int length = LittleEndian.getInt(ancillary, at + 8);
      boolean fits =
          width >= 1
              && width <= Integer.SIZE
              && count >= 0
              && length == ((long) count * width + 7) / 8
              && length <= form.encoded().length - from;
      if (!fits) {
        throw new MalformedInputException(
            "ancillary data with %d symbols of %d bits in %d bytes".formatted(count, width, length),
            at);
      }
      byte[] payload = Arrays.copyOfRange(form.encoded(), from, from + length);
      Stream one = streams.get(i);
      read.add(
          new Stream(
              one.name(),
              one.role(),
              SymbolCoders.PACKED.decode(new Coded(new byte[0], payload), count, width)));
      from += length;
    }
    return scheme.join(Shape.of(tensor.count()), Byte.SIZE, new Split(read));
  }
}
