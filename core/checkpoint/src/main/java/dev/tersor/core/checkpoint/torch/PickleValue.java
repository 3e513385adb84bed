package dev.tersor.core.checkpoint.torch;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a pickle can build here. */
sealed interface PickleValue {
  /** What a message says of it. */
  default String kind() {
    return getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  /** Values without content. */
  enum Constant implements PickleValue {
    NONE,
    FALSE,
    TRUE;

    @Override
    public String kind() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * An integer.
   *
   * @param position byte offset of its digits in the pickle
   * @param bytes of its digits where these are a little-endian number, 1 and 2 unsigned; else 0
   */
  record Int(BigInteger value, long position, int bytes) implements PickleValue {}

  /**
   * A floating-point number.
   *
   * @param position byte offset of its eight big-endian bytes in the pickle; negative where it is
   *     written as text
   */
  record Real(double value, long position) implements PickleValue {}

  record Text(String text) implements PickleValue {}

  /** Bytes, of which nothing here needs the content. */
  record Bytes(int length) implements PickleValue {}

  record Tuple(List<PickleValue> items) implements PickleValue {}

  /** A list or a set, which grows. */
  record Items(List<PickleValue> items) implements PickleValue {
    Items() {
      this(new ArrayList<>());
    }
  }

  /** A dict: keys and values in the order in which they were put in, none looked up or replaced. */
  record Dict(List<PickleValue> keys, List<PickleValue> values) implements PickleValue {
    Dict() {
      this(new ArrayList<>(), new ArrayList<>());
    }
  }

  /** One of the names that a pickle may use. */
  record Name(Global global) implements PickleValue {}

  /** The type of a storage's elements. */
  record ElementType(TorchType type) implements PickleValue {
    @Override
    public String kind() {
      return "type";
    }
  }

  /**
   * Elements that lie somewhere in the file, known by a key.
   *
   * @param elements how many the pickle says there are
   * @param first index of the first within those of the key, where this is a view of the old form
   * @param all how many the key has of that type
   */
  record Storage(TorchType type, String key, long elements, long first, long all)
      implements PickleValue {}

  /**
   * A view of a storage.
   *
   * @param offset elements of the storage ahead of the first
   * @param scheme what its integers stand for; null where they are numbers
   * @param position byte offset in the file where the pickle built it
   */
  record Tensor(
      Storage storage,
      long offset,
      List<Long> dims,
      List<Long> strides,
      Scheme scheme,
      long position)
      implements PickleValue {}

  /** How integers of a tensor stand for numbers. */
  sealed interface Scheme {}

  /** One scale and one zero point for all. */
  record PerTensor(Real scale, Int zero) implements Scheme {}

  /** A scale and a zero point for each index of an axis. */
  record PerChannel(Tensor scales, Tensor zeros, int axis) implements Scheme {}
}
