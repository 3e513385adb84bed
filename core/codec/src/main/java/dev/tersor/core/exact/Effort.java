package dev.tersor.core.exact;

/** What goes first where a file is stored as it is. */
public enum Effort {
  /** Speed: planes are coded where that saves a good part of them, and are quick to decode. */
  FAST,

  /** Size: every plane is coded as small as it gets, at a few megabytes a second. */
  SMALLEST
}
