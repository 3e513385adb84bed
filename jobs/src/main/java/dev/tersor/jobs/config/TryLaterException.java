package dev.tersor.jobs.config;

/** Nothing to mend: another run is writing, and the same command will do once it is through. */
public final class TryLaterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TryLaterException(String message) {
    super(message);
  }
}
