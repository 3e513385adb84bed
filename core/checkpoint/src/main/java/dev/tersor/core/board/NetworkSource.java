package dev.tersor.core.board;

import dev.tersor.core.device.CNumbers;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.model.Architecture;
import dev.tersor.core.model.Graph;
import dev.tersor.core.model.Layer;
import dev.tersor.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The text of {@code network.h} and {@code network.c}. */
record NetworkSource(
    Architecture architecture,
    Steps steps,
    ActivationMemory activations,
    BoardMemory memory,
    Map<String, NetworkTensor> tensors,
    Map<String, String> identifiers) {

  String header() {
    return """
        /* %s: inference in float32. */
        #ifndef NETWORK_H
        #define NETWORK_H

        #include "tersor_network.h"

        /* Pixels of an image, %s, a byte each. */
        #define NETWORK_PIXELS %d
        #define NETWORK_CLASSES %d

        /* The scores of the classes, until the next call; a null pointer where flash is damaged. */
        const float *network_scores(const uint8_t *pixels);

        #endif
        """
        .formatted(architecture.title(), input(), steps.input().size(), steps.output().size());
  }

  private Shape input() {
    return Shape.of(architecture.input().stream().mapToLong(Long::longValue).toArray());
  }

  String text() {
    Graph graph = architecture.graph().orElseThrow();
    StringBuilder text = new StringBuilder("#include \"network.h\"\n#include \"weights.h\"\n\n");
    text.append("static float values[%d];%n".formatted(memory.activations()))
        .append("static float row[%d];%n".formatted(Math.max(1, memory.row())))
        .append("static uint8_t codes[%d];%n".formatted(Math.max(1, memory.codes())))
        .append("static const tersor_memory memory = {codes, row};\n\n");
    steps.all().forEach(step -> step.tensor().ifPresent(name -> text.append(matrix(name))));
    text.append('\n');
    for (int i = 0; i < steps.norms().size(); i++) {
      text.append(norm(i, steps.norms().get(i)));
    }
    text.append("static const double means[] = {%s};%n".formatted(doubles(graph.mean())));
    text.append(
        "static const double deviations[] = {%s};%n%n".formatted(doubles(graph.deviation())));
    text.append("const float *network_scores(const uint8_t *pixels) {\n");
    long channels = architecture.input().get(0);
    text.append(
        "  tersor_input(pixels, %d, %d, means, deviations, %s);%n"
            .formatted(channels, steps.input().size() / channels, place(steps.input())));
    steps.all().forEach(step -> text.append(call(step)));
    return text.append("  return %s;%n}%n".formatted(place(steps.output()))).toString();
  }

  private String matrix(String name) {
    String identifier = identifiers.get(name);
    NetworkTensor tensor = tensors.get(name);
    boolean isCoded = tensor instanceof NetworkTensor.Coded;
    Shape shape = tensor.shape();
    // A bias has a row for each output too.
    long columns = shape.rank() == 1 ? 1 : shape.rowLength();
    return "static const tersor_matrix %s = {%s, %d, %d};%n"
        .formatted(
            Steps.matrix(identifier),
            isCoded
                ? "&weights_%1$s_layer, &weights_%1$s_book, NULL".formatted(identifier)
                : "NULL, NULL, weights_" + identifier,
            shape.size() / columns,
            columns);
  }

  /** Batch normalisation as a factor and a summand for each channel. */
  private String norm(int number, Layer.BatchNorm norm) {
    float[] scale = tensors.get(norm.scale()).values();
    float[] shift = tensors.get(norm.shift()).values();
    float[] mean = tensors.get(norm.mean()).values();
    float[] variance = tensors.get(norm.variance()).values();
    float[] factors = new float[scale.length];
    float[] summands = new float[scale.length];
    for (int channel = 0; channel < scale.length; channel++) {
      double factor = scale[channel] / Math.sqrt(variance[channel] + norm.epsilon());
      factors[channel] = (float) factor;
      summands[channel] = (float) (shift[channel] - factor * mean[channel]);
    }
    return "static const float factors_%1$d[] = {%2$s};%nstatic const float summands_%1$d[] = {%3$s};%n%n"
        .formatted(number, CNumbers.floats(factors), CNumbers.floats(summands));
  }

  private static String doubles(List<Double> numbers) {
    return numbers.stream().map(Double::toHexString).collect(Collectors.joining(", "));
  }

  private String place(Activation activation) {
    return "values + " + activations.places().get(activation);
  }

  private String call(Step step) {
    List<String> arguments = new ArrayList<>(step.arguments());
    step.activations().forEach(activation -> arguments.add(place(activation)));
    step.tensor().ifPresent(name -> arguments.add("&memory"));
    String call = step.function() + "(" + String.join(", ", arguments) + ")";
    String comment = step.about().isEmpty() ? "" : "  /* " + step.about() + " */\n";
    return step.tensor().isPresent()
        ? comment + "  if (!" + call + ") {\n    return NULL;\n  }\n"
        : comment + "  " + call + ";\n";
  }
}
