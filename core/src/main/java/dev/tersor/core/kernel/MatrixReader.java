package dev.tersor.core.kernel;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.bits.PackedInts;
import dev.tersor.core.encode.FloatContainer;
import dev.tersor.core.encode.OpenContainer;
import dev.tersor.core.encode.OpenContainer.CodedStream;
import dev.tersor.core.encode.OpenFloats;
import dev.tersor.core.index.IndexScheme;
import dev.tersor.core.index.Role;
import dev.tersor.core.symbol.StructureCoder;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.symbol.SymbolSequence;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Floats;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Containers as matrices, each recipe in the form that multiplies it: dense codes packed or in a
 * wavelet tree, bitmap, CSR, tuples of gap and value. What has no such form is decoded when it is
 * opened, and multiplied from its codes. Of weights that are not quantised, sequences of all of
 * them are decoded row by row; where positions are stored, they are decoded when they are opened,
 * and multiplied as CSR or, in rows that are full enough, as they are.
 */
public final class MatrixReader {
  /** Schemes of nothing but a code for each weight. */
  private static final Set<String> READ_AS_STORED = Set.of("dense", "ras-element", "ras-block");

  /** An index of a gap takes a byte at most. */
  private static final int MAX_GAP_BITS = 8;

  private final Products products;
  private final PackedProducts packedProducts;

  public MatrixReader(Products products, PackedProducts packedProducts) {
    this.products = products;
    this.packedProducts = packedProducts;
  }

  /** With the fastest kernels that run here. */
  public static MatrixReader fastest() {
    return new MatrixReader(Products.fastest(), PackedProducts.fastest());
  }

  /**
   * A tensor as a matrix: a row is all weights of one index of the first dimension. Where a row has
   * more weights than a segment, each segment comes out as a row.
   *
   * @param segments its containers, in order
   * @throws MalformedInputException if one is damaged, or they have rows of different lengths
   */
  public Matrix read(List<byte[]> segments) {
    List<Matrix> parts = new ArrayList<>();
    for (byte[] segment : segments) {
      Matrix part = read(segment);
      if (!parts.isEmpty() && part.columns() != parts.get(0).columns()) {
        throw new MalformedInputException(
            "segment %d has rows of %d weights, the first one of %d"
                .formatted(parts.size(), part.columns(), parts.get(0).columns()),
            0);
      }
      parts.add(part);
    }
    return parts.size() == 1 ? parts.get(0) : new StackedMatrix(parts);
  }

  /**
   * A segment as a matrix.
   *
   * @throws MalformedInputException if it is damaged
   */
  public Matrix read(byte[] container) {
    if (FloatContainer.isOne(container)) {
      return OpenFloats.read(container)
          .map(this::floats)
          .orElseGet(() -> decoded(FloatContainer.decode(container)));
    }
    OpenContainer open = OpenContainer.read(container);
    Codebook codebook = open.codebook();
    if (codebook.kind() != Codebook.Kind.CHANNELS) {
      return read(open, codebook);
    }
    float[] steps = new float[codebook.rows()];
    for (int row = 0; row < steps.length; row++) {
      steps[row] = codebook.step(row);
    }
    return new ScaledRows(read(open, Codebook.uniform(codebook.bits(), 1)), steps);
  }

  private Matrix read(OpenContainer open, Codebook codebook) {
    String scheme = open.recipe().index().name().replaceFirst("\\(.*", "");
    if (READ_AS_STORED.contains(scheme)) {
      return dense(open, codebook);
    }
    // What positions and values have to be is for the scheme to say; a form takes them as given.
    byte[] codes = open.decode().codes();
    return switch (scheme) {
      case "bitmap" -> bitmap(open, codebook);
      case "csr" -> csr(open, codebook, codes);
      case "gap1", "gap2", "gap3", "gap4", "gap5", "gap6", "gap7", "gap8", "ras-element-sparse" ->
          gaps(open, codebook, codes);
      case "ras-block-sparse" -> gapsOfRows(open, codebook, codes);
      default -> decoded(open, codebook, codes);
    };
  }

  private static int rows(OpenContainer open) {
    return (int) open.shape().rows();
  }

  private static int columns(OpenContainer open) {
    return (int) open.shape().rowLength();
  }

  /** The stream of codes. */
  private static CodedStream values(OpenContainer open, Codebook codebook) {
    CodedStream values = open.stream(IndexScheme.VALUES, Role.VALUE);
    if (values.width() != codebook.bits()) {
      throw new MalformedInputException(
          "stream 'values' is %d bits wide, not %d".formatted(values.width(), codebook.bits()),
          values.at());
    }
    return values;
  }

  /** A decoded stream of the index. */
  private static Symbols index(OpenContainer open, String name) {
    return open.streams().symbols(name, Role.INDEX);
  }

  /** The codes of a container whose streams are decoded. */
  private static byte[] valueCodes(OpenContainer open, Codebook codebook) {
    values(open, codebook);
    return open.streams().symbols(IndexScheme.VALUES, Role.VALUE).bytes();
  }

  private Matrix dense(OpenContainer open, Codebook codebook) {
    open.checkIndex();
    int rows = rows(open);
    int columns = columns(open);
    CodedStream values = values(open, codebook);
    if (values.count() != (long) rows * columns) {
      throw new MalformedInputException(
          "%d codes, not %d x %d".formatted(values.count(), rows, columns), values.at());
    }
    if (values.coder() instanceof StructureCoder) {
      SymbolSequence codes = values.open();
      return new DecodedRows(
          products,
          new DecodedCodes(products, (from, to, out) -> codes.decode(from, to, out, 0), codebook),
          rows,
          columns,
          values.coded().table().length + values.coded().payload().length);
    }
    if (values.coder() != SymbolCoders.PACKED) {
      return decoded(open, codebook, open.decode().codes());
    }
    return checked(
        values,
        () -> {
          if (values.coded().table().length > 0) {
            throw new MalformedInputException("packed symbols have no table", 0);
          }
          byte[] packed = values.coded().payload();
          PackedInts.check(packed, values.count(), values.width());
          return new PackedMatrix(packedProducts, products, packed, codebook, rows, columns);
        });
  }

  private Matrix bitmap(OpenContainer open, Codebook codebook) {
    CodedStream mask = open.stream("mask", Role.INDEX);
    byte[] ones = index(open, "mask").bytes();
    byte[] codes = valueCodes(open, codebook);
    float[] table = Lookup.of(codebook).values();
    return checked(mask, () -> new BitmapMatrix(ones, codes, table, rows(open), columns(open)));
  }

  private Matrix csr(OpenContainer open, Codebook codebook, byte[] codes) {
    if (columns(open) > CsrMatrix.MAX_COLUMNS) {
      return decoded(open, codebook, codes);
    }
    CodedStream pointers = open.stream("pointers", Role.INDEX);
    int[] starts = index(open, "pointers").values();
    int[] indices = index(open, "indices").values();
    byte[] nonZeros = valueCodes(open, codebook);
    float[] table = Lookup.of(codebook).values();
    return checked(
        pointers,
        () -> CsrMatrix.of(products, rows(open), columns(open), starts, indices, nonZeros, table));
  }

  private Matrix gaps(OpenContainer open, Codebook codebook, byte[] codes) {
    CodedStream gaps = open.stream("gaps", Role.INDEX);
    if (gaps.width() > MAX_GAP_BITS) {
      return decoded(open, codebook, codes);
    }
    byte[] zeros = index(open, "gaps").bytes();
    byte[] elements = valueCodes(open, codebook);
    float[] table = Lookup.of(codebook).values();
    return checked(gaps, () -> GapMatrix.of(zeros, elements, table, rows(open), columns(open)));
  }

  private Matrix gapsOfRows(OpenContainer open, Codebook codebook, byte[] codes) {
    CodedStream gaps = open.stream("gaps", Role.INDEX);
    CodedStream tuples = open.stream("tuples", Role.INDEX);
    int[] block = index(open, "block").values();
    boolean isRow = block.length == 1 && block[0] == columns(open) && tuples.count() == rows(open);
    if (gaps.width() > MAX_GAP_BITS || !isRow) {
      return decoded(open, codebook, codes);
    }
    byte[] zeros = index(open, "gaps").bytes();
    byte[] elements = valueCodes(open, codebook);
    int[] counts = index(open, "tuples").values();
    float[] table = Lookup.of(codebook).values();
    return checked(gaps, () -> GapMatrix.ofRows(zeros, elements, table, counts, columns(open)));
  }

  private Matrix decoded(OpenContainer open, Codebook codebook, byte[] codes) {
    int columns = columns(open);
    return new DecodedRows(
        products,
        new DecodedCodes(
            products,
            (from, to, out) -> System.arraycopy(codes, from, out, 0, to - from),
            codebook),
        rows(open),
        columns,
        codes.length);
  }

  private Matrix floats(OpenFloats open) {
    DecodedFloats floats = DecodedFloats.of(open);
    return new DecodedRows(
        products,
        floats,
        (int) open.shape().rows(),
        (int) open.shape().rowLength(),
        floats.bytes());
  }

  private Matrix decoded(Floats floats) {
    int rows = (int) floats.shape().rows();
    int columns = (int) floats.shape().rowLength();
    return columns <= CsrMatrix.MAX_COLUMNS
        ? MixedRows.of(products, floats.weights(), rows, columns)
        : new DenseMatrix(products, floats.weights(), rows, columns);
  }

  /** A form of streams that came out of a container: what does not fit there is damage. */
  private static Matrix checked(CodedStream stream, Supplier<Matrix> form) {
    try {
      return form.get();
    } catch (MalformedInputException e) {
      throw new MalformedInputException(
          "stream '" + stream.name() + "': " + e.getMessage(), stream.at() + e.position());
    } catch (IllegalArgumentException e) {
      throw new MalformedInputException(
          "stream '" + stream.name() + "': " + e.getMessage(), stream.at());
    }
  }
}
