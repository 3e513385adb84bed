/**
 * Pruning: which weights become zero. Single ones by magnitude or a given saliency, exact to the
 * count, in one or many parts; whole rows, and whole tensors.
 */
package dev.tersor.core.prune;
