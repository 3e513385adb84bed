package dev.tersor.jobs.choose;

import dev.tersor.core.data.LabelledImages;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.inference.Accuracy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;

/**
 * Looks for the smallest choice that loses at most some points of accuracy on held-out images:
 * choices of losses that grow by the same factor are evaluated, a task each, and then others
 * between the last that keeps the accuracy and the next.
 */
public final class DropSearch {
  private static final int TRIALS = 8;

  /** The least loss that is tried, of the largest. */
  private static final double LEAST_SHARE = 1e-5;

  private final JavaSparkContext spark;
  private final ChosenNetwork network;
  private final Images images;
  private final Chooser chooser;

  /**
   * What was found.
   *
   * @param dense accuracy of the network as it is, on held-out images
   * @param heldOut of the choice, on the same
   */
  public record Found(Choice choice, Accuracy dense, Accuracy heldOut) {}

  /**
   * The accuracy of a file and of the network as it is, on test images.
   *
   * @param file of what comes out of it
   */
  public record Tested(Accuracy dense, Accuracy file) {}

  private record Trial(Choice choice, double loss, Accuracy accuracy) {}

  /**
   * @param chooser of layers that {@link OutputErrors} weighed
   */
  public DropSearch(SparkSession session, ChosenNetwork network, Images images, Chooser chooser) {
    this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    this.network = network;
    this.images = images;
    this.chooser = chooser;
  }

  /**
   * @param points of accuracy, in percent, that may be lost
   * @throws UsageException saying what is the nearest, if all choices lose more
   */
  public Found within(double points) {
    Choice exact = chooser.mostExact();
    Broadcast<LabelledImages> heldOut = spark.broadcast(images.heldOut());
    Accuracy dense = dense(heldOut);
    double least = dense.top1() - points / 100;
    double most = chooser.smallest().loss();
    double low = Math.max(exact.loss(), LEAST_SHARE * most);
    List<Trial> trials = new ArrayList<>();
    trials.addAll(evaluate(losses(low, most, TRIALS), heldOut));
    Trial best = best(trials, least);
    if (best == null) {
      Trial nearest = evaluate(List.of(exact.loss()), heldOut).get(0);
      if (nearest.accuracy.top1() < least) {
        throw new UsageException(
            String.format(
                Locale.ROOT,
                "max-drop: %s points cannot be kept with what was measured; the nearest loses %.2f"
                    + " points of %s held-out images in %,d bytes",
                points,
                100 * (dense.top1() - nearest.accuracy.top1()),
                images.heldOut().count(),
                nearest.choice.bytes()));
      }
      best = nearest;
    }
    double factor = Math.pow(most / low, 1.0 / (TRIALS - 1));
    double from = Math.max(best.loss, low);
    trials.addAll(evaluate(losses(from, Math.min(most, from * factor), TRIALS), heldOut));
    trials.add(best);
    heldOut.destroy();
    Trial smallest = best(trials, least);
    return new Found(smallest.choice, dense, smallest.accuracy);
  }

  /** The accuracy of a choice's file on test images. */
  public Tested test(Choice choice) {
    Broadcast<LabelledImages> test = spark.broadcast(images.test());
    List<AccuracyTask> tasks =
        List.of(
            new AccuracyTask(images.network(), test, network.tasks(choice), true),
            new AccuracyTask(images.network(), test, network.tasks(choice), false));
    List<Accuracy> found =
        spark.parallelize(new ArrayList<>(tasks), 2).map(AccuracyTask::compute).collect();
    test.destroy();
    return new Tested(found.get(0), found.get(1));
  }

  private Accuracy dense(Broadcast<LabelledImages> heldOut) {
    List<AccuracyTask> one = new ArrayList<>();
    one.add(new AccuracyTask(images.network(), heldOut, network.tasks(chooser.smallest()), true));
    return spark.parallelize(one, 1).map(AccuracyTask::compute).collect().get(0);
  }

  private static List<Double> losses(double from, double to, int count) {
    List<Double> losses = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      losses.add(from * Math.pow(to / from, (double) i / (count - 1)));
    }
    return losses;
  }

  private List<Trial> evaluate(List<Double> losses, Broadcast<LabelledImages> heldOut) {
    List<Choice> choices = new ArrayList<>();
    List<Double> tried = new ArrayList<>();
    List<AccuracyTask> tasks = new ArrayList<>();
    for (double loss : losses) {
      // The last one is a sum in another order.
      chooser
          .withinLoss(loss * (1 + 1e-9))
          .ifPresent(
              choice -> {
                choices.add(choice);
                tried.add(loss);
                tasks.add(
                    new AccuracyTask(images.network(), heldOut, network.tasks(choice), false));
              });
    }
    if (tasks.isEmpty()) {
      return List.of();
    }
    List<Accuracy> found =
        spark.parallelize(tasks, tasks.size()).map(AccuracyTask::compute).collect();
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < tasks.size(); i++) {
      trials.add(new Trial(choices.get(i), tried.get(i), found.get(i)));
    }
    return trials;
  }

  /** The smallest that is as accurate, or null. */
  private static Trial best(List<Trial> trials, double least) {
    return trials.stream()
        .filter(trial -> trial.accuracy.top1() >= least)
        .min(java.util.Comparator.comparingLong(trial -> trial.choice.bytes()))
        .orElse(null);
  }
}
