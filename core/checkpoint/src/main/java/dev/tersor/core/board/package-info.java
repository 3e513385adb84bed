/**
 * Whole networks in C for a device without an operating system: inference over the decoders of
 * {@link dev.tersor.core.device}, and test images whose classes Java gives.
 */
package dev.tersor.core.board;
