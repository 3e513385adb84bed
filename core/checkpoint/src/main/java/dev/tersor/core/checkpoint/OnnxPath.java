package dev.tersor.core.checkpoint;

/**
 * Where in a model a graph is: the nodes and attributes around it, outermost first. A node's name
 * may lie behind its attributes in the file, so labels are given when they are known.
 */
final class OnnxPath {
  private final OnnxPath outer;
  private String label = "";

  /**
   * @param outer null for the model's own graph
   */
  OnnxPath(OnnxPath outer) {
    this.outer = outer;
  }

  void label(String text) {
    label = text;
  }

  boolean isMain() {
    return outer == null;
  }

  /** So many characters are ahead of a tensor's name. */
  int length() {
    int own = label.isEmpty() ? 0 : label.length() + 1;
    return outer == null ? own : outer.length() + own;
  }

  /** A tensor's name behind those of all that is around it: {@code loop/body/w}. */
  String of(String name) {
    String inner = label.isEmpty() ? name : label + "/" + name;
    return outer == null ? inner : outer.of(inner);
  }
}
