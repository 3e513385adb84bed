/** Whole networks run on their stored tensors, layer by layer. */
package dev.tersor.core.infer;
