package dev.tersor.jobs.cli;

import dev.tersor.core.board.BoardNetwork;
import dev.tersor.core.data.LabelledImages;
import dev.tersor.core.device.DeviceExport;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.model.Architecture;
import dev.tersor.jobs.config.EvaluationSettings;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.inference.TestNetwork;
import dev.tersor.jobs.inference.TestNetworks;
import dev.tersor.jobs.source.ModelCatalog;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A network that is exported with its inference.
 *
 * @param images first ones of its test set
 */
record WholeNetwork(Architecture architecture, LabelledImages images) {
  private static final int IMAGES = 10;

  /**
   * Takes the options of a network out of those that were given.
   *
   * @throws UsageException if there is no such model, it has no graph, or its images are not here
   */
  static Optional<WholeNetwork> of(Map<String, Object> options) {
    String name = (String) options.remove("network");
    String models = (String) options.remove("models-dir");
    String data = (String) options.remove("data-dir");
    String cache = (String) options.remove("cache");
    if (name == null) {
      if (models != null || data != null || cache != null) {
        throw new UsageException(
            "export: --models-dir, --data-dir and --cache are of --network NAME");
      }
      return Optional.empty();
    }
    String folder = models == null ? "conf/models" : models;
    Architecture architecture = new ModelCatalog(folder).get(name);
    if (architecture.graph().isEmpty()) {
      throw new UsageException(
          "export: --network %s: its description has no graph, which says how it computes"
              .formatted(name));
    }
    EvaluationSettings settings =
        new EvaluationSettings(
            true, Map.of(), "", List.of(), List.of(), data == null ? "conf/data" : data);
    TestNetworks networks =
        new TestNetworks(settings, folder, cache == null ? "" : cache, HadoopSettings.get());
    return Optional.of(
        new WholeNetwork(
            architecture,
            networks.images(architecture.graph().orElseThrow().data()).first(IMAGES)));
  }

  /**
   * Writes inference over exported weights.
   *
   * @throws UsageException naming the tensor, if network and tensors do not fit each other
   * @throws IllegalArgumentException if the network does not fit the board
   */
  BoardNetwork export(List<NetworkTensor> tensors, DeviceExport weights) {
    Map<String, NetworkTensor> fitted = TestNetwork.of(architecture).fitted(tensors);
    return BoardNetwork.of(architecture, fitted, weights, images);
  }
}
