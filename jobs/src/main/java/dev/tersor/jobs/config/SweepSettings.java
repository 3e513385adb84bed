package dev.tersor.jobs.config;

/** A sweep that was checked as far as it can be without looking at a file. */
public record SweepSettings(
    WeightSettings from, GridSettings grid, RunSettings run, EvaluationSettings evaluation) {}
