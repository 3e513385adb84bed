package dev.tersor.jobs.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Parameters without the units that are gone: what a network computes does not change by leaving
 * them out, and takes as much less time. Gradients of the small arrays go to their places in the
 * whole ones.
 */
final class Compaction {
  /** Where the numbers that are left of a parameter stand, and the shape that they have. */
  private record Left(NDArray places, Shape shape) {}

  private final NDManager manager;
  private final Units units;
  private final Map<String, dev.tersor.core.tensor.Shape> shapes;
  private final Map<String, Left> left = new LinkedHashMap<>();

  Compaction(NDManager manager, Units units, Map<String, dev.tersor.core.tensor.Shape> shapes) {
    this.manager = manager;
    this.units = units;
    this.shapes = shapes;
  }

  /**
   * Leaves out what is not alive from now on.
   *
   * @param alive of weights and biases, as {@link Units#alive} says it
   */
  void leave(Map<String, float[]> alive) {
    left.values().forEach(one -> one.places().close());
    left.clear();
    Map<String, int[]> rows = new LinkedHashMap<>();
    Map<String, int[]> columns = new LinkedHashMap<>();
    for (Units.Joint joint : units.joints()) {
      int[] here = joint.alive(alive.get(joint.before()));
      if (here.length == joint.count()) {
        continue;
      }
      rows.put(joint.before(), here);
      joint.bias().ifPresent(bias -> rows.put(bias, here));
      int block = joint.block();
      columns.put(
          joint.after(),
          IntStream.of(here)
              .flatMap(unit -> IntStream.range(unit * block, (unit + 1) * block))
              .toArray());
    }
    shapes.forEach(
        (name, shape) -> {
          if (rows.containsKey(name) || columns.containsKey(name)) {
            left.put(name, left(shape, rows.get(name), columns.get(name)));
          }
        });
  }

  private Left left(dev.tersor.core.tensor.Shape shape, int[] rows, int[] columns) {
    int width = Math.toIntExact(shape.size() / shape.dim(0));
    int[] ofRow = columns == null ? IntStream.range(0, width).toArray() : columns;
    int[] taken = rows == null ? IntStream.range(0, (int) shape.dim(0)).toArray() : rows;
    long[] places = new long[taken.length * ofRow.length];
    int at = 0;
    for (int row : taken) {
      for (int column : ofRow) {
        places[at++] = (long) row * width + column;
      }
    }
    long[] dims = shape.dims();
    dims[0] = taken.length;
    if (dims.length > 1) {
      dims[1] = ofRow.length * dims[1] / width;
    }
    return new Left(manager.create(places), new Shape(dims));
  }

  /** A parameter without what is left out, with the manager of a pass. */
  NDArray of(NDManager pass, String name, NDArray whole) {
    Left part = left.get(name);
    return part == null ? whole : whole.take(pass, part.places()).reshape(part.shape());
  }
}
