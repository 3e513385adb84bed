package dev.tersor.jobs.plan;

import java.io.Serializable;

/** A codebook within a unit: its bits and the name of its fitter. */
public record CodebookId(int bits, String fitter) implements Serializable {}
