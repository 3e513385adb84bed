package dev.tersor.jobs.plan;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.tensor.Segment;
import dev.tersor.jobs.config.BitWidth;
import dev.tersor.jobs.config.CostModel;
import dev.tersor.jobs.config.Measures;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.config.SettingsLoader;
import dev.tersor.jobs.source.TensorRef;
import dev.tersor.jobs.source.WeightResolver;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CostTest {
  private record Timed(SegmentRef segment, Pruning pruning, long cost, long measured)
      implements Work {}

  /** A third of the units of four published sweeps, with what they took. */
  private static List<Timed> units() throws IOException {
    String text;
    try (InputStream in = CostTest.class.getResourceAsStream("/unit-times.csv")) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    Cost cost = new Cost(CostModel.load(""), Measures.STANDARD);
    SegmentRef any = segment();
    Map<String, String[]> sweeps = new HashMap<>();
    List<Timed> units = new ArrayList<>();
    for (String line : text.lines().toList()) {
      String[] words = line.split(",", -1);
      if (words[0].equals("#sweep")) {
        sweeps.put(words[1], words);
      } else if (!words[0].equals("#unit")) {
        Double target = words[7].isEmpty() ? null : Double.valueOf(words[7]);
        Pruning pruning = Pruning.of(words[6], target);
        double nanos =
            cost.nanos(
                words[5],
                Boolean.parseBoolean(words[4]),
                Long.parseLong(words[3]),
                pruning,
                cells(pruning, sweeps.get(words[0])));
        units.add(new Timed(any, pruning, (long) nanos, Long.parseLong(words[8])));
      }
    }
    return units;
  }

  private static List<Cell> cells(Pruning pruning, String[] sweep) {
    List<Cell> cells = new ArrayList<>();
    for (String bits : sweep[3].split(" ", -1)) {
      for (String encoding : sweep[4].split(" ", -1)) {
        int width = Integer.parseInt(bits);
        Setting setting = new Setting(pruning, new BitWidth(width), sweep[2], encoding);
        cells.add(new Cell(setting, width, encoding, ""));
      }
    }
    return cells;
  }

  private static SegmentRef segment() {
    Map<String, Object> synthetic = Map.of("models", List.of("synthetic-10m"), "offline", true);
    TensorRef tensor =
        new WeightResolver(SettingsLoader.load(null, synthetic).from(), new Configuration())
            .resolve()
            .get(0)
            .tensors()
            .get(0);
    return new SegmentRef(tensor, Segment.cut(tensor.shape()).get(0));
  }

  /** Seconds of a wave of units that are ordered and packed by estimates and take other times. */
  private static double seconds(List<Timed> units, int cores) {
    List<List<Timed>> wave = Waves.cut(units, cores, Double.MAX_VALUE).get(0);
    List<List<Timed>> tasks = new ArrayList<>();
    for (List<Timed> task : wave) {
      tasks.add(task.stream().map(CostTest::perfect).toList());
    }
    return Schedule.of(tasks, cores).seconds();
  }

  private static Timed perfect(Timed unit) {
    return new Timed(unit.segment(), unit.pruning(), unit.measured(), unit.measured());
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8, 32})
  void wavesByEstimatesTakeWhatThoseByMeasuredTimesDo(int cores) throws IOException {
    List<Timed> units = units();
    double perfect = seconds(units.stream().map(CostTest::perfect).toList(), cores);
    double estimated = seconds(units, cores);
    assertTrue(
        estimated <= 1.05 * perfect, () -> estimated + " s, and in the best order " + perfect);
    List<Timed> alike =
        units.stream()
            .map(unit -> new Timed(unit.segment(), unit.pruning(), 1, unit.measured()))
            .toList();
    assertTrue(seconds(alike, cores) > 1.05 * perfect, "an order by nothing would do as well");
  }
}
