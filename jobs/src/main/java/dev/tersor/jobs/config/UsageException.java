package dev.tersor.jobs.config;

/** Something that the user has to mend: one line naming the option, file, tensor or value. */
public class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(message);
  }

  public UsageException(String message, Throwable cause) {
    super(message, cause);
  }
}
