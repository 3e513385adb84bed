/**
 * Tensors for a device without an operating system: their streams as they are stored, and decoders
 * of them in C99, which lie beside these classes as resources.
 */
package dev.tersor.core.device;
