package dev.tersor.jobs.train;

import dev.tersor.core.model.NamedConstant;
import dev.tersor.core.tensor.Shape;

/** How much single weights matter to what a network computes, as it is measured on images. */
public enum Saliency {
  /**
   * Connection sensitivity (SNIP: Lee et al. 2019, equation 4, not normalised): {@code |gradient x
   * weight|} for the loss of one batch.
   */
  SNIP(128, 128),
  /**
   * The squared gradient of the loss of one image, its mean over images: the diagonal of the
   * empirical Fisher information, which stands for the second derivatives by which Choi et al.
   * (2017, section 3.4) weigh the error of quantisation.
   */
  SQUARED_GRADIENT(1000, 1),
  /**
   * Adam's second moment, at 0.999 and without its bias, of the gradients of batches: what Choi et
   * al. (2017, section 3.5) take for the second derivatives where training has it anyway.
   */
  SECOND_MOMENT(12_800, 128),
  /**
   * The rank of the feature map that a filter makes, its mean over images (HRank: Lin et al. 2020,
   * equation 5), divided by the weights of the filter: pruning by filters adds them up again. The
   * map is that after the batch normalisation and the ReLU that follow directly; that of a linear
   * layer's output is of one number, so that the rank is 1 where it is not zero.
   */
  FEATURE_RANK(500, 100),
  /**
   * The mean square of the input that a weight is multiplied with, over images and places: the
   * diagonal of the second moment of a layer's inputs, the same in all rows. The squared error of
   * weights times it is that of the layer's outputs, as far as inputs do not hang together.
   */
  INPUT_MOMENT(1000, 100),
  /**
   * The mean product of every two inputs of a layer, over images and places: the whole second
   * moment, by which the error of a layer's outputs is known and fed forward from weight to weight.
   * Of each tensor a matrix for each group of rows with the same inputs: groups x columns x
   * columns.
   */
  INPUT_PRODUCTS(1000, 100);

  private final int images;
  private final int batch;

  Saliency(int images, int batch) {
    this.images = images;
    this.batch = batch;
  }

  /** How many images there are where nobody says it. */
  public int images() {
    return images;
  }

  /** How many go through the network at once where nobody says it. */
  public int batch() {
    return batch;
  }

  /** The shape of what is measured of weights. */
  Shape shape(Shape weights) {
    if (this != INPUT_PRODUCTS) {
      return weights;
    }
    int columns = Math.toIntExact(weights.rowLength());
    return Shape.of(1, columns, columns);
  }

  public String label() {
    return NamedConstant.label(this);
  }
}
