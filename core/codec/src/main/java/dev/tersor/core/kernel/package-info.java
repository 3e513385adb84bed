/**
 * Products of layers with their inputs: dense and sparse matrices times a vector or a batch of them
 * (Deep Compression, section 6.3 and Figure 14: what pruning does for speed).
 */
package dev.tersor.core.kernel;
