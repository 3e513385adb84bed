package dev.tersor.jobs.plan;

import java.io.Serializable;

/**
 * One result to compute, within a unit.
 *
 * @param setting {@code paper} where the bits are the tensor's own, else null
 * @param encoding the name of a recipe, or of a choice
 * @param recipe the recipe that the encoding means for this tensor; itself where that is not known
 *     before it is tried
 * @param key hash of the whole configuration
 */
public record Cell(
    int bits, String setting, String codebook, String encoding, String recipe, String key)
    implements Serializable {}
