package dev.tersor.core.board;

import dev.tersor.core.model.Layer;
import dev.tersor.core.model.Parameter;
import dev.tersor.core.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The layers of a graph as steps, one after the other, with the activations between them. */
final class Steps {
  /** Activations, and channels x height x width, or features alone. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Values(Activation at, long... dims) {}

  private final Map<String, Shape> shapes = new HashMap<>();
  private final Map<String, String> identifiers;
  private final List<Step> steps = new ArrayList<>();
  private final List<Layer.BatchNorm> norms = new ArrayList<>();

  /** Activations that a later step reads as they are now. */
  private final Set<Activation> held = new HashSet<>();

  private final Activation input;
  private Activation output;
  private int count;

  private Steps(long[] dims, List<Parameter> parameters, Map<String, String> identifiers) {
    parameters.forEach(parameter -> shapes.put(parameter.name(), parameter.shape()));
    this.identifiers = identifiers;
    this.input = Activation.of(count++, dims);
  }

  /**
   * @param layers of a graph whose shapes fit each other
   * @param dims of an input
   * @param parameters with their shapes
   * @param identifiers of tensors in C
   */
  static Steps of(
      List<Layer> layers,
      List<Long> dims,
      List<Parameter> parameters,
      Map<String, String> identifiers) {
    long[] in = dims.stream().mapToLong(Long::longValue).toArray();
    Steps steps = new Steps(in, parameters, identifiers);
    steps.output = steps.through(layers, new Values(steps.input, in)).at();
    return steps;
  }

  List<Step> all() {
    return steps;
  }

  Activation input() {
    return input;
  }

  /** The scores of the classes. */
  Activation output() {
    return output;
  }

  /** Normalisations, whose numbers in C are {@code factors_N} and {@code summands_N}. */
  List<Layer.BatchNorm> norms() {
    return norms;
  }

  /** What a weight is in C as a {@code tersor_matrix}. */
  static String matrix(String identifier) {
    return "matrix_" + identifier;
  }

  private Values through(List<Layer> layers, Values in) {
    Values values = in;
    for (Layer layer : layers) {
      values = through(layer, values);
    }
    return values;
  }

  private Values through(Layer layer, Values in) {
    if (layer instanceof Layer.Convolution conv) {
      Shape weight = shapes.get(conv.weight());
      Windows windows =
          new Windows(in.dims(), weight.dim(2), weight.dim(3), conv.stride(), conv.padding());
      Values out = create(weight.dim(0), windows.outHeight(), windows.outWidth());
      decoding("tersor_convolution", conv.weight(), List.of(windows.text()), in.at(), out.at());
      return biased(conv.bias(), out);
    } else if (layer instanceof Layer.Linear linear) {
      Values out = create(shapes.get(linear.weight()).dim(0));
      decoding("tersor_linear", linear.weight(), List.of(), in.at(), out.at());
      return biased(linear.bias(), out);
    } else if (layer instanceof Layer.BatchNorm norm) {
      Values own = own(in);
      String number = "_" + norms.size();
      norms.add(norm);
      add(
          "batch normalisation " + norm.scale(),
          "tersor_scale",
          List.of("factors" + number, "summands" + number, text(own.dims()[0]), text(plane(own))),
          own.at());
      return own;
    } else if (layer instanceof Layer.Relu) {
      Values own = own(in);
      add("", "tersor_relu", List.of(text(own.at().size())), own.at());
      return own;
    } else if (layer instanceof Layer.MaxPool pool) {
      Windows windows = new Windows(in.dims(), pool.size(), pool.size(), pool.stride(), 0);
      Values out = create(in.dims()[0], windows.outHeight(), windows.outWidth());
      add("", "tersor_max_pool", List.of(windows.text()), in.at(), out.at());
      return out;
    } else if (layer instanceof Layer.PadChannels pad) {
      return padded(pad, in);
    } else if (layer instanceof Layer.GlobalAveragePool) {
      Values out = create(in.dims()[0], 1, 1);
      List<String> sizes = List.of(text(in.dims()[0]), text(plane(in)));
      add("", "tersor_average", sizes, in.at(), out.at());
      return out;
    } else if (layer instanceof Layer.Flatten) {
      return new Values(in.at(), in.at().size());
    } else if (layer instanceof Layer.Residual residual) {
      return residual(residual, in);
    }
    return in; // Dropout
  }

  private Values residual(Layer.Residual residual, Values in) {
    boolean isFirst = held.add(in.at());
    Values body = own(through(residual.body(), in));
    if (isFirst) {
      held.remove(in.at());
    }
    Values shortcut = through(residual.shortcut(), in);
    add("", "tersor_add", List.of(text(body.at().size())), shortcut.at(), body.at());
    return body;
  }

  private Values padded(Layer.PadChannels pad, Values in) {
    Values out = create(in.dims()[0] + pad.before() + pad.after(), in.dims()[1], in.dims()[2]);
    add(
        "",
        "tersor_pad_channels",
        List.of(
            text(pad.before() * plane(in)), text(pad.after() * plane(in)), text(in.at().size())),
        in.at(),
        out.at());
    return out;
  }

  private Values biased(Optional<String> name, Values out) {
    name.ifPresent(bias -> decoding("tersor_bias", bias, List.of(text(plane(out))), out.at()));
    return out;
  }

  /** Values that may be changed: these, or a copy where they are read later. */
  private Values own(Values values) {
    if (!held.contains(values.at())) {
      return values;
    }
    Values copy = create(values.dims());
    add("", "tersor_copy", List.of(text(values.at().size())), values.at(), copy.at());
    return copy;
  }

  private Values create(long... dims) {
    return new Values(Activation.of(count++, dims), dims);
  }

  private void decoding(
      String function, String tensor, List<String> more, Activation... activations) {
    List<String> arguments = new ArrayList<>(List.of("&" + matrix(identifiers.get(tensor))));
    arguments.addAll(more);
    String about = tensor + " " + shapes.get(tensor);
    steps.add(
        new Step(about, function, arguments, Arrays.asList(activations), Optional.of(tensor)));
  }

  private void add(
      String about, String function, List<String> arguments, Activation... activations) {
    steps.add(new Step(about, function, arguments, Arrays.asList(activations), Optional.empty()));
  }

  /** Numbers of a channel. */
  private static long plane(Values values) {
    return values.at().size() / values.dims()[0];
  }

  private static String text(long number) {
    return Long.toString(number);
  }
}
