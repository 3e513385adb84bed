package dev.tersor.jobs.sql;

import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.unsafe.types.UTF8String;

/** Values as Spark's own rows hold them. */
final class Catalyst {
  private Catalyst() {}

  /** The form of a string, a number, a boolean, an array of floats or longs, or null. */
  static Object of(Object value) {
    if (value instanceof String text) {
      return UTF8String.fromString(text);
    }
    if (value instanceof float[] floats) {
      return UnsafeArrayData.fromPrimitiveArray(floats);
    }
    if (value instanceof long[] longs) {
      return UnsafeArrayData.fromPrimitiveArray(longs);
    }
    return value;
  }
}
