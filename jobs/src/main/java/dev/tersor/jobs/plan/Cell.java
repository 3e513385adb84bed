package dev.tersor.jobs.plan;

import java.io.Serializable;

/**
 * One result to compute, within a unit.
 *
 * @param encoding the recipe's name
 * @param key hash of the whole configuration
 */
public record Cell(int bits, String codebook, String encoding, String key)
    implements Serializable {}
