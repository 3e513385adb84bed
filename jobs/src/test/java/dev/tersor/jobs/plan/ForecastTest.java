package dev.tersor.jobs.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.tensor.Segment;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.config.SettingsLoader;
import dev.tersor.jobs.config.SweepSettings;
import dev.tersor.jobs.source.ResolvedModel;
import dev.tersor.jobs.source.TensorRef;
import dev.tersor.jobs.source.WeightResolver;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class ForecastTest {
  private record Task(SegmentRef segment, Pruning pruning, long cost) implements Work {}

  private static SweepSettings settings(String model, double waveSeconds) {
    return SettingsLoader.load(
        null,
        Map.of(
            "models",
            List.of(model),
            "sparsities",
            List.of("0.5", "0.9"),
            "bits",
            List.of("8"),
            "codebooks",
            List.of("uniform"),
            "encodings",
            List.of("bitmap/packed", "dense/packed"),
            "wave-seconds",
            waveSeconds,
            "offline",
            true));
  }

  private static List<ResolvedModel> models(SweepSettings settings) {
    return new WeightResolver(settings.from(), new Configuration()).resolve();
  }

  private static Task task(double seconds) {
    TensorRef tensor = models(settings("synthetic-10m", 60)).get(0).tensors().get(0);
    SegmentRef segment = new SegmentRef(tensor, Segment.cut(tensor.shape()).get(0));
    return new Task(segment, null, (long) (seconds * 1e9));
  }

  @Test
  void tasksGoInOrderToTheCoreThatIsFreeFirst() {
    // 5 | 3 3: the second core is free first, so 3 follows 3, and 4 the 5.
    Schedule schedule =
        Schedule.of(
            List.of(
                List.of(task(5)), List.of(task(2), task(1)), List.of(task(3)), List.of(task(4))),
            2);
    assertEquals(4, schedule.tasks());
    assertEquals(9, schedule.seconds(), 1e-9);
    assertEquals(5, schedule.longest(), 1e-9);
    assertEquals(15, schedule.busy(), 1e-9);
    assertEquals(1 - 15 / 18.0, schedule.idle(), 1e-9);
    Schedule straggler = Schedule.of(List.of(List.of(task(8))), 4);
    assertEquals(0.75, straggler.idle(), 1e-9);
  }

  @Test
  void seventyBillionWeightsArePlannedInSecondsFromShapesAlone() {
    SweepSettings settings = settings("llama2-70b-shapes", 5);
    Forecast forecast = Forecast.of(settings, models(settings), 400);
    long segments = Grid.segments(models(settings)).size();
    assertEquals(segments * 2 * 2, forecast.cells());
    assertTrue(forecast.waves().size() > 1, forecast::toString);
    double busy = forecast.waves().stream().mapToDouble(Schedule::busy).sum();
    assertEquals(forecast.coreSeconds().get("llama2-70b-shapes"), busy, 1e-6 * busy);
    assertTrue(forecast.idle() >= 0 && forecast.idle() < 0.5, forecast::toString);
    for (Schedule wave : forecast.waves()) {
      assertEquals(0, wave.weightBytes(), "synthetic weights are drawn");
      assertTrue(wave.seconds() >= wave.longest());
    }
    assertEquals(
        List.of(
            "thresholds, tensor 0.5",
            "codebooks, tensor 0.5",
            "thresholds, tensor 0.9",
            "codebooks, tensor 0.9"),
        forecast.passes().stream().map(Forecast.Pass::what).toList());
    Forecast half = Forecast.of(settings, models(settings), 200);
    assertEquals(2, half.waveSeconds() / forecast.waveSeconds(), 0.2);
  }

  @Test
  void heavySegmentsAreTasksOfTheirOwn() {
    SweepSettings settings = settings("synthetic-10m", 0.5);
    Forecast forecast = Forecast.of(settings, models(settings), 2);
    assertEquals(2 * 2 * 2 * 2, forecast.cells(), "tensors, segments, sparsities, encodings");
    // Light segments share a task.
    int tasks = forecast.waves().stream().mapToInt(Schedule::tasks).sum();
    assertTrue(tasks >= 4 && tasks <= 8, forecast::toString);
    assertTrue(forecast.waves().size() > 1, forecast::toString);
  }
}
