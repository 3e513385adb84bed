/**
 * Ground floor: packed integers, bit and byte streams, and the exception of every damaged input.
 */
package dev.tersor.core.bits;
