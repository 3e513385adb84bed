package dev.tersor.jobs.train;

import dev.tersor.core.data.LabelledImages;
import dev.tersor.core.model.Graph;
import dev.tersor.jobs.config.UsageException;

/**
 * A training set, cut into what training sees and what settings are chosen by.
 *
 * @param heldOut the last images
 */
record TrainingImages(String name, Batches training, Batches heldOut) {
  /**
   * @param most images to use at most; 0 for all
   * @throws UsageException if nothing would be left to train with
   */
  static TrainingImages of(
      LabelledImages images, Graph graph, int heldOut, int most, int shift, boolean flip) {
    int left = images.count() - heldOut;
    if (left <= 0) {
      throw new UsageException(
          "held-out: %d of the %d images of %s leave none to train with"
              .formatted(heldOut, images.count(), images.name()));
    }
    if (images.shape().channels() != graph.mean().size()) {
      throw new UsageException(
          "data: %s has %d channels, the graph takes %d"
              .formatted(images.name(), images.shape().channels(), graph.mean().size()));
    }
    int used = most == 0 ? left : Math.min(most, left);
    return new TrainingImages(
        images.name(),
        new Batches(images, 0, used, graph, new Batches.Augmentation(shift, flip)),
        new Batches(images, left, heldOut, graph, Batches.Augmentation.NONE));
  }
}
