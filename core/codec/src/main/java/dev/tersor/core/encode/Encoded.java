package dev.tersor.core.encode;

import java.util.List;

/**
 * An encoded tensor segment.
 *
 * @param container the bytes, as {@link Container} lays them out
 * @param breakdown what they are for
 * @param streams the index scheme's streams as they were coded, in stored order
 */
@SuppressWarnings("ArrayRecordComponent") // the container is the result, megabytes not to copy
public record Encoded(byte[] container, Breakdown breakdown, List<CodedStream> streams) {
  /**
   * How one stream was coded.
   *
   * @param coder the coder's name: the recipe's, or packed where that does not take the stream or
   *     does not make it shorter
   * @param tableBytes bytes of the code table
   * @param payloadBytes bytes of the coded symbols
   */
  public record CodedStream(String name, String coder, int tableBytes, int payloadBytes) {}
}
