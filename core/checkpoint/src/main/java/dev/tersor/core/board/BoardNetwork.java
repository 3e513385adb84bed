package dev.tersor.core.board;

import dev.tersor.core.data.LabelledImages;
import dev.tersor.core.device.DeviceExport;
import dev.tersor.core.device.DeviceFiles;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.model.Architecture;
import dev.tersor.core.model.Parameter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A whole network in C, over the folder of its weights: inference in float32, test images, and the
 * classes that Java gives these.
 *
 * @param files by name, beside those of the weights
 * @param memory bytes that inference takes beside stack and tables of decoders
 * @param classes of the test images, as Java gives them
 */
public record BoardNetwork(Map<String, byte[]> files, long memory, List<Integer> classes) {
  private static final List<String> FRAME =
      List.of(
          "tersor_network.h", "tersor_network.c", "classify.c", "network_count.c", "network.mk");

  /**
   * Writes a network.
   *
   * @param architecture has a graph
   * @param tensors of all parameters of the graph, by their names there
   * @param weights the export of these
   * @param images to classify; at least one
   * @throws IllegalArgumentException naming the tensor or the layer, if it does not fit the graph,
   *     or the network does not fit the board
   */
  public static BoardNetwork of(
      Architecture architecture,
      Map<String, NetworkTensor> tensors,
      DeviceExport weights,
      LabelledImages images) {
    JavaClasses java = JavaClasses.of(architecture, tensors, images);
    List<Parameter> parameters = architecture.parameters();
    Map<String, String> identifiers = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      String stored = tensors.get(parameter.name()).name();
      identifiers.put(parameter.name(), weights.identifiers().get(stored));
    }
    Steps steps =
        Steps.of(
            architecture.graph().orElseThrow().layers(),
            architecture.input(),
            parameters,
            identifiers);
    ActivationMemory activations = ActivationMemory.of(steps);
    BoardMemory memory = BoardMemory.of(steps, activations, tensors);
    NetworkSource source =
        new NetworkSource(architecture, steps, activations, memory, tensors, identifiers);
    TestImages texts = new TestImages(images, java);
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (String file : FRAME) {
      files.put(file, DeviceFiles.read(BoardNetwork.class, file));
    }
    Map<String, String> written = new LinkedHashMap<>();
    written.put("network.h", source.header());
    written.put("network.c", source.text());
    written.put("images.h", texts.header());
    written.put("images.c", texts.text());
    written.put("classes.txt", texts.lines());
    written.forEach((file, text) -> files.put(file, text.getBytes(StandardCharsets.UTF_8)));
    return new BoardNetwork(files, memory.bytes(), java.classes());
  }
}
