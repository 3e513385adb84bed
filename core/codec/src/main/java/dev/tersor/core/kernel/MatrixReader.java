package dev.tersor.core.kernel;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.bits.PackedInts;
import dev.tersor.core.encode.FloatContainer;
import dev.tersor.core.encode.NetworkSequence;
import dev.tersor.core.encode.OpenContainer;
import dev.tersor.core.encode.OpenContainer.CodedStream;
import dev.tersor.core.encode.OpenFloats;
import dev.tersor.core.index.IndexScheme;
import dev.tersor.core.index.Role;
import dev.tersor.core.index.StoredForm;
import dev.tersor.core.symbol.StructureCoder;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.symbol.SymbolSequence;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Floats;
import dev.tersor.core.tensor.RowSteps;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Containers as matrices, each recipe in the form that multiplies it: dense codes packed or in a
 * wavelet tree, bitmap, CSR, tuples of gap and value. What has no such form is decoded when it is
 * opened, and multiplied from its codes, or from its weights where codes stand for others in each
 * group. Of weights that are not quantised, sequences of all of them are decoded row by row; where
 * positions are stored, they are decoded when they are opened, and multiplied as CSR or, in rows
 * that are full enough, as they are.
 */
public final class MatrixReader {
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
    if (codebook instanceof Codebook.OfTensor shared) {
      return read(open, shared);
    }
    if (codebook instanceof RowSteps rows) {
      return new ScaledRows(read(open, new Step(rows.bits(), 1)), rows.steps());
    }
    return decoded(open.shape(), open.decode().dequantize());
  }

  /**
   * A layer of the sequence of a whole network as a matrix. Where weights of a row have different
   * steps, they are decoded now.
   */
  public Matrix read(NetworkSequence sequence, int layer) {
    Codebook codebook = sequence.layers().get(layer).codebook();
    if (codebook instanceof Codebook.OfTensor shared) {
      return new SequencedMatrix(products, sequence, layer, shared);
    }
    if (codebook instanceof RowSteps rows) {
      Step one = new Step(rows.bits(), 1);
      return new ScaledRows(new SequencedMatrix(products, sequence, layer, one), rows.steps());
    }
    return decoded(sequence.layers().get(layer).shape(), sequence.decode(layer).dequantize());
  }

  /** The codes of a container as a matrix of what they stand for in a codebook. */
  Matrix read(OpenContainer open, Codebook.OfTensor codebook) {
    StoredForm form = open.recipe().index().form();
    if (form instanceof StoredForm.AllCodes) {
      return dense(open, codebook);
    }
    // What positions and values have to be is for the scheme to say; a form takes them as given.
    byte[] codes = open.decode().codes();
    if (!codebook.keepsZero()) {
      return decoded(open, codebook, codes); // what is not stored is multiplied by no other form
    } else if (form instanceof StoredForm.Mask mask) {
      return bitmap(open, codebook, mask);
    } else if (form instanceof StoredForm.Rows rows) {
      return csr(open, codebook, codes, rows);
    } else if (form instanceof StoredForm.Gaps gaps) {
      return gaps(open, codebook, codes, gaps);
    } else if (form instanceof StoredForm.BlockGaps gaps) {
      return gapsOfRows(open, codebook, codes, gaps);
    }
    return decoded(open, codebook, codes);
  }

  private static int rows(OpenContainer open) {
    return (int) open.shape().rows();
  }

  private static int columns(OpenContainer open) {
    return (int) open.shape().rowLength();
  }

  /** The stream of codes. */
  private static CodedStream values(OpenContainer open, Codebook.OfTensor codebook) {
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
  private static byte[] valueCodes(OpenContainer open, Codebook.OfTensor codebook) {
    values(open, codebook);
    return open.streams().symbols(IndexScheme.VALUES, Role.VALUE).bytes();
  }

  private Matrix dense(OpenContainer open, Codebook.OfTensor codebook) {
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

  private Matrix bitmap(OpenContainer open, Codebook.OfTensor codebook, StoredForm.Mask form) {
    CodedStream mask = open.stream(form.mask(), Role.INDEX);
    byte[] ones = index(open, form.mask()).bytes();
    byte[] codes = valueCodes(open, codebook);
    float[] table = Lookup.of(codebook).values();
    return checked(mask, () -> new BitmapMatrix(ones, codes, table, rows(open), columns(open)));
  }

  private Matrix csr(
      OpenContainer open, Codebook.OfTensor codebook, byte[] codes, StoredForm.Rows form) {
    if (columns(open) > CsrMatrix.MAX_COLUMNS) {
      return decoded(open, codebook, codes);
    }
    CodedStream pointers = open.stream(form.pointers(), Role.INDEX);
    int[] starts = index(open, form.pointers()).values();
    int[] indices = index(open, form.indices()).values();
    byte[] nonZeros = valueCodes(open, codebook);
    float[] table = Lookup.of(codebook).values();
    return checked(
        pointers,
        () -> CsrMatrix.of(products, rows(open), columns(open), starts, indices, nonZeros, table));
  }

  private Matrix gaps(
      OpenContainer open, Codebook.OfTensor codebook, byte[] codes, StoredForm.Gaps form) {
    CodedStream gaps = open.stream(form.gaps(), Role.INDEX);
    if (gaps.width() > MAX_GAP_BITS) {
      return decoded(open, codebook, codes);
    }
    byte[] zeros = index(open, form.gaps()).bytes();
    byte[] elements = valueCodes(open, codebook);
    float[] table = Lookup.of(codebook).values();
    return checked(gaps, () -> GapMatrix.of(zeros, elements, table, rows(open), columns(open)));
  }

  private Matrix gapsOfRows(
      OpenContainer open, Codebook.OfTensor codebook, byte[] codes, StoredForm.BlockGaps form) {
    CodedStream gaps = open.stream(form.gaps(), Role.INDEX);
    CodedStream tuples = open.stream(form.counts(), Role.INDEX);
    int[] block = index(open, form.block()).values();
    boolean isRow = block.length == 1 && block[0] == columns(open) && tuples.count() == rows(open);
    if (gaps.width() > MAX_GAP_BITS || !isRow) {
      return decoded(open, codebook, codes);
    }
    byte[] zeros = index(open, form.gaps()).bytes();
    byte[] elements = valueCodes(open, codebook);
    int[] counts = index(open, form.counts()).values();
    float[] table = Lookup.of(codebook).values();
    return checked(gaps, () -> GapMatrix.ofRows(zeros, elements, table, counts, columns(open)));
  }

  private Matrix decoded(OpenContainer open, Codebook.OfTensor codebook, byte[] codes) {
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

  private Matrix decoded(Floats floats) {
    return decoded(floats.shape(), floats.weights());
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

  private Matrix decoded(Shape shape, float[] weights) {
    int rows = (int) shape.rows();
    int columns = (int) shape.rowLength();
    return columns <= CsrMatrix.MAX_COLUMNS
        ? MixedRows.of(products, weights, rows, columns)
        : new DenseMatrix(products, weights, rows, columns);
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
