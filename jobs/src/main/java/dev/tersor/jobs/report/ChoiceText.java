package dev.tersor.jobs.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import dev.tersor.jobs.choose.Candidate;
import dev.tersor.jobs.choose.Choice;
import dev.tersor.jobs.choose.ChosenNetwork;
import dev.tersor.jobs.choose.DropSearch;
import dev.tersor.jobs.choose.Images;
import dev.tersor.jobs.choose.Layer;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What was chosen for each layer of a network, why, and what came of it. */
public final class ChoiceText {
  private static final double KILO = 1000;

  private ChoiceText() {}

  /**
   * A row for each layer, and lines about the whole.
   *
   * @param written the file that was made of it
   * @param singles the best of one setting for all layers
   * @param what was made least: noise of weights, or of outputs
   */
  public static String of(
      Choice choice, ChosenNetwork.Written written, List<Choice> singles, String what) {
    List<Integer> rows = IntStream.range(0, choice.layers().size()).boxed().toList();
    StringBuilder text = new StringBuilder();
    text.append(
        AsciiTable.getTable(
            AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS,
            rows,
            List.of(
                left("layer").with(i -> choice.layers().get(i).name()),
                right("weights").with(i -> Figures.count(choice.layers().get(i).weights())),
                right("sparsity").with(i -> one(choice, i).setting().target()),
                right("codes").with(i -> one(choice, i).setting().codes()),
                left("encoding").with(i -> one(choice, i).recipe()),
                right("bytes").with(i -> Figures.count((long) written.tensorBytes().get(i))),
                right("bits a weight").with(i -> Figures.ratio(bits(choice, i))),
                right("SQNR")
                    .with(i -> decibels(choice.layers().get(i).power(), one(choice, i).error())),
                right("of the " + what).with(i -> noise(choice, one(choice, i).loss())),
                right("last kB bought").with(i -> slope(choice, choice.bought(i))),
                right("next kB buys").with(i -> slope(choice, choice.next(i))))));
    text.append(System.lineSeparator());
    if (choice.slope() > 0 && !Double.isInfinite(choice.slope())) {
      line(
          text,
          "All layers were cut at one slope, %s of the %s for a kB; then the rest was filled.",
          slope(choice, choice.slope()),
          what);
    }
    line(
        text,
        "File: %,d bytes, %,d predicted from the "
            + (choice.nanos() > 0 ? "cells" : "closed form")
            + " (%+.2f %%). SQNR %s, %s predicted.",
        written.bytes().length,
        choice.bytes(),
        100.0 * (choice.bytes() - written.bytes().length) / written.bytes().length,
        decibels(choice.power(), written.error()),
        decibels(choice.power(), choice.error()));
    if (choice.nanos() > 0) {
      line(
          text,
          "Read %s; decodes %.1f million weights a second on one core, as the cells measured it.",
          choice.access().name().toLowerCase(Locale.ROOT),
          1e3 * choice.weights() / choice.nanos());
    }
    for (Choice single : singles) {
      line(
          text,
          "One setting for all layers: at best %s, %s: %,d bytes at %s; this is %.1f %% smaller.",
          single.chosen().get(0).setting().label(),
          single.chosen().get(0).setting().encoding(),
          single.bytes(),
          decibels(single.power(), single.error()),
          100.0 * (single.bytes() - choice.bytes()) / single.bytes());
    }
    if (singles.isEmpty() && choice.nanos() > 0) {
      line(text, "No one setting for all layers is as good.");
    }
    return text.toString();
  }

  /**
   * Accuracies of the choice.
   *
   * @param found on held-out images; null where none decided
   * @param tested on test images, which decided nothing
   */
  public static String accuracy(Images images, DropSearch.Found found, DropSearch.Tested tested) {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "Layers were weighed by the outputs of %,d images of %s.",
        images.calibration().count(),
        images.calibration().name());
    if (found != null) {
      line(
          text,
          "Top-1 on the last %,d images of %s, by which it was chosen: %s, dense %s. If the network"
              + " was trained with them, they flatter both.",
          found.heldOut().images(),
          images.heldOut().name(),
          Figures.share(found.heldOut().top1()),
          Figures.share(found.dense().top1()));
    }
    line(
        text,
        "Top-1 on all %,d images of %s, which decided nothing: %s, dense %s.",
        tested.file().images(),
        images.test().name(),
        Figures.share(tested.file().top1()),
        Figures.share(tested.dense().top1()));
    return text.toString();
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
  }

  private static Candidate one(Choice choice, int layer) {
    return choice.chosen().get(layer);
  }

  static double bits(Choice choice, int layer) {
    return 8.0 * one(choice, layer).bytes() / choice.layers().get(layer).weights();
  }

  /** Signal to noise as it is printed. */
  static String decibels(double power, double error) {
    return error == 0
        ? "exact"
        : String.format(Locale.ROOT, "%.2f dB", 10 * Math.log10(power / error));
  }

  private static String noise(Choice choice, double error) {
    return choice.loss() == 0
        ? ""
        : String.format(Locale.ROOT, "%.2f %%", 100 * error / choice.loss());
  }

  private static String slope(Choice choice, double errorOfByte) {
    return Double.isInfinite(errorOfByte) || choice.loss() == 0
        ? ""
        : Figures.significant(100 * KILO * errorOfByte / choice.loss()) + " %";
  }

  /** The layer and what was chosen for it, in a line. */
  static String label(Layer layer, Candidate candidate) {
    return String.format(
        Locale.ROOT,
        "%s: %s, %s, %,d bytes, %s",
        layer.name(),
        candidate.setting().label(),
        candidate.recipe(),
        candidate.bytes(),
        decibels(layer.power(), candidate.error()));
  }

  private static Column left(String header) {
    return new Column().header(header).dataAlign(HorizontalAlign.LEFT);
  }

  private static Column right(String header) {
    return new Column().header(header).dataAlign(HorizontalAlign.RIGHT);
  }
}
