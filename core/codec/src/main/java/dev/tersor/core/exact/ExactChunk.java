package dev.tersor.core.exact;

/**
 * A run of a file's bytes and the chunk that holds it.
 *
 * @param from where the run begins in the file
 * @param length bytes of the run, at least 1
 * @param at where the chunk begins in the {@link ExactFile}
 * @param stored bytes of the chunk
 * @param checksum CRC32C of the run
 * @param base where the run of the base begins that it differs from; -1 without one
 * @param level of {@link Deflated}, if the run is what that makes; else 0
 * @param inflated bytes of what it is made from; else 0
 */
public record ExactChunk(
    long from, int length, long at, int stored, int checksum, long base, int level, int inflated) {
  /** Bytes of the longest run that is coded in one piece. */
  public static final int MOST = 1 << 23;

  /** Bytes of the longest run that is made by deflating, and of what it is made from. */
  public static final int MOST_DEFLATED = 1 << 26;

  /** What a chunk may take more than its run: form, methods of planes, lengths. */
  public static final int MOST_ABOVE = 64;

  public boolean hasBase() {
    return base >= 0;
  }

  public boolean isDeflated() {
    return level > 0;
  }

  /** The byte of the file after the run. */
  public long end() {
    return from + length;
  }
}
