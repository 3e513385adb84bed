package dev.tersor.jobs.plan;

/** A target that cannot be reached; the message says what is the nearest. */
public final class UnreachableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnreachableException(String message) {
    super(message);
  }
}
