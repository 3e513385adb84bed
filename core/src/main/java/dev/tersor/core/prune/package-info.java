/**
 * Pruning: which weights become zero. Magnitudes only, exact to the count, in one or many parts.
 */
package dev.tersor.core.prune;
