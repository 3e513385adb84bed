package dev.tersor.core.bits;

/**
 * The one exception of damaged input: a container, a section, a code table or a checkpoint that
 * says something impossible. Decoders throw nothing else for bad bytes.
 */
public final class MalformedInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long position;

  /**
   * @param message what was found and what was expected
   * @param position byte offset of the damage in the input that was being read
   */
  public MalformedInputException(String message, long position) {
    super(message + " (at byte " + position + ")");
    this.position = position;
  }

  /** Byte offset, in the input that was being read, where the damage was noticed. */
  public long position() {
    return position;
  }
}
