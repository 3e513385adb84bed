package dev.tersor.core.device;

import dev.tersor.core.index.IndexScheme;
import dev.tersor.core.index.IndexSchemes;
import dev.tersor.core.index.Role;
import dev.tersor.core.index.Split;
import dev.tersor.core.index.Stream;
import dev.tersor.core.symbol.Coded;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Groups whose weights are each stored once, so that products can be taken without decoding them.
 * Lanes of groups that are elements of others, and padding elements of the remainder, have the same
 * value as these; of the places of a weight the one that is decoded last keeps it, and the others
 * become 0, which decodes to the same codes.
 */
final class SingleValues {
  private static final int FULL = 255;

  private final boolean[] isSeen;

  private SingleValues(int weights) {
    this.isSeen = new boolean[weights];
  }

  /** A layer of packed streams with codes of 8 bits and dCSR as remainder; others as they are. */
  static DeviceLayer of(DeviceLayer layer, Shape shape) {
    if (layer.scheme() != DeviceScheme.GROUPS || !isPacked(layer)) {
      return layer;
    }
    Optional<DeviceLayer> remainder = layer.remainder();
    if (remainder.isPresent()
        && (remainder.get().scheme() != DeviceScheme.DCSR || !isPacked(remainder.get()))) {
      return layer;
    }
    SingleValues values = new SingleValues(layer.weights());
    List<DeviceStream> streams = new ArrayList<>(layer.streams());
    int end = streams.size();
    for (int k = layer.sizes().size() - 1; k >= 0; k--) {
      int size = layer.sizes().get(k);
      byte[] strides = size > 1 ? streams.get(end - 2).payload() : new byte[0];
      int begin = size > 1 ? end - 3 : end - 2;
      int[] starts = starts(streams.get(begin).payload(), streams.get(end - 1).count() / size);
      streams.set(end - 1, values.groups(starts, strides, size, streams.get(end - 1)));
      end = begin;
    }
    return new DeviceLayer(
        layer.scheme(),
        layer.weights(),
        layer.bits(),
        layer.sizes(),
        streams,
        remainder.map(rest -> values.rest(rest, shape)));
  }

  private static boolean isPacked(DeviceLayer layer) {
    return layer.bits() == Byte.SIZE
        && layer.streams().stream().allMatch(stream -> stream.coder() == DeviceCoder.PACKED);
  }

  private static int[] starts(byte[] symbols, int groups) {
    int[] starts = new int[groups];
    int start = 0;
    int at = 0;
    for (int group = 0; group < groups; group++) {
      int symbol;
      do {
        symbol = symbols[at++] & 0xFF;
        start += symbol;
      } while (symbol == FULL);
      starts[group] = start;
    }
    return starts;
  }

  private DeviceStream groups(int[] starts, byte[] strides, int size, DeviceStream lanes) {
    byte[] own = lanes.payload().clone();
    for (int group = starts.length - 1; group >= 0; group--) {
      int stride = size > 1 ? (strides[group / 2] >> (4 * (group & 1)) & 15) + 1 : 1;
      for (int lane = size - 1; lane >= 0; lane--) {
        take(starts[group] + lane * stride, own, group * size + lane);
      }
    }
    return with(lanes, own);
  }

  private void take(int position, byte[] values, int at) {
    if (isSeen[position]) {
      values[at] = 0;
    }
    isSeen[position] = true;
  }

  private DeviceLayer rest(DeviceLayer rest, Shape shape) {
    List<Stream> split = new ArrayList<>();
    for (DeviceStream stream : rest.streams()) {
      Role role = stream.name().equals(IndexScheme.VALUES) ? Role.VALUE : Role.INDEX;
      Coded coded = new Coded(stream.table(), stream.payload());
      split.add(
          new Stream(
              stream.name(),
              role,
              SymbolCoders.PACKED.decode(coded, stream.count(), stream.width())));
    }
    byte[] dense = IndexSchemes.parse("dcsr").join(shape, rest.bits(), new Split(split));
    List<DeviceStream> streams = new ArrayList<>(rest.streams());
    int last = streams.size() - 1;
    byte[] own = streams.get(last).payload().clone();
    // Elements ascend, so that those that are not 0 are the codes that are not 0, one by one.
    int position = -1;
    for (int at = 0; at < own.length; at++) {
      if (own[at] != 0) {
        do {
          position++;
        } while (dense[position] == 0);
        take(position, own, at);
      }
    }
    streams.set(last, with(streams.get(last), own));
    return new DeviceLayer(
        rest.scheme(), rest.weights(), rest.bits(), rest.sizes(), streams, Optional.empty());
  }

  private static DeviceStream with(DeviceStream stream, byte[] payload) {
    return new DeviceStream(
        stream.name(),
        stream.coder(),
        stream.width(),
        stream.count(),
        stream.capacity(),
        stream.table(),
        payload);
  }
}
