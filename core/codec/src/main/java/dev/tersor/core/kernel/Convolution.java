package dev.tersor.core.kernel;

import java.util.Arrays;

/**
 * A two-dimensional convolution by a matrix in any form: filters x (channels x height x width of a
 * window). The windows of an image are laid side by side, a sample of the product for each output
 * position, so that a decoded filter serves all positions.
 */
public final class Convolution {
  private final Matrix weight;
  private final Products products;
  private final int window;
  private final int windowWidth;
  private final int stride;
  private final int padding;
  private float[] windows = new float[0];
  private float[] padded = new float[0];

  /**
   * @param weight filters x (channels * windowHeight * windowWidth)
   * @param stride in both directions
   * @param padding zeros on every side
   */
  public Convolution(
      Products products,
      Matrix weight,
      int windowHeight,
      int windowWidth,
      int stride,
      int padding) {
    if (weight.columns() % (windowHeight * windowWidth) != 0) {
      throw new IllegalArgumentException(
          "%d columns are not channels of %d x %d"
              .formatted(weight.columns(), windowHeight, windowWidth));
    }
    this.products = products;
    this.weight = weight;
    this.window = windowHeight;
    this.windowWidth = windowWidth;
    this.stride = stride;
    this.padding = padding;
  }

  /** Channels that it takes. */
  public int channels() {
    return weight.columns() / (window * windowWidth);
  }

  /** Channels that it gives. */
  public int filters() {
    return weight.rows();
  }

  /** Output rows, or columns, of that many input rows. */
  public int positions(int length, boolean isHeight) {
    return (length + 2 * padding - (isHeight ? window : windowWidth)) / stride + 1;
  }

  /**
   * Sets {@code out}, filters x output height x output width, to the convolution of an image.
   *
   * @param image channels x height x width
   */
  public void apply(float[] image, int height, int width, float[] out) {
    int outHeight = positions(height, true);
    int outWidth = positions(width, false);
    int count = outHeight * outWidth;
    int batch = products.padded(count);
    if (windows.length < weight.columns() * batch) {
      windows = new float[weight.columns() * batch];
      padded = new float[weight.rows() * batch];
    }
    for (int c = 0, row = 0; c < channels(); c++) {
      for (int dy = 0; dy < window; dy++) {
        for (int dx = 0; dx < windowWidth; dx++, row++) {
          lay(image, c * height * width, height, width, dy, dx, outHeight, outWidth, row * batch);
          Arrays.fill(windows, row * batch + count, (row + 1) * batch, 0);
        }
      }
    }
    if (batch == count) {
      weight.multiply(windows, batch, out);
      return;
    }
    weight.multiply(windows, batch, padded);
    for (int filter = 0; filter < weight.rows(); filter++) {
      System.arraycopy(padded, filter * batch, out, filter * count, count);
    }
  }

  /** Puts the value at one place of each window into a row. */
  private void lay(
      float[] image,
      int channel,
      int height,
      int width,
      int dy,
      int dx,
      int outHeight,
      int outWidth,
      int to) {
    int at = to;
    for (int oy = 0; oy < outHeight; oy++) {
      int y = oy * stride + dy - padding;
      for (int ox = 0; ox < outWidth; ox++, at++) {
        int x = ox * stride + dx - padding;
        boolean inside = y >= 0 && y < height && x >= 0 && x < width;
        windows[at] = inside ? image[channel + y * width + x] : 0;
      }
    }
  }
}
