package dev.tersor.jobs.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Cuts the units of a sweep into waves, and each wave into tasks. Heavy units come first, each a
 * task of its own; light ones are packed together until they are worth a task. Spark hands out
 * tasks in order, so the last ones to start are light and no straggler ends a wave.
 */
public final class Waves {
  private static final long TASK_NANOS = 250_000_000;

  private Waves() {}

  /**
   * @param cores tasks that run at once
   * @param seconds wall-clock length of a wave
   * @return waves of tasks of units
   */
  public static <T extends Work> List<List<List<T>>> cut(List<T> units, int cores, double seconds) {
    List<T> sorted = new ArrayList<>(units);
    sorted.sort(
        Comparator.<T>comparingLong(Work::cost)
            .reversed()
            .thenComparing(unit -> unit.segment().id())
            .thenComparing(unit -> unit.pruning().label()));
    double budget = seconds * 1e9 * cores;
    List<List<List<T>>> waves = new ArrayList<>();
    List<List<T>> wave = new ArrayList<>();
    double spent = 0;
    long packed = Long.MAX_VALUE;
    for (T unit : sorted) {
      if (!wave.isEmpty() && spent + unit.cost() > budget) {
        waves.add(wave);
        wave = new ArrayList<>();
        spent = 0;
        packed = Long.MAX_VALUE;
      }
      if (packed >= TASK_NANOS) {
        wave.add(new ArrayList<>());
        packed = 0;
      }
      wave.get(wave.size() - 1).add(unit);
      packed += unit.cost();
      spent += unit.cost();
    }
    if (!wave.isEmpty()) {
      waves.add(wave);
    }
    return waves;
  }
}
