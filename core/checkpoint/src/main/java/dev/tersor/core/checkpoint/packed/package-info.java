/**
 * Weights that are several tensors of a file: codes, scales and what belongs to them, as GPTQ, AWQ
 * and compressed-tensors store them in safetensors.
 */
package dev.tersor.core.checkpoint.packed;
