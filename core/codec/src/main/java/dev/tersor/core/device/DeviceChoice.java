package dev.tersor.core.device;

import dev.tersor.core.encode.Auto;
import dev.tersor.core.encode.Content;
import dev.tersor.core.encode.Encoding;
import dev.tersor.core.encode.Recipe;
import dev.tersor.core.index.Access;
import dev.tersor.core.index.IndexScheme;
import dev.tersor.core.index.SharedWork;
import dev.tersor.core.index.Split;
import dev.tersor.core.symbol.SymbolCoder;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.tensor.Codes;

/**
 * The recipe of a tensor on a device: what was asked for, or the one of the fewest bytes in flash
 * among those that there are decoders of, that allow the access that was asked for, and whose codes
 * fit in memory, whole or by rows.
 *
 * @param encoding a recipe, or the choice of one
 * @param ram bytes that codes may take; {@link Long#MAX_VALUE} for any
 */
record DeviceChoice(Encoding encoding, long ram) {

  /**
   * @throws IllegalArgumentException if there is no decoder, or the codes do not fit, saying what
   *     would
   */
  DeviceLayer layer(Codes codes) {
    if (encoding instanceof Recipe recipe) {
      DeviceLayer layer = DeviceLayer.of(codes, recipe);
      if (needs(layer.scheme(), codes) > ram) {
        throw new IllegalArgumentException(
            "%s takes %d bytes of memory for codes, there are %d; %s"
                .formatted(recipe, needs(layer.scheme(), codes), ram, wouldFit(codes)));
      }
      return layer;
    }
    return smallest(codes, ((Auto) encoding).access());
  }

  private DeviceLayer smallest(Codes codes, Access access) {
    Content content = Content.of(codes);
    SharedWork work = new SharedWork();
    DeviceLayer best = null;
    for (IndexScheme scheme : new Auto(access, 0).candidates()) {
      DeviceScheme known = DeviceScheme.of(scheme).orElse(null);
      if (known == null || !content.isFor(scheme) || needs(known, codes) > ram) {
        continue;
      }
      Split split = scheme.split(codes, work);
      for (SymbolCoder coder : SymbolCoders.ALL.all()) {
        Recipe recipe = new Recipe(scheme, coder);
        if (!DeviceLayer.has(recipe) || recipe.access().and(access) != access) {
          continue;
        }
        byte[] container = content.encode(recipe, split, work).container();
        DeviceLayer layer = tried(recipe, codes, container);
        if (layer != null && (best == null || layer.bytes() < best.bytes())) {
          best = layer;
        }
      }
    }
    if (best == null) {
      throw new IllegalArgumentException(
          "no recipe that has a decoder in C meets %s in %d bytes; %s"
              .formatted(encoding.name(), ram, wouldFit(codes)));
    }
    return best;
  }

  /** The layer; null where its gaps are wider than there is a decoder for. */
  private static DeviceLayer tried(Recipe recipe, Codes codes, byte[] container) {
    try {
      return DeviceLayer.of(recipe, codes, container);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static long needs(DeviceScheme scheme, Codes codes) {
    return scheme.isByRows() ? codes.shape().rowLength() : codes.size();
  }

  private static String wouldFit(Codes codes) {
    return "%d bytes hold them all, and a row of %d at a time those of %s"
        .formatted(
            codes.size(), codes.shape().rowLength(), DeviceScheme.labels(DeviceScheme::isByRows));
  }
}
