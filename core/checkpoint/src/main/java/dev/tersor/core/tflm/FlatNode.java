package dev.tersor.core.tflm;

import java.util.ArrayList;
import java.util.List;

/**
 * A table of a file in memory, which can be changed. A field that is not there is null; a number is
 * a {@code Long} of its bits, a vector of numbers or a text a {@link FlatBytes}, a table a node, a
 * vector of those a list.
 */
final class FlatNode {
  private final FlatType type;
  private final Object[] values;

  FlatNode(FlatType type) {
    this.type = type;
    this.values = new Object[type.fields().size()];
  }

  /** One with the same parts. */
  FlatNode copy() {
    FlatNode copy = new FlatNode(type);
    System.arraycopy(values, 0, copy.values, 0, values.length);
    return copy;
  }

  FlatType type() {
    return type;
  }

  Object value(int id) {
    return values[id];
  }

  void set(int id, Object value) {
    values[id] = value;
  }

  FlatNode set(String field, Object value) {
    values[type.id(field)] = value;
    return this;
  }

  boolean has(String field) {
    return values[type.id(field)] != null;
  }

  /** Bits of a number. */
  long number(String field, long otherwise) {
    Object value = values[type.id(field)];
    return value == null ? otherwise : (Long) value;
  }

  /** A vector of numbers or a text; an empty one if it is not there. */
  FlatBytes bytes(String field) {
    Object value = values[type.id(field)];
    return value == null ? FlatBytes.NONE : (FlatBytes) value;
  }

  /** A table; null if it is not there. */
  FlatNode node(String field) {
    return (FlatNode) values[type.id(field)];
  }

  /** The tables of a vector, for reading; none if it is not there. */
  List<FlatNode> nodes(String field) {
    Object value = values[type.id(field)];
    List<FlatNode> nodes = new ArrayList<>();
    if (value != null) {
      for (Object one : (List<?>) value) {
        nodes.add((FlatNode) one);
      }
    }
    return nodes;
  }
}
