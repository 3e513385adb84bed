package dev.tersor.core.index;

/** What a stream's bytes are counted as. */
public enum Role {
  /** Positions: gaps, pointers, masks, counts. */
  INDEX,
  /** Codes of weights, those of filler elements included. */
  VALUE,
  /** Parts of weights that are not quantised; no index scheme has such streams. */
  NUMBER
}
