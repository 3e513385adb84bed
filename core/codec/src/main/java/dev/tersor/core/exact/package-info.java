/** Files as they are, byte for byte: chunks of planes of bytes, and where they lie. */
package dev.tersor.core.exact;
