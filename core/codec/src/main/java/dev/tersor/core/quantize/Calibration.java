package dev.tersor.core.quantize;

import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import java.util.Arrays;

/** What is known of a segment's weights beside them: how much their errors count. */
public sealed interface Calibration {
  /** Nothing: all weights count alike. */
  Calibration NONE = new None();

  /** The error that this knows. */
  ErrorMeasure measure();

  /** The weights that are not zero, as a codebook is fitted to them. */
  Points points(float[] weights);

  /**
   * That of a part of the weights.
   *
   * @param rowLength of the tensor
   */
  Calibration part(Segment segment, long rowLength);

  /** See {@link #NONE}. */
  record None() implements Calibration {
    @Override
    public ErrorMeasure measure() {
      return ErrorMeasure.WEIGHTS;
    }

    @Override
    public Points points(float[] weights) {
      return Points.ofNonZero(weights);
    }

    @Override
    public Calibration part(Segment segment, long rowLength) {
      return this;
    }
  }

  /**
   * An importance of each weight.
   *
   * @param each of any unit; magnitudes count
   */
  @SuppressWarnings("ArrayRecordComponent") // as many as weights, and read alone
  record Saliency(float[] each) implements Calibration {
    @Override
    public ErrorMeasure measure() {
      return ErrorMeasure.SALIENCY;
    }

    @Override
    public Points points(float[] weights) {
      return Points.ofNonZero(weights, each);
    }

    @Override
    public Saliency part(Segment segment, long rowLength) {
      int from = Math.toIntExact(segment.offset());
      return new Saliency(Arrays.copyOfRange(each, from, from + segment.length()));
    }
  }

  /**
   * The second moments of what rows of weights are multiplied with.
   *
   * @param products mean products of every two inputs, groups x columns x columns, row-major
   * @param columns weights of a row
   * @param rowsOfGroup rows with the same inputs
   * @param firstRow of these weights in their tensor
   * @param rowsAreInputs whether a column is an output: then {@code columns} is the number of the
   *     tensor's rows, and there is one matrix
   */
  @SuppressWarnings("ArrayRecordComponent") // megabytes not to copy
  record Inputs(float[] products, int columns, int rowsOfGroup, int firstRow, boolean rowsAreInputs)
      implements Calibration {
    /** A matrix of more columns takes minutes and gigabytes. */
    public static final int MOST_COLUMNS = 4096;

    /** Numbers of all matrices of a tensor. */
    private static final long MOST = 1 << 28;

    /** Whether products of a shape are those of weights of another, and few enough to be taken. */
    public static boolean fit(Shape products, Shape weights, boolean rowsAreInputs) {
      long columns = columns(weights, rowsAreInputs);
      return products.rank() == 3
          && products.dim(1) == columns
          && products.dim(2) == columns
          && (rowsAreInputs ? products.dim(0) == 1 : weights.rows() % products.dim(0) == 0)
          && columns <= MOST_COLUMNS
          && products.size() <= MOST;
    }

    /** Inputs of an output. */
    public static long columns(Shape weights, boolean rowsAreInputs) {
      return rowsAreInputs ? weights.rows() : weights.rowLength();
    }

    /**
     * Those of a whole tensor.
     *
     * @param shape of the products, which {@linkplain #fit fit}
     */
    public static Inputs of(float[] products, Shape shape, Shape weights, boolean rowsAreInputs) {
      int rows = rowsAreInputs ? 1 : Math.toIntExact(weights.rows() / shape.dim(0));
      int columns = Math.toIntExact(columns(weights, rowsAreInputs));
      return new Inputs(products, columns, rows, 0, rowsAreInputs);
    }

    /**
     * @throws IllegalArgumentException if {@code products} are no whole matrices
     */
    public Inputs {
      long matrix = (long) columns * columns;
      if (columns < 1 || products.length == 0 || products.length % matrix != 0) {
        throw new IllegalArgumentException(
            products.length + " input products, expected groups of " + columns + " x " + columns);
      }
      if (rowsOfGroup < 1 || firstRow < 0) {
        throw new IllegalArgumentException(
            "row " + firstRow + ", " + rowsOfGroup + " rows of a group");
      }
    }

    @Override
    public ErrorMeasure measure() {
      return ErrorMeasure.OUTPUTS;
    }

    @Override
    public Points points(float[] weights) {
      return Points.ofNonZero(weights);
    }

    @Override
    public Inputs part(Segment segment, long rowLength) {
      int row = firstRow + Math.toIntExact(segment.offset() / rowLength);
      return new Inputs(products, columns, rowsOfGroup, row, rowsAreInputs);
    }
  }
}
