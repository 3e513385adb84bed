/**
 * Pruning: which weights become zero. Single ones by magnitude or a given saliency, exact to the
 * count, in one or many parts; some of each few of a row; whole blocks, rows, attention heads and
 * tensors.
 */
package dev.tersor.core.prune;
