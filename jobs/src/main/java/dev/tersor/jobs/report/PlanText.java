package dev.tersor.jobs.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.config.SweepSettings;
import dev.tersor.jobs.plan.Cost;
import dev.tersor.jobs.plan.Grid;
import dev.tersor.jobs.run.Outcome;
import dev.tersor.jobs.source.ResolvedModel;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a sweep says before and after its work. */
public final class PlanText {
  private PlanText() {}

  /** A line a model: what it is, how large, and loudly where its weights come from. */
  public static String sources(List<ResolvedModel> models) {
    StringBuilder text = new StringBuilder();
    for (ResolvedModel model : models) {
      text.append(
          String.format(
              Locale.ROOT,
              "%s: %s, %d tensors, %,d weights from %s%n",
              model.name(),
              model.title(),
              model.tensors().size(),
              model.weights(),
              model.origins()));
      model.notes().forEach(note -> text.append("  ").append(note).append('\n'));
      if (model.isAnySynthetic()) {
        text.append("  SYNTHETIC WEIGHTS: seeded, near-normal, not trained; sizes at a given")
            .append(" sparsity are typical, errors are not\n");
      }
    }
    return text.toString();
  }

  /** The grid and its estimated cost. */
  public static String grid(SweepSettings settings, List<ResolvedModel> models, int cores) {
    String table =
        AsciiTable.getTable(
            AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS,
            models,
            List.of(
                new Column()
                    .header("model")
                    .dataAlign(HorizontalAlign.LEFT)
                    .with(ResolvedModel::name),
                right("tensors").with(model -> Integer.toString(model.tensors().size())),
                right("segments")
                    .with(model -> Integer.toString(Grid.segments(List.of(model)).size())),
                right("weights").with(model -> String.format(Locale.ROOT, "%,d", model.weights())),
                right("cells")
                    .with(model -> String.format(Locale.ROOT, "%,d", cells(settings, model))),
                right("estimated core seconds")
                    .with(model -> String.format(Locale.ROOT, "%.1f", seconds(settings, model)))));
    double total = models.stream().mapToDouble(model -> seconds(settings, model)).sum();
    return table
        + "\nsparsities "
        + settings.prunings().stream().map(Pruning::label).collect(Collectors.joining(", "))
        + "; bits "
        + settings.bits()
        + "; codebooks "
        + settings.codebooks()
        + "\nencodings "
        + String.join(", ", settings.encodings())
        + String.format(
            Locale.ROOT,
            "%nestimated %.0f s on %d cores, fits over several segments not counted%n",
            total / cores,
            cores);
  }

  private static Column right(String header) {
    return new Column().header(header).dataAlign(HorizontalAlign.RIGHT);
  }

  private static long cells(SweepSettings settings, ResolvedModel model) {
    return (long) Grid.segments(List.of(model)).size() * settings.cellsPerSegment();
  }

  private static double seconds(SweepSettings settings, ResolvedModel model) {
    int perEncoding =
        settings.cellsPerSegment() / settings.prunings().size() / settings.encodings().size();
    List<String> perUnit =
        Collections.nCopies(perEncoding, settings.encodings()).stream()
            .flatMap(List::stream)
            .toList();
    double nanos =
        Grid.segments(List.of(model)).stream()
            .mapToDouble(
                ref ->
                    Cost.nanos(
                        ref.segment().length(),
                        perUnit,
                        Cost.inputs(settings.measures(), ref.tensor())))
            .sum();
    return nanos * settings.prunings().size() * settings.measures().timingRuns() / 1e9;
  }

  /** The lines after the table: counts, where the results are, and how to go on. */
  public static String end(Outcome outcome, String out, List<ResolvedModel> models) {
    String synthetic =
        models.stream()
            .filter(ResolvedModel::isAnySynthetic)
            .map(ResolvedModel::name)
            .collect(Collectors.joining(", "));
    return String.format(
            Locale.ROOT,
            "%,d cells computed, %,d held before, %,d failed; %.1f s%n",
            outcome.done(),
            outcome.skipped(),
            outcome.failed(),
            outcome.seconds())
        + (synthetic.isEmpty() ? "" : "synthetic weights: " + synthetic + "\n")
        + "results in "
        + out
        + "; go on with\n"
        + "  bin/sweep sql --out "
        + out
        + " \"SELECT encoding, total_bytes, ratio_fp32 FROM models WHERE verified ORDER BY total_bytes\""
        + (outcome.failed() == 0
            ? ""
            : "\n  bin/sweep sql --out "
                + out
                + " \"SELECT * FROM cells WHERE NOT verified\""
                + "   (--retry-failed tries them again)");
  }
}
