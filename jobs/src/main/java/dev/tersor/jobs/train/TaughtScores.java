package dev.tersor.jobs.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.tersor.jobs.config.UsageException;

/**
 * A teacher's softened scores of every training image in every way that it may be varied, computed
 * once for a stage that sees each of them more than once. They are computed in the order of the
 * images and not as batches come, so that they are the same to the bit whenever it is.
 */
final class TaughtScores {
  /** Numbers that are kept at most: 1 GB. */
  private static final long MOST = 1L << 28;

  private static final int BATCH = 250;

  private final float[] scores;
  private final int classes;

  private TaughtScores(float[] scores, int classes) {
    this.scores = scores;
    this.classes = classes;
  }

  /**
   * Of all images.
   *
   * @throws UsageException if they are too many to be kept
   */
  static TaughtScores of(
      TorchNetwork teacher, float temperature, Batches images, NDManager manager) {
    int classes;
    try (NDManager step = manager.newSubManager()) {
      NDArray one =
          teacher.scores(images.inOrder(0).next(step, 1).inputs(), TorchNetwork.Pass.TEST);
      classes = Math.toIntExact(one.getShape().get(1));
    }
    long size = (long) images.count() * images.variants() * classes;
    if (size > MOST) {
      throw new UsageException(
          "distil.once: %d images in %d ways and %d classes are %d scores, at most %d can be kept"
              .formatted(images.count(), images.variants(), classes, size, MOST));
    }
    float[] scores = new float[(int) size];
    for (int variant = 0; variant < images.variants(); variant++) {
      Batches.Epoch epoch = images.inOrder(variant);
      while (epoch.hasNext()) {
        try (NDManager step = manager.newSubManager()) {
          Batches.Batch next = epoch.next(step, BATCH);
          float[] some = softened(teacher, temperature, next.inputs(), step).toFloatArray();
          for (int i = 0; i < next.ids().length; i++) {
            System.arraycopy(some, i * classes, scores, next.ids()[i] * classes, classes);
          }
        }
      }
    }
    return new TaughtScores(scores, classes);
  }

  /** What a network takes for the probabilities of classes at a temperature. */
  static NDArray softened(
      TorchNetwork teacher, float temperature, NDArray inputs, NDManager scratch) {
    return teacher
        .scores(inputs, TorchNetwork.Pass.TEST)
        .div(Torch.number(scratch, temperature))
        .softmax(1);
  }

  /** Of a batch: images x classes. */
  NDArray of(Batches.Batch images, NDManager scratch) {
    float[] some = new float[images.ids().length * classes];
    for (int i = 0; i < images.ids().length; i++) {
      System.arraycopy(scores, images.ids()[i] * classes, some, i * classes, classes);
    }
    return scratch.create(some, new Shape(images.ids().length, classes));
  }
}
