/**
 * Quantisation of surviving weights to b bits: uniform symmetric with the step of least squared
 * error, and k-means codebooks in one dimension. Code 0 is the kept zero everywhere.
 */
package dev.tersor.core.quantize;
