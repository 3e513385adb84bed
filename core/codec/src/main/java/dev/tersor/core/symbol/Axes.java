package dev.tersor.core.symbol;

import dev.tersor.core.tensor.Shape;

/**
 * What the dimensions of a tensor are taken for. Those of 1 are left out, and the first one that is
 * left counts rows; of one dimension alone, all weights are one row. Of the others the longest (of
 * equal ones the first) is that of channels, and the rest of them make up the kernel. That suits
 * the order of PyTorch's filters (output, input, height, width) as well as that of TensorFlow
 * Lite's (output, height, width, input). A matrix has columns alone, as channels.
 *
 * @param columns weights of a row
 * @param channels how many
 * @param channelStride how many weights before lies the neighbour of the channel before
 * @param kernelStride the same along the innermost axis of the kernel; 2 where there is none
 * @param upperStride the same along the next axis of the kernel; 3 where there is none
 * @param rowStride the same of the row before; 0 where there is one row
 */
record Axes(
    int columns,
    int channels,
    int channelStride,
    int kernelStride,
    int upperStride,
    int rowStride) {

  /** Places of a kernel that are told apart, and that of no kernel. */
  static final int MOST_POSITIONS = 64;

  /**
   * @param shape of at most 2^22 weights
   */
  static Axes of(Shape shape) {
    int[] dims = new int[shape.rank()];
    int rank = 0;
    for (long dim : shape.dims()) {
      if (dim != 1) {
        dims[rank++] = (int) dim;
      }
    }
    int first = rank < 2 ? 0 : 1;
    int longest = first;
    for (int axis = first; axis < rank; axis++) {
      longest = dims[axis] > dims[longest] ? axis : longest;
    }
    int stride = 1;
    int channelStride = 1;
    int kernelStride = 0;
    int upperStride = 0;
    for (int axis = rank - 1; axis >= first; axis--) {
      if (axis == longest) {
        channelStride = stride;
      } else if (kernelStride == 0) {
        kernelStride = stride;
      } else if (upperStride == 0) {
        upperStride = stride;
      }
      stride *= dims[axis];
    }
    return new Axes(
        stride,
        rank == 0 ? 1 : dims[longest],
        channelStride,
        kernelStride == 0 ? 2 : kernelStride,
        upperStride == 0 ? 3 : upperStride,
        rank < 2 ? 0 : stride);
  }

  /** Places of a kernel. */
  int kernel() {
    return columns / Math.max(1, channels);
  }

  /** Places of a kernel's row: of its innermost axis, or all where that cannot be told. */
  int kernelWidth() {
    int width = upperStride / kernelStride;
    return width > 0 && kernel() % width == 0 ? width : Math.max(1, kernel());
  }

  /** Places of a kernel that are told apart, and that of no kernel. */
  int places() {
    return kernel() > 1 ? Math.min(MOST_POSITIONS, kernel() + 1) : 1;
  }

  /** By column the channel. */
  int[] channelOfColumns() {
    int[] channel = new int[columns];
    for (int column = 0; column < columns; column++) {
      channel[column] = column / channelStride % channels;
    }
    return channel;
  }

  /**
   * The place in the kernel of each column, counted from 1, those far out as one; 0 where there is
   * no kernel.
   */
  byte[] positions() {
    byte[] positions = new byte[columns];
    for (int column = 0; column < columns && kernel() > 1; column++) {
      int outer = column / (channelStride * channels) * channelStride;
      int position = column % channelStride + outer + 1;
      positions[column] = (byte) Math.min(MOST_POSITIONS - 1, position);
    }
    return positions;
  }
}
