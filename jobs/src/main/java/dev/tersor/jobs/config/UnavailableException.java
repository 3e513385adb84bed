package dev.tersor.jobs.config;

/**
 * What is not there tonight: weights that were not delivered, a source out of reach, an engine that
 * the class path lacks.
 */
public final class UnavailableException extends UsageException {
  private static final long serialVersionUID = 1L;

  private final boolean isAll;

  private UnavailableException(String message, boolean isAll, Throwable cause) {
    super(message, cause);
    this.isAll = isAll;
  }

  /** Of one model. */
  public static UnavailableException of(String message, Throwable cause) {
    return new UnavailableException(message, false, cause);
  }

  /** Of every model that was asked for. */
  public static UnavailableException ofAll(String message) {
    return new UnavailableException(message, true, null);
  }

  /** Whether no model is left, so that there is nothing to do. */
  public boolean isAll() {
    return isAll;
  }
}
