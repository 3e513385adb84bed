package dev.tersor.core.model;

/** What a tensor does in its network. */
public enum Kind {
  CONV,
  DEPTHWISE,
  FC,
  ATTENTION,
  EMBEDDING
}
