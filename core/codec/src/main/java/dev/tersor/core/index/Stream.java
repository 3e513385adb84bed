package dev.tersor.core.index;

import dev.tersor.core.symbol.Symbols;

/**
 * One named stream of an index scheme.
 *
 * @param name lower-case letters, digits and dashes, unique within its scheme
 * @param padding how many of the symbols belong to padding elements: elements stored beyond the
 *     non-zeros, to bridge gaps or to fill lanes
 */
public record Stream(String name, Role role, Symbols symbols, int padding) {
  public Stream(String name, Role role, Symbols symbols) {
    this(name, role, symbols, 0);
  }
}
