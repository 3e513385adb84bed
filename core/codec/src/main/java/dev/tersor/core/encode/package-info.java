/**
 * Encodings: one index scheme and one symbol coder make a recipe, and a recipe turns codes into a
 * container, the checksummed bytes of one tensor segment that decode alone.
 */
package dev.tersor.core.encode;
