package dev.tersor.jobs.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.tersor.core.data.LabelledImages;
import dev.tersor.core.model.Graph;
import java.util.SplittableRandom;
import java.util.function.IntSupplier;

/**
 * Images as the inputs of a network, in batches: shuffled and varied to train with, in order and
 * untouched to test with. What an epoch sees depends on the seed and the epoch alone, so that a
 * training that is resumed goes on as it would have.
 */
final class Batches {
  private final LabelledImages images;
  private final int first;
  private final int count;
  private final Augmentation augmentation;
  private final float[][] inputs;

  /**
   * How training images are varied.
   *
   * @param shift at most so many pixels in each direction; what is left bare is the mean
   * @param flip whether half of them are mirrored
   */
  record Augmentation(int shift, boolean flip) {
    static final Augmentation NONE = new Augmentation(0, false);

    private int shifts() {
      return 2 * shift + 1;
    }

    /** How many ways there are; each has a number, the steps down first. */
    int variants() {
      return shifts() * shifts() * (flip ? 2 : 1);
    }

    int untouched() {
      return variant(0, 0, false);
    }

    private int variant(int down, int right, boolean mirror) {
      int place = (down + shift) * shifts() + right + shift;
      return flip ? 2 * place + (mirror ? 1 : 0) : place;
    }

    private int draw(SplittableRandom random) {
      int down = shift == 0 ? 0 : random.nextInt(-shift, shift + 1);
      int right = shift == 0 ? 0 : random.nextInt(-shift, shift + 1);
      return variant(down, right, flip && random.nextBoolean());
    }
  }

  /**
   * A batch.
   *
   * @param inputs batch x channels x height x width
   * @param ids of each image as it was varied, below {@code count() * variants()}
   */
  @SuppressWarnings("ArrayRecordComponent") // one step long
  record Batch(NDArray inputs, long[] labels, int[] ids) {}

  /** A walk over the images, once each. */
  final class Epoch {
    private final int[] order;
    private final IntSupplier variants;
    private int at;

    private Epoch(int[] order, IntSupplier variants) {
      this.order = order;
      this.variants = variants;
    }

    boolean hasNext() {
      return at < order.length;
    }

    /** The next images, fewer at the end. */
    Batch next(NDManager manager, int most) {
      int n = Math.min(most, order.length - at);
      int size = images.shape().size();
      float[] values = new float[n * size];
      long[] labels = new long[n];
      int[] ids = new int[n];
      for (int i = 0; i < n; i++) {
        int image = order[at++];
        labels[i] = images.label(image);
        int variant = variants.getAsInt();
        ids[i] = (image - first) * variants() + variant;
        if (variant == augmentation.untouched()) {
          copy(image, values, i * size);
        } else {
          vary(image, values, i * size, variant);
        }
      }
      Shape shape =
          new Shape(n, images.shape().channels(), images.shape().height(), images.shape().width());
      return new Batch(manager.create(values, shape), labels, ids);
    }
  }

  /**
   * @param first of the images that are taken
   * @param count how many of them
   */
  Batches(LabelledImages images, int first, int count, Graph graph, Augmentation augmentation) {
    this.images = images;
    this.first = first;
    this.count = count;
    this.augmentation = augmentation;
    this.inputs = new float[images.shape().channels()][256];
    for (int channel = 0; channel < inputs.length; channel++) {
      for (int pixel = 0; pixel < 256; pixel++) {
        inputs[channel][pixel] =
            (float) ((pixel / 255.0 - graph.mean().get(channel)) / graph.deviation().get(channel));
      }
    }
  }

  int count() {
    return count;
  }

  /** In an order of the epoch's own, varied. */
  Epoch shuffled(long seed, int epoch) {
    SplittableRandom random = new SplittableRandom(31 * seed + epoch);
    int[] order = order();
    for (int i = order.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int image = order[i];
      order[i] = order[other];
      order[other] = image;
    }
    return new Epoch(order, () -> augmentation.draw(random));
  }

  /** In order, as they are. */
  Epoch inOrder() {
    return inOrder(augmentation.untouched());
  }

  /** In order, all varied in one way. */
  Epoch inOrder(int variant) {
    return new Epoch(order(), () -> variant);
  }

  /** How many ways there are to vary an image. */
  int variants() {
    return augmentation.variants();
  }

  private int[] order() {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      order[i] = first + i;
    }
    return order;
  }

  private void copy(int image, float[] values, int to) {
    int plane = images.shape().height() * images.shape().width();
    byte[] pixels = images.pixels();
    int from = image * images.shape().size();
    for (int channel = 0; channel < inputs.length; channel++) {
      float[] input = inputs[channel];
      for (int i = channel * plane; i < (channel + 1) * plane; i++) {
        values[to + i] = input[pixels[from + i] & 0xFF];
      }
    }
  }

  private void vary(int image, float[] values, int to, int variant) {
    int height = images.shape().height();
    int width = images.shape().width();
    int place = augmentation.flip() ? variant / 2 : variant;
    int down = place / augmentation.shifts() - augmentation.shift();
    int right = place % augmentation.shifts() - augmentation.shift();
    boolean mirror = augmentation.flip() && variant % 2 == 1;
    byte[] pixels = images.pixels();
    int from = image * images.shape().size();
    int at = to;
    for (int channel = 0; channel < inputs.length; channel++) {
      float[] input = inputs[channel];
      for (int y = 0; y < height; y++) {
        int row = y - down;
        for (int x = 0; x < width; x++, at++) {
          int column = (mirror ? width - 1 - x : x) - right;
          if (row >= 0 && row < height && column >= 0 && column < width) {
            values[at] = input[pixels[from + (channel * height + row) * width + column] & 0xFF];
          }
        }
      }
    }
  }
}
