package dev.tersor.core.symbol;

import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.StateMachine;

/**
 * Where the symbols of a stream lie in a tensor: what a coder with contexts of two dimensions knows
 * of a stream beside its symbols. Whoever decodes has it from the head of the container, so that it
 * is stored once.
 *
 * @param shape of the tensor, whose weights follow each other in row-major order
 * @param weights how many weights a symbol stands for: 1, or 8 where symbols are bytes of a mask,
 *     bit j of symbol i being that of weight {@code 8 i + j}
 * @param machine that walks over the symbols where codes depend on its state
 */
public record Place(Shape shape, int weights, StateMachine machine) {
  /** Of a stream that nothing is known of: symbols in a row. */
  public static final Place UNKNOWN = new Place(Shape.of(0), 1, StateMachine.NONE);

  /** Of a stream with a symbol for each weight. */
  public static Place ofWeights(Shape shape) {
    return new Place(shape, 1, StateMachine.NONE);
  }

  /** Of a mask in bytes. */
  public static Place ofMask(Shape shape) {
    return new Place(shape, Byte.SIZE, StateMachine.NONE);
  }

  /** The same with a machine, where there is a symbol for each weight; others have none. */
  public Place with(StateMachine walking) {
    return weights == 1 && shape.size() > 0 ? new Place(shape, weights, walking) : this;
  }

  /**
   * This place if it has as many symbols, and masks of that width; else, as of one that is unknown,
   * a row of them.
   */
  Place ofSymbols(int count, int width) {
    boolean fits =
        (shape.size() + weights - 1) / weights == count && (weights == 1 || weights == width);
    return fits ? this : ofWeights(Shape.of(count));
  }
}
