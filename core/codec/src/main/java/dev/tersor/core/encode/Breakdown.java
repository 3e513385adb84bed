package dev.tersor.core.encode;

/**
 * The bytes of a container by what they are for. They add up: {@link #totalBytes} is the length of
 * the container.
 *
 * @param valueBytes coded values, fillers included
 * @param indexBytes coded index streams
 * @param tableBytes code tables of the symbol coder
 * @param codebookBytes the codebook
 * @param headerBytes header and checksums
 * @param paddingBytes of the value and index bytes, the share of padding elements: each stream's
 *     bytes apportioned by number of elements
 * @param paddingElements elements stored beyond the non-zeros
 */
public record Breakdown(
    int valueBytes,
    int indexBytes,
    int tableBytes,
    int codebookBytes,
    int headerBytes,
    int paddingBytes,
    int paddingElements) {

  /** What the papers count: coded index and values, without tables, codebook, header, checksums. */
  public int payloadBytes() {
    return valueBytes + indexBytes;
  }

  public int totalBytes() {
    return payloadBytes() + tableBytes + codebookBytes + headerBytes;
  }
}
