package dev.tersor.core.index;

import dev.tersor.core.symbol.Symbols;

/**
 * One named stream of an index scheme.
 *
 * @param name lower-case letters and dashes, unique within its scheme
 */
public record Stream(String name, Role role, Symbols symbols) {}
