package dev.tersor.jobs.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import dev.tersor.jobs.config.ExtraEncodings;
import dev.tersor.jobs.config.GridSettings;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.plan.Forecast;
import dev.tersor.jobs.plan.Grid;
import dev.tersor.jobs.source.ResolvedModel;
import dev.tersor.jobs.sweep.Outcome;
import dev.tersor.jobs.sweep.WaveTimes;
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

  /** The grid, its estimated cost, and the waves that it comes to. */
  public static String grid(
      GridSettings settings, List<ResolvedModel> models, Forecast forecast, String where) {
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
                    .with(
                        model ->
                            String.format(
                                Locale.ROOT, "%.1f", forecast.coreSeconds().get(model.name())))));
    return table
        + "\nsparsities "
        + settings.prunings().stream().map(Pruning::label).collect(Collectors.joining(", "))
        + "; bits "
        + settings.bits()
        + "; codebooks "
        + settings.codebooks()
        + "\nencodings "
        + String.join(", ", settings.encodings())
        + "\n"
        + settings.extras().stream().map(PlanText::extra).collect(Collectors.joining())
        + ForecastText.of(forecast, where);
  }

  private static String extra(ExtraEncodings extra) {
    return "and at sparsities "
        + extra.prunings().stream().map(Pruning::label).collect(Collectors.joining(", "))
        + "; bits "
        + extra.bits()
        + ": "
        + String.join(", ", extra.encodings())
        + "\n";
  }

  static Column left(String header) {
    return new Column().header(header).dataAlign(HorizontalAlign.LEFT);
  }

  static Column right(String header) {
    return new Column().header(header).dataAlign(HorizontalAlign.RIGHT);
  }

  private static long cells(GridSettings settings, ResolvedModel model) {
    return (long) Grid.segments(List.of(model)).size() * settings.cellsPerSegment();
  }

  /** What the waves took beside what was planned; nothing where there were none. */
  private static String waves(Outcome outcome) {
    WaveTimes waves = outcome.waves();
    return waves.computed() == 0
        ? ""
        : String.format(
            Locale.ROOT,
            "tasks took %.1f s, planned %.1f s; %.1f s of a core, planned %.1f s; %.1f %% of the cores'"
                + " time idle; %,.0f cells a second; tables took %.1f s%n",
            waves.computed(),
            waves.planned(),
            waves.busy(),
            waves.plannedBusy(),
            100 * waves.idle(),
            outcome.done() / waves.computed(),
            waves.written());
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
        + waves(outcome)
        + (synthetic.isEmpty() ? "" : "synthetic weights: " + synthetic + "\n")
        + "results in "
        + out
        + "; go on with\n"
        + "  bin/sweep sql --out "
        + ShellWord.of(out)
        + " \"SELECT encoding, total_bytes, ratio_fp32 FROM models WHERE verified ORDER BY total_bytes\""
        + (outcome.failed() == 0
            ? ""
            : "\n  bin/sweep sql --out "
                + ShellWord.of(out)
                + " \"SELECT * FROM cells WHERE NOT verified\""
                + "   (--retry-failed tries them again)");
  }
}
