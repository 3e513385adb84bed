package dev.tersor.core.device;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.IntegerFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/** The text of {@code weights.c}. */
final class WeightsSource {
  private final FlashWriter flash;
  private final StringBuilder definitions = new StringBuilder();
  private final StringBuilder entries = new StringBuilder();

  /** Of each place of a stream in its layer the macros and capacities of the work that it needs. */
  private final List<Map<String, Integer>> work = new ArrayList<>();

  WeightsSource(FlashWriter flash) {
    this.flash = flash;
  }

  void layer(String name, NetworkTensor.Coded tensor, DeviceLayer layer) {
    Codes codes = tensor.segments().get(0);
    layer(name, "", layer);
    definitions.append(BookWriter.of(name, tensor.shape(), codes.codebook()));
    definitions.append(
        """
        int weights_%1$s(uint8_t *codes) {
          return weights_%1$s_layer.decode(&weights_%1$s_layer, codes);
        }
        int weights_%1$s_floats(float *values) {
          uint8_t *codes = (uint8_t *)values + 3 * WEIGHTS_%1$s_COUNT;
          if (!weights_%1$s(codes)) {
            return 0;
          }
          tersor_values(&weights_%1$s_book, 0, WEIGHTS_%1$s_COUNT, codes, values);
          return 1;
        }

        """
            .formatted(name));
    CRC32C ofCodes = new CRC32C();
    ofCodes.update(codes.codes());
    entries.append(
        "  {\"%s\", &weights_%s_layer, &weights_%s_book, 0x%08xu, 0x%08xu},%n"
            .formatted(
                tensor.name(), name, name, ofCodes.getValue(), checksum(codes.dequantize())));
  }

  private static long checksum(float[] values) {
    CRC32C crc = new CRC32C();
    byte[] bytes = new byte[Float.BYTES];
    for (float value : values) {
      LittleEndian.putInt(bytes, 0, Float.floatToRawIntBits(value));
      crc.update(bytes);
    }
    return crc.getValue();
  }

  /**
   * @param part what the names of its definitions end in
   */
  private void layer(String name, String part, DeviceLayer layer) {
    layer.remainder().ifPresent(rest -> layer(name, "_rest", rest));
    StringBuilder streams = new StringBuilder();
    for (int i = 0; i < layer.streams().size(); i++) {
      DeviceStream stream = layer.streams().get(i);
      String array = name + part + "_" + stream.name().replace('-', '_');
      String table = flash.add(array + "_table", stream.table(), definitions);
      String bytes = flash.add(array, stream.payload(), definitions);
      streams.append(
          "  {%s, %s, %d, %d, %d, %d, %d, %s, %s},%n"
              .formatted(
                  bytes,
                  table,
                  stream.payload().length,
                  stream.table().length,
                  stream.count(),
                  stream.width(),
                  stream.capacity(),
                  stream.coder().function(),
                  workOf(place(layer, i), stream)));
    }
    if (!layer.sizes().isEmpty()) {
      definitions.append("static const uint8_t " + name + "_sizes[] = {");
      layer.sizes().forEach(size -> definitions.append(size).append(", "));
      definitions.append("};\n");
    }
    String linkage = part.isEmpty() ? "const tersor_layer weights_" : "static const tersor_layer ";
    definitions.append(
        """
        static const tersor_stream %1$s%2$s_streams[] = {
        %3$s};
        %4$s%1$s%2$s_layer = {
          %5$d, %6$d, %7$d, %8$s, %1$s%2$s_streams, %9$s, %10$s};
        """
            .formatted(
                name,
                part,
                streams,
                linkage,
                layer.weights(),
                layer.bits(),
                layer.sizes().size(),
                layer.sizes().isEmpty() ? "NULL" : name + "_sizes",
                layer.scheme().isByVectors()
                    ? "BY_VECTORS(" + layer.scheme().function() + ")"
                    : layer.scheme().function(),
                layer.remainder().isPresent() ? "&" + name + "_rest_layer" : "NULL"));
  }

  /** Streams that are never open together share a place: those of groups of different sizes. */
  private static int place(DeviceLayer layer, int stream) {
    String name = layer.streams().get(stream).name();
    if (layer.scheme() != DeviceScheme.GROUPS) {
      return stream;
    }
    return name.startsWith("starts-") ? 0 : name.startsWith("strides-") ? 1 : 2;
  }

  private String workOf(int place, DeviceStream stream) {
    if (stream.capacity() == 0) {
      return "NULL";
    }
    while (work.size() <= place) {
      work.add(new TreeMap<>());
    }
    work.get(place).merge(stream.coder().words(), stream.capacity(), Math::max);
    return "&work_" + place;
  }

  void plain(String name, NetworkTensor tensor) {
    if (tensor instanceof NetworkTensor.Integers whole) {
      definitions.append(
          "const %s weights_%s[] = {%s};%n%n"
              .formatted(type(whole.format()), name, integers(whole)));
    } else {
      definitions.append(
          "const float weights_%s[] = {%s};%n%n".formatted(name, CNumbers.floats(tensor.values())));
    }
  }

  /** The type in C of numbers that are no weights. */
  static String type(IntegerFormat format) {
    return switch (format.label()) {
      case "i8" -> "int8_t";
      case "i16" -> "int16_t";
      case "i32" -> "int32_t";
      case "i64" -> "int64_t";
      case "u16" -> "uint16_t";
      case "u32" -> "uint32_t";
      case "u64" -> "uint64_t";
      default -> "uint8_t";
    };
  }

  private static String integers(NetworkTensor.Integers whole) {
    int width = whole.format().bytes();
    StringBuilder text = new StringBuilder(whole.bytes().length == 0 ? "0" : "");
    for (int at = 0; at < whole.bytes().length; at += width) {
      long bits = 0;
      for (int k = width - 1; k >= 0; k--) {
        bits = (bits << Byte.SIZE) | (whole.bytes()[at + k] & 0xFF);
      }
      text.append(at == 0 ? "" : ", ").append("(").append(type(whole.format())).append(")0x");
      text.append(Long.toHexString(bits)).append("u");
    }
    return text.toString();
  }

  String text() {
    StringBuilder all = new StringBuilder("#include \"weights.h\"\n\n");
    all.append(
        """
        #ifdef TERSOR_MVE
        #define BY_VECTORS(function) function##_mve
        #else
        #define BY_VECTORS(function) function
        #endif

        """);
    if (flash.isBinary()) {
      all.append("extern const uint8_t weights_flash[];\n\n");
    }
    for (int place = 0; place < work.size(); place++) {
      StringBuilder members = new StringBuilder();
      char member = 'a';
      for (Map.Entry<String, Integer> need : work.get(place).entrySet()) {
        members.append("uint32_t ").append(member++);
        members.append("[" + need.getKey() + "(" + need.getValue() + ")]; ");
      }
      if (members.length() > 0) {
        all.append("static union { ").append(members).append("} work_" + place + ";\n");
      }
    }
    all.append('\n').append(definitions);
    all.append("const weights_entry weights_entries[] = {\n").append(entries);
    return all.append("  {NULL, NULL, NULL, 0, 0}\n};\n").toString();
  }
}
