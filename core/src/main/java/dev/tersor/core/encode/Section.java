package dev.tersor.core.encode;

import java.util.Arrays;
import java.util.Optional;

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

  /** What a section holds, with the low bits of its kind byte. */
  enum Kind {
    INDEX(0),
    VALUE(1),
    CODEBOOK(2);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }

    static Optional<Kind> of(int code) {
      return Arrays.stream(values()).filter(kind -> kind.code == code).findFirst();
    }
  }
}
