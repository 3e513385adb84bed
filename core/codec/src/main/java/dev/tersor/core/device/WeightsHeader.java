package dev.tersor.core.device;

import dev.tersor.core.encode.NetworkTensor;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** The text of {@code weights.h}. */
final class WeightsHeader {
  private final StringBuilder layers = new StringBuilder();
  private int count;
  private int largest = 1;

  void layer(String name, NetworkTensor tensor, DeviceLayer layer) {
    count++;
    largest = Math.max(largest, layer.weights());
    layers
        .append("/* %s %s, %d bits, ".formatted(tensor.name(), tensor.shape(), layer.bits()))
        .append("%d bytes: %s */%n".formatted(layer.bytes(), description(layer)))
        .append("#define WEIGHTS_%s_COUNT %d%n".formatted(name, layer.weights()))
        .append(shape(name, tensor))
        .append("extern const tersor_layer weights_%s_layer;%n".formatted(name))
        .append("extern const tersor_book weights_%s_book;%n".formatted(name))
        .append("int weights_%s(uint8_t *codes);%n".formatted(name))
        .append("int weights_%s_floats(float *values);%n%n".formatted(name));
  }

  /**
   * @return bytes of flash
   */
  long plain(String name, NetworkTensor tensor) {
    String type = "float";
    long bytes = 4 * tensor.shape().size();
    if (tensor instanceof NetworkTensor.Integers whole) {
      type = WeightsSource.type(whole.format());
      bytes = whole.bytes().length;
    }
    layers
        .append("/* %s %s */%n".formatted(tensor.name(), tensor.shape()))
        .append("#define WEIGHTS_%s_COUNT %d%n".formatted(name, tensor.shape().size()))
        .append(shape(name, tensor))
        .append("extern const %s weights_%s[];%n%n".formatted(type, name));
    return bytes;
  }

  private static String shape(String name, NetworkTensor tensor) {
    return "#define WEIGHTS_%s_SHAPE {%s}%n"
        .formatted(
            name,
            Arrays.stream(tensor.shape().dims())
                .mapToObj(Long::toString)
                .collect(Collectors.joining(", ")));
  }

  private static String description(DeviceLayer layer) {
    return layer.scheme().function()
        + layer.streams().stream()
            .filter(stream -> stream.coder() != DeviceCoder.PACKED)
            .map(stream -> " " + stream.name() + "/" + stream.coder().label())
            .collect(Collectors.joining())
        + layer.remainder().map(rest -> " + " + description(rest)).orElse("");
  }

  String text(Set<String> files) {
    String includes =
        files.stream().map("#include \"%s.h\"%n"::formatted).collect(Collectors.joining());
    return """
        /* The weights of a network, as they lie in flash. weights_NAME gives the codes of a layer, one a
         * byte, weights_NAME_floats what they stand for (in the same memory, four bytes each). Both return
         * 1, or 0 where flash is damaged and checks are not left out. */
        #ifndef WEIGHTS_H
        #define WEIGHTS_H

        %s
        #define WEIGHTS_LAYERS %d
        /* Weights of the largest layer. */
        #define WEIGHTS_LARGEST %d

        typedef struct {
          const char *name;
          const tersor_layer *layer;
          const tersor_book *book;
          uint32_t codes;  /* CRC32C of the codes */
          uint32_t values; /* and of the floats, little-endian */
        } weights_entry;

        extern const weights_entry weights_entries[];

        %s#endif
        """
        .formatted(includes, count, largest, layers);
  }
}
