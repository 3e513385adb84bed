package dev.tersor.jobs.plan;

import java.util.List;
import java.util.PriorityQueue;

/**
 * What a wave is expected to take where its tasks go, in order, each to the core that is free
 * first, as Spark hands them out.
 *
 * @param tasks of the wave
 * @param seconds until the last task ends
 * @param longest seconds of the longest task
 * @param busy core seconds of all tasks
 * @param cores that work on it
 * @param weightBytes of weights that tasks read; none where they are drawn
 */
public record Schedule(
    int tasks, double seconds, double longest, double busy, int cores, long weightBytes) {

  /** Simulates a wave. */
  public static <T extends Work> Schedule of(List<List<T>> wave, int cores) {
    PriorityQueue<Double> free = new PriorityQueue<>();
    for (int core = 0; core < cores; core++) {
      free.add(0.0);
    }
    double end = 0;
    double longest = 0;
    double busy = 0;
    long bytes = 0;
    for (List<T> task : wave) {
      double seconds = 0;
      for (T work : task) {
        seconds += work.cost() / 1e9;
        bytes += bytes(work.segment());
      }
      double done = free.remove() + seconds;
      free.add(done);
      end = Math.max(end, done);
      longest = Math.max(longest, seconds);
      busy += seconds;
    }
    return new Schedule(wave.size(), end, longest, busy, cores, bytes);
  }

  private static long bytes(SegmentRef segment) {
    return segment.tensor().stored() == null
        ? 0
        : (long) segment.segment().length() * segment.tensor().format().bits() / Byte.SIZE;
  }

  /** Share of the cores' time that nothing runs in: what stragglers cost. */
  public double idle() {
    return seconds == 0 ? 0 : 1 - busy / (seconds * cores);
  }
}
