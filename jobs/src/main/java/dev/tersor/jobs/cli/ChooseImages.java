package dev.tersor.jobs.cli;

import dev.tersor.jobs.choose.ChoiceTarget;
import dev.tersor.jobs.choose.Images;
import dev.tersor.jobs.config.SweepSettings;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.inference.TestNetworks;
import dev.tersor.jobs.inference.TestNetworks.Subject;
import dev.tersor.jobs.source.ResolvedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say which images a choice looks at. */
final class ChooseImages {
  private static final int CALIBRATION = 1000;
  private static final int HELD_OUT = 5000;

  @Option(
      names = "--calibration",
      paramLabel = "N",
      description = {
        "weigh layers by what their errors do to the network's outputs on N training images, none of",
        "them held out or for tests (default: 1000 with --max-drop, else layers weigh the same)"
      })
  Integer calibration;

  @Option(
      names = "--held-out",
      paramLabel = "N",
      description = "with --max-drop: the last N training images judge (default: 5000)")
  Integer heldOut;

  @Option(
      names = "--graph",
      converter = NamedValue.Converter.class,
      paramLabel = "NAME=PATH",
      description = "ONNX file that says how the model computes")
  List<NamedValue> graph;

  @Mixin DataOption data;

  /**
   * @throws UsageException if there are options that a target has no use for
   */
  void check(ChoiceTarget target) {
    boolean isDrop = target.kind() == ChoiceTarget.Kind.DROP;
    if (heldOut != null && !isDrop) {
      throw new UsageException("held-out: is for --max-drop, not for " + target.options());
    }
    if (calibration != null && target.kind() == ChoiceTarget.Kind.SQNR) {
      throw new UsageException(
          "calibration: "
              + target.options()
              + " is of weights, and calibration counts outputs: name --bytes, --rate or"
              + " --max-drop");
    }
  }

  void put(Flags flags) {
    flags
        .put("graph", NamedValue.byName("graph", graph))
        .put("data", data.name)
        .put("data-mean", data.mean)
        .put("data-deviation", data.deviation)
        .put("data-dir", data.folder);
  }

  /**
   * The images for a target.
   *
   * @return empty where it needs none
   * @throws UsageException saying what is missing, if the model cannot be evaluated
   */
  Optional<Images> of(
      ChoiceTarget target, SweepSettings settings, ResolvedModel model, Configuration hadoop) {
    if (target.kind() != ChoiceTarget.Kind.DROP && calibration == null) {
      return Optional.empty();
    }
    TestNetworks networks =
        new TestNetworks(
            settings.evaluation(), settings.from().modelsDir(), settings.from().cache(), hadoop);
    List<String> notes = new ArrayList<>();
    List<Subject> subjects = networks.of(List.of(model), settings.from().files(), notes::add);
    if (subjects.isEmpty()) {
      throw new UsageException(
          "choose: no accuracy of "
              + model.name()
              + " can be measured: "
              + (notes.isEmpty()
                  ? "it has synthetic weights, or a description without a graph; --graph NAME=NET.onnx"
                      + " --data NAME says how it computes, on what"
                  : String.join("; ", notes)));
    }
    Subject subject = subjects.get(0);
    return Optional.of(
        Images.of(
            subject.network(),
            networks.trainingImages(subject.network().data()),
            subject.images(),
            calibration == null ? CALIBRATION : calibration,
            heldOut == null ? HELD_OUT : heldOut));
  }
}
