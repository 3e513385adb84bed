package dev.tersor.core.encode;

/**
 * The bytes of a container or of a network file by what they are for; they add up to its length.
 *
 * @param valueBytes coded values, and numbers that are stored as numbers
 * @param indexBytes coded index streams
 * @param tableBytes code tables of the symbol coders
 * @param codebookBytes codebooks
 * @param headerBytes names, shapes, lengths and checksums
 */
public record Parts(
    int valueBytes, int indexBytes, int tableBytes, int codebookBytes, int headerBytes) {
  /** Coded index and values, without tables, codebook, header and checksums. */
  public int payloadBytes() {
    return valueBytes + indexBytes;
  }

  public int totalBytes() {
    return payloadBytes() + tableBytes + codebookBytes + headerBytes;
  }
}
