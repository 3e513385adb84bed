package dev.tersor.core.checkpoint;

/** What the axes of a weight tensor mean. Recorded where the file says it, never guessed. */
public enum Layout {
  /** Output units (filters) first: a row holds the weights of one output. */
  OUT_IN,
  /** Input units first: a column holds the weights of one output. */
  IN_OUT,
  /** The file does not say. */
  AS_STORED
}
