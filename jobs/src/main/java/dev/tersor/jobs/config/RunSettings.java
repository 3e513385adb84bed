package dev.tersor.jobs.config;

import java.util.List;

/**
 * How a sweep is run, and what of it is kept.
 *
 * @param out the results folder
 * @param keep {@code best}, or names of encodings whose containers are stored
 * @param cost file of the rates that times are estimated by; empty for the built-in ones
 * @param waveSeconds wall-clock seconds of work after which rows are published
 * @param logStages whether a line of JSON is logged for each stage
 */
public record RunSettings(
    String out, List<String> keep, String cost, double waveSeconds, boolean logStages) {
  /** The value of {@link #keep} that stores the smallest container of each. */
  public static final String KEEP_BEST = "best";
}
