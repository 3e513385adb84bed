package dev.tersor.jobs.inference;

/**
 * What the places of a convolution's output are made of.
 *
 * @param channels of the input
 * @param height of the input
 * @param width of the input
 * @param rows of the kernel, a stride, a dilation and zeros before the input along it
 * @param columns the same across
 * @param groups of channels that have kernels of their own
 */
public record Patches(int channels, int height, int width, Axis rows, Axis columns, int groups) {
  /**
   * One axis of a convolution.
   *
   * @param side of the kernel
   * @param before zeros before the input
   * @param behind zeros behind it
   */
  public record Axis(int side, int stride, int dilation, int before, int behind) {
    int places(int length) {
      return Math.max(0, (length + before + behind - dilation * (side - 1) - 1) / stride + 1);
    }
  }

  /** A convolution with a square kernel and zeros all around. */
  public static Patches square(
      int channels, int height, int width, int side, int stride, int padding) {
    Axis axis = new Axis(side, stride, 1, padding, padding);
    return new Patches(channels, height, width, axis, axis, 1);
  }

  /** Places of the output. */
  public int places() {
    return rows.places(height) * columns.places(width);
  }

  /** Inputs of a place, in one group: channels of it times the kernel. */
  public int inputs() {
    return channels / groups * rows.side() * columns.side();
  }

  /**
   * A row for each image and place: the inputs in the order of weights, channel, y and x.
   *
   * @param x images x channels x height x width
   * @param first image
   */
  public float[] of(float[] x, int first, int images, int group) {
    float[] all = new float[Math.multiplyExact(images * places(), inputs())];
    int at = 0;
    for (int image = first; image < first + images; image++) {
      for (int i = 0; i < rows.places(height); i++) {
        for (int j = 0; j < columns.places(width); j++) {
          int top = i * rows.stride() - rows.before();
          int left = j * columns.stride() - columns.before();
          patch(x, image * channels + group * (channels / groups), top, left, all, at);
          at += inputs();
        }
      }
    }
    return all;
  }

  private void patch(float[] x, int firstMap, int top, int left, float[] to, int at) {
    int put = at;
    for (int channel = 0; channel < channels / groups; channel++) {
      int map = (firstMap + channel) * height * width;
      for (int ky = 0; ky < rows.side(); ky++) {
        int y = top + ky * rows.dilation();
        for (int kx = 0; kx < columns.side(); kx++, put++) {
          int across = left + kx * columns.dilation();
          if (y >= 0 && y < height && across >= 0 && across < width) {
            to[put] = x[map + y * width + across];
          }
        }
      }
    }
  }
}
