package dev.tersor.core.symbol;

import dev.tersor.core.bits.MalformedInputException;

/**
 * A coded stream.
 *
 * @param table what the decoder needs to know first (code lengths); empty where there is none
 * @param payload the coded symbols
 */
@SuppressWarnings("ArrayRecordComponent") // handed from coder to container, never compared
public record Coded(byte[] table, byte[] payload) {
  /**
   * Whether it is that of no symbols, where any symbol has a table.
   *
   * @param count symbols that there are to be
   * @throws MalformedInputException if one of table and count alone is there, or nothing but a
   *     payload
   */
  boolean isEmpty(int count) {
    if (table.length != 0 && count != 0) {
      return false;
    }
    if (table.length != 0 || payload.length != 0 || count != 0) {
      throw new MalformedInputException(
          "a stream of " + count + " symbols has a table of " + table.length + " bytes", 0);
    }
    return true;
  }
}
