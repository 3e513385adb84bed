package dev.tersor.core.model;

import dev.tersor.core.checkpoint.Layout;
import dev.tersor.core.tensor.Shape;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A weight tensor of an architecture.
 *
 * @param name as in the checkpoints that the architecture names
 * @param macs multiply-accumulates that the tensor takes part in for one input
 * @param layout how a matrix is stored
 * @param prune whether a sweep takes it
 * @param hub whether the public checkpoint has it in this shape
 * @param paperDensity share of weights that the paper's table keeps
 * @param paperBits bits of a weight in the paper's table
 * @param paperIndexBits bits of a relative index in the paper's table
 */
public record TensorSpec(
    String name,
    Kind kind,
    Shape shape,
    long macs,
    Layout layout,
    boolean prune,
    boolean hub,
    OptionalDouble paperDensity,
    OptionalInt paperBits,
    OptionalInt paperIndexBits) {}
