package dev.tersor.core.device;

import java.util.List;

/**
 * Lanes that decoders by vectors store by scatters, one for each element: what an instruction count
 * does not show, since a scatter of 16 lanes is one instruction. Decoders that leave a layer to
 * those without vectors scatter nothing, under the same conditions as in their sources.
 */
final class ScatteredLanes {
  /** Elements of a group of dCSR, and the widest step between two that a byte has room for. */
  private static final int LANES = 16;

  private static final int WIDEST = 255;

  private ScatteredLanes() {}

  static long of(DeviceLayer layer) {
    List<DeviceStream> streams = layer.streams();
    return switch (layer.scheme()) {
      case DENSE, RELATIVE, GAP -> 0;
      case BITMAP -> areBytes(streams) ? last(streams).count() : 0;
      case PSR -> areBytes(streams.subList(1, streams.size())) ? last(streams).count() : 0;
      case DCSR -> ofRuns(layer);
      case GROUPS -> ofGroups(layer);
    };
  }

  private static long ofRuns(DeviceLayer layer) {
    List<DeviceStream> streams = layer.streams();
    long elements = last(streams).count();
    if (elements == 0 || !areBytes(List.of(streams.get(1), streams.get(2), streams.get(3)))) {
      return 0;
    }
    long slope = (layer.weights() + elements / 2) / elements;
    return LANES * slope <= WIDEST && isBytes(last(streams)) ? elements : 0;
  }

  private static long ofGroups(DeviceLayer layer) {
    long lanes = layer.remainder().map(ScatteredLanes::of).orElse(0L);
    long own = 0;
    int at = 1;
    for (int size : layer.sizes()) {
      DeviceStream starts = layer.streams().get(at);
      DeviceStream strides = layer.streams().get(at + 1);
      DeviceStream codes = layer.streams().get(size > 1 ? at + 2 : at + 1);
      boolean arePacked =
          areBytes(List.of(starts, codes)) && (size == 1 || strides.coder() == DeviceCoder.PACKED);
      if (!arePacked && codes.count() > 0) {
        // The plain decoder takes all of them; the remainder's is called by it as it is.
        return lanes;
      }
      own += size > 1 ? codes.count() : 0;
      at += size > 1 ? 3 : 2;
    }
    return lanes + own;
  }

  private static DeviceStream last(List<DeviceStream> streams) {
    return streams.get(streams.size() - 1);
  }

  private static boolean areBytes(List<DeviceStream> streams) {
    return streams.stream().allMatch(ScatteredLanes::isBytes);
  }

  private static boolean isBytes(DeviceStream stream) {
    return stream.width() == Byte.SIZE && stream.coder() == DeviceCoder.PACKED;
  }
}
