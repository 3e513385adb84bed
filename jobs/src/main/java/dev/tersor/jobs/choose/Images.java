package dev.tersor.jobs.choose;

import dev.tersor.core.data.LabelledImages;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.inference.TestNetwork;

/**
 * A network with the images that a choice for it looks at. Test images are no part of that: they
 * are for the file that came of it.
 *
 * @param calibration by whose outputs layers are weighed
 * @param heldOut by whose labels a file is chosen
 * @param test by whose labels that file is judged in the end
 */
public record Images(
    TestNetwork network, LabelledImages calibration, LabelledImages heldOut, LabelledImages test) {

  /**
   * Cuts a training set: the last images are held out, as in training, and those before them
   * calibrate.
   *
   * @throws UsageException if there are not so many
   */
  public static Images of(
      TestNetwork network,
      LabelledImages training,
      LabelledImages test,
      int calibration,
      int heldOut) {
    if (calibration < 1) {
      throw new UsageException("calibration: " + calibration + ", expected 1 or more images");
    }
    if (heldOut < 1) {
      throw new UsageException("held-out: " + heldOut + ", expected 1 or more images");
    }
    if ((long) calibration + heldOut > training.count()) {
      throw new UsageException(
          "held-out: %d images to calibrate and %d held out, %s has %d"
              .formatted(calibration, heldOut, training.name(), training.count()));
    }
    int first = training.count() - heldOut;
    return new Images(
        network,
        training.part(first - calibration, calibration),
        training.part(first, heldOut),
        test);
  }
}
