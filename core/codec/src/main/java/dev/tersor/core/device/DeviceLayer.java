package dev.tersor.core.device;

import dev.tersor.core.encode.Container;
import dev.tersor.core.encode.OpenContainer;
import dev.tersor.core.encode.Recipe;
import dev.tersor.core.index.Groupwise;
import dev.tersor.core.index.IndexScheme;
import dev.tersor.core.tensor.Codes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A tensor as a device decodes it: the streams of its recipe, in their order, and the decoder of
 * its scheme.
 *
 * @param weights how many there are
 * @param bits of a code
 * @param sizes of groups the lanes, largest first; empty for other schemes
 * @param streams without those of the remainder
 * @param remainder of groups what decodes the elements that are in none
 */
public record DeviceLayer(
    DeviceScheme scheme,
    int weights,
    int bits,
    List<Integer> sizes,
    List<DeviceStream> streams,
    Optional<DeviceLayer> remainder) {

  /**
   * A tensor in a recipe.
   *
   * @throws IllegalArgumentException naming the decoders that there are, if one is missing
   */
  public static DeviceLayer of(Codes codes, Recipe recipe) {
    check(recipe);
    return of(recipe, codes, Container.encode(codes, recipe).container());
  }

  /** A tensor whose container there is already. */
  static DeviceLayer of(Recipe recipe, Codes codes, byte[] container) {
    List<DeviceStream> streams = new ArrayList<>();
    OpenContainer.read(container).coded().forEach(stream -> streams.add(DeviceStream.of(stream)));
    return of(recipe.index(), codes.size(), codes.bits(), streams);
  }

  private static DeviceLayer of(
      IndexScheme scheme, int weights, int bits, List<DeviceStream> streams) {
    DeviceScheme known = DeviceScheme.of(scheme).orElseThrow(() -> missing(scheme.name()));
    if (!(scheme instanceof Groupwise groups)) {
      for (DeviceStream stream : streams) {
        if (known == DeviceScheme.GAP && stream.width() > Byte.SIZE) {
          throw new IllegalArgumentException(
              scheme.name()
                  + " with gaps of "
                  + stream.width()
                  + " bits has no decoder in C; there are those of up to 8");
        }
      }
      return new DeviceLayer(known, weights, bits, List.of(), streams, Optional.empty());
    }
    int own = 1;
    for (int size : groups.sizes()) {
      own += size > 1 ? 3 : 2;
    }
    List<DeviceStream> rest = streams.subList(own, streams.size());
    return new DeviceLayer(
        known,
        weights,
        bits,
        groups.sizes(),
        streams.subList(0, own),
        groups.remainder().map(remainder -> of(remainder, weights, bits, rest)));
  }

  /**
   * Checks that there are decoders of a recipe, without a tensor.
   *
   * @throws IllegalArgumentException naming the decoders that there are, if there is none
   */
  public static void check(Recipe recipe) {
    IndexScheme scheme = recipe.index();
    if (DeviceScheme.of(scheme).isEmpty()) {
      throw missing(scheme.name());
    }
    if (scheme instanceof Groupwise groups) {
      groups
          .remainder()
          .filter(remainder -> DeviceScheme.of(remainder).isEmpty())
          .ifPresent(
              remainder -> {
                throw missing(remainder.name());
              });
    }
    if (DeviceCoder.of(recipe.coder()).isEmpty()) {
      throw missing(recipe.coder().name());
    }
  }

  /** Whether a recipe has decoders in C. */
  public static boolean has(Recipe recipe) {
    IndexScheme scheme = recipe.index();
    return DeviceScheme.of(scheme).isPresent()
        && DeviceCoder.of(recipe.coder()).isPresent()
        && (!(scheme instanceof Groupwise groups)
            || groups.remainder().map(left -> DeviceScheme.of(left).isPresent()).orElse(true));
  }

  private static IllegalArgumentException missing(String name) {
    return new IllegalArgumentException(
        name
            + " has no decoder in C; there are those of "
            + DeviceScheme.labels(scheme -> true)
            + ", with the coders "
            + coders());
  }

  static String coders() {
    return Arrays.stream(DeviceCoder.values())
        .map(DeviceCoder::label)
        .collect(Collectors.joining(", "));
  }

  /** Bytes of tables and payloads in flash. */
  public int bytes() {
    return streams.stream().mapToInt(DeviceStream::bytes).sum()
        + remainder.map(DeviceLayer::bytes).orElse(0);
  }

  /**
   * Lanes that decoding all of it by vectors stores by scatters; none where the decoder by vectors
   * leaves it to the plain one.
   */
  public long scatteredLanes() {
    return ScatteredLanes.of(this);
  }

  /**
   * The C files, without their endings, that decode it, in the order in which one needs another.
   */
  public Set<String> files() {
    Set<String> files = new LinkedHashSet<>(List.of("tersor_stream"));
    streams.forEach(stream -> files.addAll(stream.coder().files()));
    remainder.ifPresent(layer -> files.addAll(layer.files()));
    files.add(scheme.file());
    return files;
  }
}
