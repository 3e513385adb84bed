/**
 * Coders of one stream of small integers. A new coder is one class and one line in {@link
 * dev.tersor.core.symbol.SymbolCoders}.
 */
package dev.tersor.core.symbol;
