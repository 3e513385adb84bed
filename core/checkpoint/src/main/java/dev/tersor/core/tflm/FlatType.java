package dev.tersor.core.tflm;

import java.util.ArrayList;
import java.util.List;

/**
 * A table of a schema. Fields are numbered as in the vtable: the tag of a union is a field of its
 * own before its value.
 */
final class FlatType {
  /** What a field holds. */
  enum Kind {
    SCALAR,
    TEXT,
    SCALARS,
    TEXTS,
    TABLE,
    TABLES,
    UNION
  }

  /**
   * A field.
   *
   * @param width bytes of a scalar, or of an element of a vector
   * @param alignment of a vector's elements, at least their width
   * @param members the table of TABLE and TABLES; those of a UNION, by tag less 1
   */
  record Field(String name, Kind kind, int width, int alignment, List<FlatType> members) {
    /** Bytes that the field takes in its table: itself, or an offset. */
    int inline() {
      return kind == Kind.SCALAR ? width : Integer.BYTES;
    }
  }

  private final String name;
  private final List<Field> fields = new ArrayList<>();

  FlatType(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  List<Field> fields() {
    return fields;
  }

  /** The number of a field. */
  int id(String field) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).name().equals(field)) {
        return i;
      }
    }
    throw new IllegalArgumentException("table " + name + " has no field " + field);
  }
}
