package dev.tersor.jobs.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.ColumnData;
import dev.tersor.jobs.plan.Forecast;
import dev.tersor.jobs.plan.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What a sweep is expected to take, wave by wave. */
final class ForecastText {
  /** More waves than this are not all shown. */
  private static final int MOST = 12;

  private ForecastText() {}

  /**
   * @param where what the cores are of
   */
  static String of(Forecast forecast, String where) {
    StringBuilder text = new StringBuilder();
    if (!forecast.passes().isEmpty()) {
      text.append("before the waves, estimated:\n").append(passes(forecast)).append('\n');
    }
    List<Schedule> waves = forecast.waves();
    int shown = waves.size() > MOST ? MOST - 2 : waves.size();
    text.append(waves(waves, shown)).append('\n');
    if (shown < waves.size()) {
      List<Schedule> rest = waves.subList(shown, waves.size());
      text.append(
          String.format(
              Locale.ROOT,
              "and %,d more waves, %.0f s, the worst with %.1f %% idle%n",
              rest.size(),
              rest.stream().mapToDouble(Schedule::seconds).sum(),
              100 * rest.stream().mapToDouble(Schedule::idle).max().orElse(0)));
    }
    return text.append(
            String.format(
                Locale.ROOT,
                "estimated %.0f s on %,d cores (%s): %.0f s of passes and %.0f s of %,d waves, in"
                    + " which %.1f %% of the cores' time is idle; %,.0f cells a second; writing"
                    + " tables not counted%n",
                forecast.passSeconds() + forecast.waveSeconds(),
                forecast.cores(),
                where,
                forecast.passSeconds(),
                forecast.waveSeconds(),
                waves.size(),
                100 * forecast.idle(),
                forecast.cells() / Math.max(1e-9, forecast.waveSeconds())))
        .toString();
  }

  private static String passes(Forecast forecast) {
    List<ColumnData<Forecast.Pass>> columns = new ArrayList<>();
    columns.add(PlanText.left("finds").with(Forecast.Pass::what));
    columns.add(PlanText.right("passes").with(pass -> String.valueOf(pass.times())));
    columns.add(PlanText.right("weights").with(pass -> Figures.size((double) pass.weights())));
    columns.add(PlanText.right("seconds").with(pass -> decimal(pass.seconds())));
    columns.add(
        PlanText.right("bytes between tasks")
            .with(pass -> Figures.size((double) pass.travelling())));
    return AsciiTable.getTable(
        AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, forecast.passes(), columns);
  }

  private static String waves(List<Schedule> waves, int shown) {
    List<Integer> rows = IntStream.range(0, shown).boxed().toList();
    List<ColumnData<Integer>> columns = new ArrayList<>();
    columns.add(PlanText.right("wave").with(i -> String.valueOf(i + 1)));
    columns.add(PlanText.right("tasks").with(i -> String.valueOf(waves.get(i).tasks())));
    columns.add(PlanText.right("seconds").with(i -> decimal(waves.get(i).seconds())));
    columns.add(PlanText.right("longest task, s").with(i -> decimal(waves.get(i).longest())));
    columns.add(
        PlanText.right("idle")
            .with(i -> String.format(Locale.ROOT, "%.1f %%", 100 * waves.get(i).idle())));
    columns.add(
        PlanText.right("weights read, bytes")
            .with(i -> Figures.size((double) waves.get(i).weightBytes())));
    return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, rows, columns);
  }

  private static String decimal(double seconds) {
    return String.format(Locale.ROOT, "%.1f", seconds);
  }
}
