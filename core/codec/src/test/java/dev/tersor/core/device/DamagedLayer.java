package dev.tersor.core.device;

import dev.tersor.core.Mutations;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.encode.Recipe;
import dev.tersor.core.index.IndexScheme;
import dev.tersor.core.index.Role;
import dev.tersor.core.index.Split;
import dev.tersor.core.index.Stream;
import dev.tersor.core.symbol.Coded;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A layer with a damaged stream, for a device and for Java. */
record DamagedLayer(Recipe recipe, Shape shape, DeviceLayer layer) {

  static DamagedLayer of(Codes codes, Recipe recipe, Random random) {
    DeviceLayer layer = DeviceLayer.of(codes, recipe);
    return new DamagedLayer(recipe, codes.shape(), damaged(layer, random));
  }

  private static DeviceLayer damaged(DeviceLayer layer, Random random) {
    if (layer.remainder().isPresent() && random.nextBoolean()) {
      DeviceLayer rest = damaged(layer.remainder().orElseThrow(), random);
      return of(layer, layer.streams(), Optional.of(rest));
    }
    List<DeviceStream> streams = new ArrayList<>(layer.streams());
    int at = random.nextInt(streams.size());
    DeviceStream stream = streams.get(at);
    boolean isTable = stream.table().length > 0 && random.nextBoolean();
    byte[] table = isTable ? Mutations.damage(stream.table(), random) : stream.table();
    boolean isPayload = !isTable && stream.payload().length > 0;
    byte[] payload = isPayload ? Mutations.damage(stream.payload(), random) : stream.payload();
    streams.set(
        at,
        new DeviceStream(
            stream.name(),
            stream.coder(),
            stream.width(),
            stream.count(),
            stream.capacity(),
            table,
            payload));
    return of(layer, streams, layer.remainder());
  }

  private static DeviceLayer of(
      DeviceLayer layer, List<DeviceStream> streams, Optional<DeviceLayer> remainder) {
    return new DeviceLayer(
        layer.scheme(), layer.weights(), layer.bits(), layer.sizes(), streams, remainder);
  }

  CaseFile.Case asCase() {
    return new CaseFile.Case(layer, new byte[layer.weights()]);
  }

  /** What Java decodes; null where it refuses. */
  byte[] decoded() {
    try {
      List<Stream> streams = new ArrayList<>();
      add(layer, streams);
      IndexScheme scheme = recipe.index();
      return scheme.join(shape, layer.bits(), new Split(streams));
    } catch (MalformedInputException e) {
      return null;
    }
  }

  private static void add(DeviceLayer layer, List<Stream> streams) {
    for (DeviceStream stream : layer.streams()) {
      boolean isValue =
          stream.name().equals(IndexScheme.VALUES) || stream.name().startsWith("lanes-");
      streams.add(
          new Stream(
              stream.name(),
              isValue ? Role.VALUE : Role.INDEX,
              SymbolCoders.ALL
                  .get(stream.coder().label())
                  .decode(
                      new Coded(stream.table(), stream.payload()),
                      stream.count(),
                      stream.width())));
    }
    layer.remainder().ifPresent(rest -> add(rest, streams));
  }
}
