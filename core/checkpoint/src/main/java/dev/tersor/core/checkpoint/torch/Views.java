package dev.tersor.core.checkpoint.torch;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.BigEndian;
import dev.tersor.core.checkpoint.DType;
import dev.tersor.core.checkpoint.Extent;
import dev.tersor.core.checkpoint.HeaderChecks;
import dev.tersor.core.checkpoint.Layout;
import dev.tersor.core.checkpoint.Quantisation;
import dev.tersor.core.checkpoint.StoredFormat;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.checkpoint.torch.PickleValue.Int;
import dev.tersor.core.checkpoint.torch.PickleValue.PerChannel;
import dev.tersor.core.checkpoint.torch.PickleValue.PerTensor;
import dev.tersor.core.checkpoint.torch.PickleValue.Scheme;
import dev.tersor.core.checkpoint.torch.PickleValue.Storage;
import dev.tersor.core.checkpoint.torch.PickleValue.Tensor;
import dev.tersor.core.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Finds the bytes of tensors: each is a view of a storage, and two may share one. */
final class Views {
  /**
   * Elements of a tensor that has more of them than its storage, all of which come from a step of 0
   * or views that overlap: no file need be large to claim a large one.
   */
  private static final long MAX_REPEATED = 1 << 24;

  /**
   * The bytes of a storage.
   *
   * @param all where they lie
   * @param size how many they are once inflated
   */
  record Place(Extent all, long size) {}

  private final HeaderChecks checks;
  private final Map<String, Place> places;
  private final boolean bigEndian;
  private final Extent pickle;

  /**
   * @param places of storages, by their keys
   * @param pickle the bytes of which positions in it are counted
   */
  Views(HeaderChecks checks, Map<String, Place> places, boolean bigEndian, Extent pickle) {
    this.checks = checks;
    this.places = places;
    this.bigEndian = bigEndian;
    this.pickle = pickle;
  }

  /**
   * @throws MalformedInputException if it is not within its storage, or that is not of the size
   *     that the pickle says
   */
  StoredTensor tensor(StateDict.Named named) {
    return tensor(named.name(), named.alias(), named.tensor());
  }

  private StoredTensor tensor(String name, String alias, Tensor tensor) {
    Shape shape =
        checks.shape(
            name, tensor.dims().stream().mapToLong(Long::longValue).toArray(), tensor.position());
    TorchType type = tensor.storage().type();
    StoredTensor stored =
        new StoredTensor(
            name,
            alias,
            bigEndian ? BigEndian.of(type.dtype()) : type.dtype(),
            type.spelling(),
            shape,
            Layout.AS_STORED,
            extent(name, tensor, shape));
    return tensor.scheme() == null ? stored : quantised(stored, tensor);
  }

  private Extent extent(String name, Tensor tensor, Shape shape) {
    Storage storage = tensor.storage();
    int width = storage.type().bytes();
    Place place = places.get(storage.key());
    if (place == null) {
      throw checks.malformed(
          name, "its storage '" + storage.key() + "' is not in the file", tensor.position());
    }
    if (storage.all() != place.size() / width || place.size() % width != 0) {
      throw checks.malformed(
          name,
          "its storage '%s' of %d %s elements has %d bytes"
              .formatted(storage.key(), storage.all(), storage.type().spelling(), place.size()),
          tensor.position());
    }
    if (shape.size() == 0) {
      return place.all().part(0, 0, width, Extent.Order.C);
    }
    long span = span(name, tensor);
    if (shape.size() > Math.max(MAX_REPEATED, storage.elements())) {
      throw checks.malformed(
          name,
          "shape %s of a storage of %d elements, at most %d of repeated ones"
              .formatted(shape, storage.elements(), MAX_REPEATED),
          tensor.position());
    }
    long first = storage.first() + tensor.offset();
    boolean compressed = place.all().storage() == Extent.Storage.DEFLATE;
    if (compressed && overlaps(tensor)) {
      throw checks.malformed(
          name, "an overlapping view of a compressed storage", tensor.position());
    }
    // After the last element of a row-major tensor compressed bytes must end.
    boolean whole = !compressed || first + span == storage.all();
    Extent.Order order =
        whole && isRowMajor(tensor) ? Extent.Order.C : new Extent.Strides(tensor.strides());
    return place.all().part(first * width, span * width, width, order);
  }

  /** Elements of the storage from the first of the view to its last. */
  private long span(String name, Tensor tensor) {
    long last = 0;
    try {
      for (int axis = 0; axis < tensor.dims().size(); axis++) {
        long step = Math.multiplyExact(tensor.dims().get(axis) - 1, tensor.strides().get(axis));
        last = Math.addExact(last, step);
      }
    } catch (ArithmeticException e) {
      last = Long.MAX_VALUE;
    }
    if (tensor.offset() >= tensor.storage().elements()
        || last >= tensor.storage().elements() - tensor.offset()) {
      throw checks.malformed(
          name,
          "shape %s with strides %s from element %d on is not within its storage of %d elements"
              .formatted(
                  tensor.dims(), tensor.strides(), tensor.offset(), tensor.storage().elements()),
          tensor.position());
    }
    return last + 1;
  }

  private static boolean isRowMajor(Tensor tensor) {
    long step = 1;
    for (int axis = tensor.dims().size() - 1; axis >= 0; axis--) {
      if (tensor.dims().get(axis) > 1) {
        if (tensor.strides().get(axis) != step) {
          return false;
        }
        step *= tensor.dims().get(axis);
      }
    }
    return true;
  }

  /** Whether elements are met again when axes are walked in the order of their steps. */
  private static boolean overlaps(Tensor tensor) {
    long[][] axes = new long[tensor.dims().size()][];
    for (int axis = 0; axis < axes.length; axis++) {
      axes[axis] = new long[] {tensor.strides().get(axis), tensor.dims().get(axis)};
    }
    Arrays.sort(axes, (a, b) -> Long.compare(a[0], b[0]));
    long end = 0;
    for (long[] axis : axes) {
      if (axis[0] > 0 && axis[1] > 1) {
        if (axis[0] <= end) {
          return true;
        }
        end += axis[0] * (axis[1] - 1);
      }
    }
    return false;
  }

  private StoredTensor quantised(StoredTensor stored, Tensor tensor) {
    try {
      return stored.quantised(quantisation(stored, tensor.scheme(), tensor.position()));
    } catch (IllegalArgumentException e) {
      MalformedInputException malformed =
          checks.malformed(stored.name(), e.getMessage(), tensor.position());
      malformed.initCause(e);
      throw malformed;
    }
  }

  private Quantisation quantisation(StoredTensor stored, Scheme scheme, long position) {
    int rank = stored.shape().rank();
    String scaleName = stored.name() + ".scale";
    String zeroName = stored.name() + ".zero_point";
    if (scheme instanceof PerChannel by) {
      StoredTensor scales = tensor(scaleName, scaleName, by.scales());
      StoredTensor zeros = tensor(zeroName, zeroName, by.zeros());
      boolean fits =
          by.axis() < rank
              && scales.shape().equals(Shape.of(stored.shape().dim(by.axis())))
              && scales.shape().equals(zeros.shape());
      if (!fits || !scales.dtype().holdsWeights() || zeros.dtype().holdsWeights()) {
        throw checks.malformed(
            stored.name(),
            "scales of shape %s and %s, zero points of %s, for axis %d of shape %s"
                .formatted(
                    scales.shape(),
                    scales.dtypeName(),
                    zeros.dtypeName(),
                    by.axis(),
                    stored.shape()),
            position);
      }
      return Quantisation.ofAxis(scales, zeros, rank, by.axis());
    }
    PerTensor by = (PerTensor) scheme;
    double scale = by.scale().value();
    if (!(scale > 0) || Double.isInfinite(scale) || by.scale().position() < 0) {
      throw checks.malformed(stored.name(), "a scale of " + scale, position);
    }
    StoredTensor scales = number(scaleName, BigEndian.of(DType.F64), by.scale().position());
    return Quantisation.ofTensor(
        scales, by.zero().value().signum() == 0 ? null : zero(zeroName, by.zero(), position), rank);
  }

  private StoredTensor zero(String name, Int zero, long position) {
    DType dtype =
        switch (zero.bytes()) {
          case 1 -> DType.U8;
          case 2 -> DType.U16;
          case 4 -> DType.I32;
          default -> throw checks.malformed(name, "a zero point of " + zero.value(), position);
        };
    return number(name, dtype, zero.position());
  }

  /** A number of the pickle itself, as a tensor of no dimensions. */
  private StoredTensor number(String name, StoredFormat dtype, long from) {
    Extent extent = pickle.part(from, dtype.bytes(), dtype.bytes(), new Extent.Strides(List.of()));
    return new StoredTensor(name, name, dtype, "pickled", Shape.of(), Layout.AS_STORED, extent);
  }
}
