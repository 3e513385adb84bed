package dev.tersor.jobs.train;

/** A training whose loss is no number any more. */
final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DivergedException(String message) {
    super(message);
  }
}
