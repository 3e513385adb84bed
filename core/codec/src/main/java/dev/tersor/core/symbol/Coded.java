package dev.tersor.core.symbol;

/**
 * A coded stream.
 *
 * @param table what the decoder needs to know first (code lengths); empty where there is none
 * @param payload the coded symbols
 */
@SuppressWarnings("ArrayRecordComponent") // handed from coder to container, never compared
public record Coded(byte[] table, byte[] payload) {}
