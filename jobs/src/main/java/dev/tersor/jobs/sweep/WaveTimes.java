package dev.tersor.jobs.sweep;

import dev.tersor.jobs.plan.Schedule;

/**
 * What waves were expected to take, and what they took.
 *
 * @param planned seconds until the last task ends
 * @param plannedBusy core seconds of all tasks
 * @param coreSeconds of all cores while tasks ran
 * @param computed seconds until the last task had ended
 * @param busy core seconds of all tasks
 * @param written seconds of writing tables, after that
 */
public record WaveTimes(
    double planned,
    double plannedBusy,
    double coreSeconds,
    double computed,
    double busy,
    double written) {
  public static final WaveTimes NONE = new WaveTimes(0, 0, 0, 0, 0, 0);

  WaveTimes(Schedule plan, double computed, double busy, double written) {
    this(plan.seconds(), plan.busy(), computed * plan.cores(), computed, busy, written);
  }

  WaveTimes plus(WaveTimes other) {
    return new WaveTimes(
        planned + other.planned,
        plannedBusy + other.plannedBusy,
        coreSeconds + other.coreSeconds,
        computed + other.computed,
        busy + other.busy,
        written + other.written);
  }

  /** Share of the cores' time, while tasks ran, in which none ran: stragglers and overhead. */
  public double idle() {
    return coreSeconds == 0 ? 0 : Math.max(0, 1 - busy / coreSeconds);
  }
}
