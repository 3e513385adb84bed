package dev.tersor.core.data;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Images of one shape with a label each, eight bits a value. The arrays are shared, not copied: a
 * training set is hundreds of megabytes.
 */
public final class LabelledImages implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String name;
  private final ImageShape shape;
  private final List<String> classes;
  private final byte[] pixels;
  private final byte[] labels;

  /**
   * @param classes what the labels 0, 1, ... mean
   * @param pixels image after image, each channel after channel, row after row
   * @param labels one an image, each a place in {@code classes}
   * @throws IllegalArgumentException if the numbers of pixels and labels do not fit each other, or
   *     a label is no class
   */
  public LabelledImages(
      String name, ImageShape shape, List<String> classes, byte[] pixels, byte[] labels) {
    if (pixels.length != (long) labels.length * shape.size()) {
      throw new IllegalArgumentException(
          name
              + ": "
              + pixels.length
              + " pixels for "
              + labels.length
              + " labels, expected "
              + shape.size()
              + " each");
    }
    for (int i = 0; i < labels.length; i++) {
      if (Byte.toUnsignedInt(labels[i]) >= classes.size()) {
        throw new IllegalArgumentException(
            name
                + ": label "
                + Byte.toUnsignedInt(labels[i])
                + " of image "
                + i
                + " is outside 0.."
                + (classes.size() - 1));
      }
    }
    this.name = name;
    this.shape = shape;
    this.classes = List.copyOf(classes);
    this.pixels = pixels;
    this.labels = labels;
  }

  public String name() {
    return name;
  }

  /** Shape of each image. */
  public ImageShape shape() {
    return shape;
  }

  /** What the labels 0, 1, ... mean. */
  public List<String> classes() {
    return classes;
  }

  public int count() {
    return labels.length;
  }

  /**
   * The first images.
   *
   * @param most how many at most
   */
  public LabelledImages first(int most) {
    return most >= count() ? this : part(0, most);
  }

  /**
   * Some images in a row.
   *
   * @throws IndexOutOfBoundsException if there are not so many
   */
  public LabelledImages part(int from, int count) {
    Objects.checkFromIndexSize(from, count, count());
    int start = Math.multiplyExact(from, shape.size());
    int end = Math.multiplyExact(from + count, shape.size());
    return new LabelledImages(
        name,
        shape,
        classes,
        Arrays.copyOfRange(pixels, start, end),
        Arrays.copyOfRange(labels, from, from + count));
  }

  /** All values, unsigned, image after image; the array itself. */
  public byte[] pixels() {
    return pixels;
  }

  /** All labels; the array itself. */
  public byte[] labels() {
    return labels;
  }

  /** The label of an image. */
  public int label(int image) {
    return labels[image];
  }

  /**
   * A value in 0..255.
   *
   * @param at place in the image: {@code (channel * height + row) * width + column}
   */
  public int pixel(int image, int at) {
    return Byte.toUnsignedInt(pixels[image * shape.size() + at]);
  }

  @Override
  public String toString() {
    return name + ": " + count() + " images of " + shape + ", " + classes.size() + " classes";
  }
}
