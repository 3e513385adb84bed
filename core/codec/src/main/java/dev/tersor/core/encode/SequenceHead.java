package dev.tersor.core.encode;

import dev.tersor.core.bits.ByteReader;
import dev.tersor.core.bits.ByteWriter;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.encode.NetworkSequence.Layer;
import dev.tersor.core.symbol.Coded;
import dev.tersor.core.symbol.PlainWavelet;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.wavelet.Stored;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The bytes of a {@link NetworkSequence}; names, varints and codebooks as in a container.
 *
 * <pre>
 * "TRSQ", u8 version 1, name of the coder, varint number of layers
 * of each layer: varint bytes of the name, the name in UTF-8,
 *     u8 flag, u8 rank, varint each dimension,
 *     u8 kind of the codebook, u8 bits of a code, varint n, n fp32
 * varint bytes of the tree's table, the table, its bits up to
 * u32 CRC-32C of all bytes before
 * </pre>
 *
 * <p>The tree has {@code 1 + sum of (2 + weights)} symbols of as many bits as the border takes.
 * Example: layer {@code a}, block-wise, the 1-bit codes 1 0 of step 1, is the sequence 2 1 1 0 2.
 * In {@code wavelet-matrix} it begins with {@code 54 52 53 51 01 0E}, the name of the coder, {@code
 * 01 01 61 01 01 02 00 01 01 00 00 80 3F}.
 */
final class SequenceHead {
  private static final byte[] MAGIC = "TRSQ".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int MAX_NAME = 65_535;
  private static final int MAX_LAYERS = 1 << 16;

  private SequenceHead() {}

  /**
   * @throws IllegalArgumentException naming the layer, if none such is stored
   */
  static void check(Layer layer) {
    try {
      Limits.check(layer.shape());
      if (form(layer.codebook()) == null) {
        throw new IllegalArgumentException(
            "no sequence holds a " + layer.codebook().getClass().getSimpleName());
      }
      layer.codebook().check(layer.shape());
      if (layer.name().getBytes(StandardCharsets.UTF_8).length > MAX_NAME) {
        throw new IllegalArgumentException("a name of more than " + MAX_NAME + " bytes");
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("layer '" + layer.name() + "': " + e.getMessage(), e);
    }
  }

  /** How a codebook is stored whose weights are read each by itself; null of any other. */
  private static CodebookSections.Stored form(Codebook codebook) {
    if (codebook.isSequential()) {
      return null;
    }
    CodebookSections.Stored stored = CodebookSections.store(codebook, SymbolCoders.PACKED);
    return stored.numbers() == null || stored.numbers().width() != Float.SIZE ? null : stored;
  }

  static byte[] write(NetworkSequence sequence) {
    Stored tree = sequence.tree().stored();
    ByteWriter out = new ByteWriter(tree.size() + tree.table().length + 1024);
    out.raw(MAGIC).u8(VERSION).name(sequence.coder().name()).varint(sequence.layers().size());
    for (Layer layer : sequence.layers()) {
      byte[] name = layer.name().getBytes(StandardCharsets.UTF_8);
      out.varint(name.length).raw(name).u8(layer.isBlockWise() ? 1 : 0).u8(layer.shape().rank());
      for (long dim : layer.shape().dims()) {
        out.varint(Math.toIntExact(dim));
      }
      CodebookSections.Stored codebook = form(layer.codebook());
      out.u8(codebook.kind()).u8(layer.codebook().bits()).varint(codebook.numbers().count());
      out.raw(SymbolCoders.PACKED.encode(codebook.numbers()).payload());
    }
    out.varint(tree.table().length).raw(tree.table()).raw(tree.bytes(), tree.at(), tree.size());
    return out.u32(checksum(out.toByteArray(), out.size())).toByteArray();
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  static NetworkSequence open(byte[] bytes) {
    int end = bytes.length - Integer.BYTES;
    if (end < 0
        || new ByteReader(bytes, end, bytes.length).bits32("checksum") != checksum(bytes, end)) {
      throw new MalformedInputException("not a whole sequence: checksum", Math.max(0, end));
    }
    ByteReader in = new ByteReader(bytes, 0, end);
    for (byte expected : MAGIC) {
      if (in.u8("magic") != expected) {
        throw new MalformedInputException("not a sequence of a network: no magic TRSQ", 0);
      }
    }
    int version = in.u8("version");
    if (version != VERSION) {
      throw new MalformedInputException(
          "sequence version " + version + ", this reader knows " + VERSION, 4);
    }
    PlainWavelet coder = coder(in);
    int count = in.varint("number of layers");
    if (count > MAX_LAYERS) {
      throw new MalformedInputException(count + " layers", in.position());
    }
    List<Layer> layers = new ArrayList<>();
    for (int l = 0; l < count; l++) {
      layers.add(layer(in));
    }
    byte[] table = in.raw(in.varint("table"), "table");
    int at = in.position();
    try {
      int border = NetworkSequence.border(layers);
      int width = NetworkSequence.width(border);
      int length = NetworkSequence.length(layers);
      Coded coded = new Coded(table, in.raw(in.remaining(), "tree"));
      return NetworkSequence.of(layers, coder, coder.open(coded, length, width).tree());
    } catch (IllegalArgumentException e) {
      throw new MalformedInputException(e.getMessage(), at);
    } catch (MalformedInputException e) {
      throw new MalformedInputException(e.getMessage(), at - table.length + e.position());
    }
  }

  private static PlainWavelet coder(ByteReader in) {
    int at = in.position();
    String name = in.name("coder");
    return SymbolCoders.ALL.all().stream()
        .filter(coder -> coder.name().equals(name))
        .filter(PlainWavelet.class::isInstance)
        .map(PlainWavelet.class::cast)
        .findFirst()
        .orElseThrow(() -> new MalformedInputException("no wavelet tree '" + name + "'", at));
  }

  private static Layer layer(ByteReader in) {
    int at = in.position();
    int length = in.varint("name");
    if (length > MAX_NAME) {
      throw new MalformedInputException("a name of " + length + " bytes", at);
    }
    String name = new String(in.raw(length, "name"), StandardCharsets.UTF_8);
    int flag = in.u8("flag");
    int rank = in.u8("rank");
    if (flag > 1 || rank > Limits.MAX_RANK) {
      throw new MalformedInputException(
          "layer '%s': flag %d, rank %d".formatted(name, flag, rank), in.position() - 2);
    }
    long[] dims = new long[rank];
    for (int i = 0; i < rank; i++) {
      dims[i] = in.varint("dimension");
    }
    int kind = in.u8("kind");
    int bits = in.u8("bits");
    int numbers = in.varint("codebook");
    try {
      Shape shape = Shape.of(dims);
      if (bits < 1
          || bits > Byte.SIZE
          || !(CodebookSections.ofKind(kind).orElse(null) instanceof CodebookSection<?> section)
          || section.width() != Float.SIZE) {
        throw new IllegalArgumentException("codebook of kind %d, %d bits".formatted(kind, bits));
      }
      long bytes = (long) Float.BYTES * numbers;
      byte[] packed = in.raw((int) Math.min(bytes, Integer.MAX_VALUE), "codebook");
      Symbols held =
          SymbolCoders.PACKED.decode(new Coded(new byte[0], packed), numbers, Float.SIZE);
      Codebook codebook = section.of(bits, shape, held.values());
      Layer layer = new Layer(name, shape, flag == 1, codebook);
      check(layer);
      return layer;
    } catch (IllegalArgumentException e) {
      throw new MalformedInputException("layer '" + name + "': " + e.getMessage(), at);
    }
  }
}
