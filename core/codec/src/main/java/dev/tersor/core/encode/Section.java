package dev.tersor.core.encode;

import dev.tersor.core.bits.ByteReader;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.encode.OpenContainer.CodedStream;
import dev.tersor.core.index.Role;
import dev.tersor.core.symbol.Coded;
import dev.tersor.core.symbol.Place;
import dev.tersor.core.symbol.SymbolCoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A section as the header describes it.
 *
 * @param name the stream's name, or {@code codebook}
 * @param kind what it holds
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

  /** Bytes that the description of a section takes at least, if its counts are of one byte. */
  static int leastBytes(String name) {
    return 1 + name.length() + 2 + 3 + Integer.BYTES;
  }

  /**
   * The section's bytes, checked.
   *
   * @param at where it begins
   * @throws MalformedInputException if they end early or another checksum was written
   */
  private Coded body(byte[] container, int at) {
    String what = "section '" + name + "'";
    ByteReader in = new ByteReader(container, at, container.length);
    byte[] table = in.raw(tableLength, what);
    byte[] payload = in.raw(payloadLength, what);
    if (Header.checksum(table, payload) != checksum) {
      throw new MalformedInputException(what + ": checksum does not match", at);
    }
    return new Coded(table, payload);
  }

  /**
   * A section and its bytes.
   *
   * @param at where it begins in the container
   */
  record Body(Section section, Coded coded, int at) {
    /**
     * The bodies of a container's sections, which end where it does.
     *
     * @throws MalformedInputException if the container ends early or late, or a checksum is wrong
     */
    static List<Body> all(Header header, byte[] container) {
      List<Body> bodies = new ArrayList<>();
      int next = header.length();
      for (Section section : header.sections()) {
        bodies.add(new Body(section, section.body(container, next), next));
        next += section.tableLength() + section.payloadLength();
      }
      if (next != container.length) {
        throw new MalformedInputException((container.length - next) + " bytes after the end", next);
      }
      return bodies;
    }

    /**
     * It as a stream, still coded.
     *
     * @param place that it was coded with
     */
    CodedStream stream(SymbolCoder recipeCoder, Place place) {
      return CodedStream.of(section, recipeCoder, coded, at, place);
    }
  }

  /** What a section holds, with the low bits of its kind byte. */
  enum Kind {
    INDEX(0, Role.INDEX),
    VALUE(1, Role.VALUE),
    CODEBOOK(2, null),
    NUMBER(3, Role.NUMBER);

    private final int code;
    private final Role role;

    Kind(int code, Role role) {
      this.code = code;
      this.role = role;
    }

    int code() {
      return code;
    }

    /** What its stream is counted as; null of a codebook, which is none. */
    Role role() {
      return role;
    }

    static Optional<Kind> of(int code) {
      return Arrays.stream(values()).filter(kind -> kind.code == code).findFirst();
    }

    static Kind of(Role role) {
      return Arrays.stream(values()).filter(kind -> kind.role == role).findFirst().orElseThrow();
    }
  }
}
