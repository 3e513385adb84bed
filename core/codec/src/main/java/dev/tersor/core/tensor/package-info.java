/** Tensors: shapes, fp32 weights, quantised codes with their codebook, and segments of both. */
package dev.tersor.core.tensor;
