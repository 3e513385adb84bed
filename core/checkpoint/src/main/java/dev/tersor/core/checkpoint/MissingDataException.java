package dev.tersor.core.checkpoint;

import java.io.FileNotFoundException;
import java.io.IOException;

/** A data file beside a checkpoint cannot be read; the message names both, and a tensor in it. */
public final class MissingDataException extends FileNotFoundException {
  private static final long serialVersionUID = 1L;

  /** As the message says. */
  public MissingDataException(String message, IOException cause) {
    super(message);
    initCause(cause);
  }
}
