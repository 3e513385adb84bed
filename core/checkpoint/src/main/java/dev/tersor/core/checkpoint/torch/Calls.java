package dev.tersor.core.checkpoint.torch;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.HeaderChecks;
import dev.tersor.core.checkpoint.torch.PickleValue.Bytes;
import dev.tersor.core.checkpoint.torch.PickleValue.Constant;
import dev.tersor.core.checkpoint.torch.PickleValue.Dict;
import dev.tersor.core.checkpoint.torch.PickleValue.ElementType;
import dev.tersor.core.checkpoint.torch.PickleValue.Int;
import dev.tersor.core.checkpoint.torch.PickleValue.Items;
import dev.tersor.core.checkpoint.torch.PickleValue.Name;
import dev.tersor.core.checkpoint.torch.PickleValue.PerChannel;
import dev.tersor.core.checkpoint.torch.PickleValue.PerTensor;
import dev.tersor.core.checkpoint.torch.PickleValue.Real;
import dev.tersor.core.checkpoint.torch.PickleValue.Scheme;
import dev.tersor.core.checkpoint.torch.PickleValue.Storage;
import dev.tersor.core.checkpoint.torch.PickleValue.Tensor;
import dev.tersor.core.checkpoint.torch.PickleValue.Text;
import dev.tersor.core.checkpoint.torch.PickleValue.Tuple;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds what the calls of a pickle stand for. Arguments that no reader of weights needs are
 * unread.
 */
final class Calls {
  private final PickleInput in;

  Calls(PickleInput in) {
    this.in = in;
  }

  MalformedInputException refused(String module, String name) {
    String shown = module + "." + name;
    return in.malformed(
        "it asks for %s; tensors, numbers, text and containers are built and nothing of a file is run"
            .formatted(shown.length() > 200 ? shown.substring(0, 200) + "..." : shown));
  }

  /** What a name of the closed list makes of its arguments. */
  PickleValue call(Global global, List<PickleValue> arguments) {
    return switch (global) {
      case ORDERED_DICT, COUNTER -> dict(global, arguments);
      case SET, FROZEN_SET -> items(global, arguments);
      case BYTES, BYTE_ARRAY -> new Bytes(0);
      case ENCODE -> new Bytes(text(global, arguments, 0).length());
      case SIZE -> argument(global, arguments, 0, Tuple.class);
      case DEVICE -> argument(global, arguments, 0, Text.class);
      case REBUILD_TENSOR, REBUILD_TENSOR_V2 -> tensor(global, arguments);
      case REBUILD_TENSOR_V3 -> typed(global, arguments);
      case REBUILD_PARAMETER, REBUILD_PARAMETER_WITH_STATE ->
          argument(global, arguments, 0, Tensor.class);
      case REBUILD_QTENSOR -> quantised(global, arguments);
      case PER_TENSOR_AFFINE, PER_CHANNEL_AFFINE -> throw in.malformed("calls " + global);
    };
  }

  /** An empty one, that of a list of pairs, or a copy of another. */
  private PickleValue dict(Global global, List<PickleValue> arguments) {
    Dict dict = new Dict();
    if (!arguments.isEmpty() && arguments.get(0) instanceof Dict other) {
      in.charge((long) PickleInput.VALUE_BYTES * other.keys().size());
      dict.keys().addAll(other.keys());
      dict.values().addAll(other.values());
    } else if (!arguments.isEmpty()) {
      for (PickleValue pair : argument(global, arguments, 0, Items.class).items()) {
        List<PickleValue> both = pair instanceof Items list ? list.items() : List.of();
        both = pair instanceof Tuple tuple ? tuple.items() : both;
        if (both.size() != 2) {
          throw in.malformed(global + " of something else than pairs");
        }
        in.charge(PickleInput.VALUE_BYTES);
        dict.keys().add(both.get(0));
        dict.values().add(both.get(1));
      }
    }
    return dict;
  }

  private PickleValue items(Global global, List<PickleValue> arguments) {
    if (arguments.isEmpty()) {
      return new Items();
    }
    List<PickleValue> items = argument(global, arguments, 0, Items.class).items();
    in.charge((long) PickleInput.VALUE_BYTES * items.size());
    return new Items(new ArrayList<>(items));
  }

  /**
   * Storage, offset, sizes and strides in elements; then in version 2 whether it is trained, hooks,
   * and flags.
   */
  private Tensor tensor(Global global, List<PickleValue> arguments) {
    if (arguments.size() > 6 && arguments.get(6) instanceof Dict flags && !flags.keys().isEmpty()) {
      throw in.malformed("a tensor with flags, of numbers that are stored conjugated or negated");
    }
    Storage storage = argument(global, arguments, 0, Storage.class);
    return tensor(global, arguments, storage, null);
  }

  /** Version 3 has bytes for a storage, and the type as its seventh argument. */
  private Tensor typed(Global global, List<PickleValue> arguments) {
    TorchType type = argument(global, arguments, 6, ElementType.class).type();
    Storage stored = argument(global, arguments, 0, Storage.class);
    if (stored.type() != TorchType.UNTYPED
        || type.isQuantised()
        || stored.elements() % type.bytes() != 0) {
      throw in.malformed(
          "%s of %d %s elements as %s"
              .formatted(global, stored.elements(), stored.type().spelling(), type.spelling()));
    }
    Storage storage =
        new Storage(
            type,
            stored.key(),
            stored.elements() / type.bytes(),
            0,
            stored.elements() / type.bytes());
    return tensor(global, arguments, storage, null);
  }

  private Tensor quantised(Global global, List<PickleValue> arguments) {
    Storage storage = argument(global, arguments, 0, Storage.class);
    if (!storage.type().isQuantised()) {
      throw in.malformed("a quantised tensor of " + storage.type().spelling());
    }
    List<PickleValue> by = argument(global, arguments, 4, Tuple.class).items();
    Scheme scheme =
        switch (argument(global, by, 0, Name.class).global()) {
          case PER_TENSOR_AFFINE ->
              new PerTensor(
                  argument(global, by, 1, Real.class), argument(global, by, 2, Int.class));
          case PER_CHANNEL_AFFINE ->
              new PerChannel(
                  argument(global, by, 1, Tensor.class),
                  argument(global, by, 2, Tensor.class),
                  (int) Math.min(number(global, by, 3), HeaderChecks.MAX_RANK));
          default -> throw in.malformed("a quantised tensor by " + by.get(0));
        };
    return tensor(global, arguments, storage, scheme);
  }

  private Tensor tensor(
      Global global, List<PickleValue> arguments, Storage storage, Scheme scheme) {
    List<Long> dims = numbers(global, arguments, 2);
    List<Long> strides = numbers(global, arguments, 3);
    if (dims.size() != strides.size() || dims.size() > HeaderChecks.MAX_RANK) {
      throw in.malformed(
          "a tensor of %d dimensions with %d strides, at most %d"
              .formatted(dims.size(), strides.size(), HeaderChecks.MAX_RANK));
    }
    in.charge(4L * Long.BYTES * dims.size());
    return new Tensor(storage, number(global, arguments, 1), dims, strides, scheme, in.position());
  }

  /**
   * A storage by its persistent id: the word storage, the type, a key, a device, the number of
   * elements, and in the old form perhaps a view: its key, offset and number of elements.
   */
  Storage storage(PickleValue id) {
    String what = "a storage";
    List<PickleValue> parts = id instanceof Tuple tuple ? tuple.items() : List.of();
    if (parts.size() < 5 || !parts.get(0).equals(new Text("storage"))) {
      throw in.malformed("a persistent id of something else than a storage");
    }
    TorchType type = argument(what, parts, 1, ElementType.class).type();
    String key = argument(what, parts, 2, Text.class).text();
    long elements = number(what, parts, 4);
    if (parts.size() == 5 || parts.get(5) == Constant.NONE) {
      return new Storage(type, key, elements, 0, elements);
    }
    List<PickleValue> view = argument(what, parts, 5, Tuple.class).items();
    long first = number(what, view, 1);
    long count = number(what, view, 2);
    if (first > elements - count) {
      throw in.malformed(
          "elements %d to %d of a storage of %d".formatted(first, first + count, elements));
    }
    return new Storage(type, key, count, first, elements);
  }

  private <T extends PickleValue> T argument(
      Object of, List<PickleValue> arguments, int index, Class<T> kind) {
    if (index < arguments.size() && kind.isInstance(arguments.get(index))) {
      return kind.cast(arguments.get(index));
    }
    throw in.malformed(
        "argument %d of %s is %s, expected %s"
            .formatted(
                index + 1,
                of,
                index < arguments.size() ? arguments.get(index).kind() : "missing",
                kind.getSimpleName().toLowerCase(java.util.Locale.ROOT)));
  }

  private String text(Object of, List<PickleValue> arguments, int index) {
    return argument(of, arguments, index, Text.class).text();
  }

  /** A number of elements or of an axis. */
  private long number(Object of, List<PickleValue> arguments, int index) {
    Int number = argument(of, arguments, index, Int.class);
    if (number.value().signum() < 0 || number.value().bitLength() > 62) {
      throw in.malformed("%s of %s elements".formatted(of, number.value()));
    }
    return number.value().longValue();
  }

  private List<Long> numbers(Object of, List<PickleValue> arguments, int index) {
    List<PickleValue> items = argument(of, arguments, index, Tuple.class).items();
    List<Long> numbers = new ArrayList<>();
    for (int i = 0; i < Math.min(items.size(), HeaderChecks.MAX_RANK + 1); i++) {
      numbers.add(number(of, items, i));
    }
    return List.copyOf(numbers);
  }
}
