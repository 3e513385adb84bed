package dev.tersor.core.encode;

/**
 * A section as the header describes it.
 *
 * @param name the stream's name, or {@code codebook}
 * @param kind index, value or codebook
 * @param coded whether the recipe's coder coded it; if not, it is packed
 * @param width bits of a plain symbol
 * @param count number of symbols
 * @param tableLength bytes of the code table, before the payload
 * @param payloadLength bytes of the coded symbols
 * @param checksum CRC32C of table and payload
 */
record Section(
    String name,
    Kind kind,
    boolean coded,
    int width,
    int count,
    int tableLength,
    int payloadLength,
    int checksum) {

  static final String CODEBOOK_NAME = "codebook";

  /** The values of the kind byte's low bits; the order is part of the format. */
  enum Kind {
    INDEX,
    VALUE,
    CODEBOOK
  }
}
