package dev.tersor.core.data;

import java.io.Serializable;

/** Shape of an image, outermost dimension first. */
public record ImageShape(int channels, int height, int width) implements Serializable {
  private static final int MAX_SIZE = 1 << 24;

  /**
   * @throws IllegalArgumentException if a dimension is not positive, or an image were above 16M
   *     values
   */
  public ImageShape {
    if (channels < 1 || height < 1 || width < 1 || (double) channels * height * width > MAX_SIZE) {
      throw new IllegalArgumentException(
          channels + "x" + height + "x" + width + " is no shape of an image");
    }
  }

  /** Values of an image. */
  public int size() {
    return channels * height * width;
  }

  @Override
  public String toString() {
    return channels + "x" + height + "x" + width;
  }
}
