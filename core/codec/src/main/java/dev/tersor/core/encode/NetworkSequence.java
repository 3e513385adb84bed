package dev.tersor.core.encode;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.symbol.PlainWavelet;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.wavelet.WaveletTree;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The codes of a whole network as one runtime-accessible sequence in one wavelet tree (Succinct
 * Compression, sections 3.1, 3.2 and 5): a border sign, which is the number above the largest code,
 * the flag of the layer, 0 element-wise or 1 block-wise, and its codes; for each layer, and after
 * the last one a border. Layer l lies between the borders l and l + 1, which two selects find. The
 * delimiters within a layer say nothing that its shape does not, and are not stored ({@link
 * dev.tersor.core.index.IndexSchemes ras-literal} shows what they cost). Queries may come from many
 * threads.
 *
 * <p>Example: a layer of the 2-bit codes 3 0 1, block-wise, and one of 2, element-wise, are 4 1 3 0
 * 1 4 0 2 4.
 */
public final class NetworkSequence {
  /** What names of the encoding begin with. */
  public static final String ENCODING = "sequence/";

  /** Symbols of a layer beside its codes: border and flag. */
  private static final int BESIDE = 2;

  /**
   * A layer.
   *
   * @param name any text
   * @param isBlockWise whether its codes are read a block at a time, or each by itself
   */
  public record Layer(String name, Shape shape, boolean isBlockWise, Codebook codebook) {}

  /** Where the codes of a layer lie in the sequence, as two selects and its flag say. */
  public record Place(int from, int to, boolean isBlockWise) {}

  private final List<Layer> layers;
  private final int border;
  private final PlainWavelet coder;
  private final WaveletTree tree;

  private NetworkSequence(List<Layer> layers, int border, PlainWavelet coder, WaveletTree tree) {
    this.layers = List.copyOf(layers);
    this.border = border;
    this.coder = coder;
    this.tree = tree;
  }

  /** The trees that a sequence can be stored with. */
  public static List<PlainWavelet> coders() {
    return SymbolCoders.ALL.all().stream()
        .filter(PlainWavelet.class::isInstance)
        .map(PlainWavelet.class::cast)
        .toList();
  }

  /**
   * The tree of an encoding {@code sequence/CODER}.
   *
   * @throws IllegalArgumentException naming what there is, if it is none
   */
  public static PlainWavelet coder(String encoding) {
    return coders().stream()
        .filter(coder -> encoding.equals(ENCODING + coder.name()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'%s', expected %s and one of %s"
                        .formatted(
                            encoding,
                            ENCODING,
                            coders().stream()
                                .map(PlainWavelet::name)
                                .collect(Collectors.joining(", ")))));
  }

  /** The number above the largest code of any layer. */
  static int border(List<Layer> layers) {
    return 1 << layers.stream().mapToInt(layer -> layer.codebook().bits()).max().orElse(1);
  }

  /** Bits of a symbol. */
  static int width(int border) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(border);
  }

  /**
   * Symbols of a sequence.
   *
   * @throws IllegalArgumentException if they are 2^31 or more
   */
  static int length(List<Layer> layers) {
    long length = 1;
    for (Layer layer : layers) {
      length += BESIDE + layer.shape().size();
      if (length > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "layer '%s': one sequence has at most 2^31 - 1 symbols".formatted(layer.name()));
      }
    }
    return (int) length;
  }

  /**
   * Builds the sequence and its tree.
   *
   * @param codes of each layer, in row-major order
   * @throws IllegalArgumentException naming the layer, if its codebook is none that every weight
   *     can be read by itself with, or its codes are not those of its shape
   */
  public static NetworkSequence of(List<Layer> layers, List<byte[]> codes, PlainWavelet coder) {
    int border = border(layers);
    int[] sequence = new int[length(layers)];
    int n = 0;
    for (int l = 0; l < layers.size(); l++) {
      Layer layer = layers.get(l);
      SequenceHead.check(layer);
      if (codes.get(l).length != layer.shape().size()) {
        throw new IllegalArgumentException(
            "layer '%s': %d codes do not fill shape %s"
                .formatted(layer.name(), codes.get(l).length, layer.shape()));
      }
      sequence[n++] = border;
      sequence[n++] = layer.isBlockWise() ? 1 : 0;
      for (byte code : codes.get(l)) {
        sequence[n++] = code & 0xFF;
      }
    }
    sequence[n] = border;
    Symbols symbols = new Symbols(sequence, width(border));
    WaveletTree tree = coder.open(coder.encode(symbols), sequence.length, symbols.width()).tree();
    return new NetworkSequence(layers, border, coder, tree);
  }

  /**
   * The sequence of a tree that is stored.
   *
   * @throws MalformedInputException if it is not that of such layers
   */
  static NetworkSequence of(List<Layer> layers, PlainWavelet coder, WaveletTree tree) {
    NetworkSequence sequence = new NetworkSequence(layers, border(layers), coder, tree);
    sequence.check();
    return sequence;
  }

  private void check() {
    for (int symbol = border + 1; symbol < 1 << tree.width(); symbol++) {
      if (tree.count(symbol) > 0) {
        throw new MalformedInputException("symbol " + symbol + " is above the border", 0);
      }
    }
    if (tree.count(border) != layers.size() + 1) {
      throw new MalformedInputException(
          "%d borders, not %d".formatted(tree.count(border), layers.size() + 1), 0);
    }
    int at = 0;
    for (int l = 0; l < layers.size(); l++) {
      Layer layer = layers.get(l);
      Place place = place(l);
      long expected = at + BESIDE + layer.shape().size();
      if (place.from() != at + BESIDE
          || place.to() != expected
          || place.isBlockWise() != layer.isBlockWise()) {
        throw new MalformedInputException(
            "layer '%s' of shape %s is %s".formatted(layer.name(), layer.shape(), place), at);
      }
      for (int code = layer.codebook().size(); code < border; code++) {
        if (tree.rank(code, place.to()) > tree.rank(code, place.from())) {
          throw new MalformedInputException(
              "layer '%s' of %d bits has code %d"
                  .formatted(layer.name(), layer.codebook().bits(), code),
              place.from());
        }
      }
      at = place.to();
    }
  }

  /** The layers, in order. */
  public List<Layer> layers() {
    return layers;
  }

  /** Symbols of the sequence. */
  public int length() {
    return tree.length();
  }

  WaveletTree tree() {
    return tree;
  }

  /** What the tree is stored with. */
  public PlainWavelet coder() {
    return coder;
  }

  /**
   * Finds a layer: two selects, and its flag (Succinct Compression, section 5, steps 1 and 2).
   *
   * @throws IndexOutOfBoundsException if there is no such layer
   */
  public Place place(int layer) {
    int from = tree.select(border, layer);
    int to = tree.select(border, layer + 1);
    if (to - from < BESIDE) {
      throw new MalformedInputException("layer " + layer + " has no flag", from);
    }
    int flag = tree.access(from + 1);
    if (flag > 1) {
      throw new MalformedInputException("layer " + layer + " has flag " + flag, from + 1);
    }
    return new Place(from + BESIDE, to, flag == 1);
  }

  /**
   * Codes of a layer: each by an access where the layer is element-wise, all by one traversal where
   * it is block-wise.
   *
   * @param from the first of them, counted in the layer
   * @param to behind the last
   * @param out gets them from its first byte on
   * @throws IndexOutOfBoundsException if they are not within the sequence
   */
  public void codes(Place place, int from, int to, byte[] out) {
    int start = place.from();
    if (!place.isBlockWise()) {
      for (int i = from; i < to; i++) {
        out[i - from] = (byte) tree.access(start + i);
      }
    } else if (tree.width() <= Byte.SIZE) {
      tree.decode(start + from, start + to, out, 0);
    } else {
      int[] wide = new int[Math.min(to - from, 1 << 12)];
      for (int at = from; at < to; at += wide.length) {
        int end = Math.min(to, at + wide.length);
        tree.decode(start + at, start + end, wide, 0);
        for (int i = at; i < end; i++) {
          out[i - from] = (byte) wide[i - at];
        }
      }
    }
  }

  /** The weights' codes of a layer. */
  public Codes decode(int layer) {
    Layer known = layers.get(layer);
    Place place = place(layer);
    byte[] codes = new byte[place.to() - place.from()];
    codes(place, 0, codes.length, codes);
    return new Codes(known.shape(), codes, known.codebook());
  }

  /** The whole as bytes, which {@link #open} takes; {@link SequenceHead} gives their layout. */
  public byte[] toBytes() {
    return SequenceHead.write(this);
  }

  /**
   * Opens what {@link #toBytes} made, on those bytes, which are not to be changed after.
   *
   * @throws MalformedInputException if they are not those of a sequence
   */
  public static NetworkSequence open(byte[] bytes) {
    return SequenceHead.open(bytes);
  }
}
