package dev.tersor.core.checkpoint.packed;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.HeaderChecks;
import dev.tersor.core.checkpoint.SourceStream;
import dev.tersor.core.checkpoint.StrictJson;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the JSON files beside a checkpoint say of its quantisation: {@code quantization_config} of
 * config.json, else quantize_config.json (GPTQ), else quant_config.json (AWQ).
 *
 * <p>Example: {@code {"quantization_config": {"quant_method": "gptq", "bits": 4, "group_size":
 * 128}}}.
 *
 * @param file its name
 * @param values numbers, flags and texts by their path, such as {@code
 *     config_groups.group_0.weights.num_bits}
 */
record PackedConfig(String file, Map<String, String> values) {
  private static final String SECTION = "quantization_config.";
  private static final List<String> OTHERS = List.of("quantize_config.json", "quant_config.json");

  private static final int MAX_BYTES = 1 << 24;
  private static final int MAX_VALUES = 1 << 18;

  /**
   * The one beside a checkpoint, if there is any.
   *
   * @throws MalformedInputException naming the file, if it is no JSON
   */
  static Optional<PackedConfig> beside(ByteSource checkpoint) throws IOException {
    Optional<PackedConfig> model = read(checkpoint, "config.json");
    if (model.isPresent()) {
      Map<String, String> section = new HashMap<>();
      model
          .get()
          .values
          .forEach(
              (path, value) -> {
                if (path.startsWith(SECTION)) {
                  section.put(path.substring(SECTION.length()), value);
                }
              });
      if (!section.isEmpty()) {
        return Optional.of(new PackedConfig(model.get().file, Map.copyOf(section)));
      }
    }
    for (String name : OTHERS) {
      Optional<PackedConfig> other = read(checkpoint, name);
      if (other.isPresent()) {
        return other;
      }
    }
    return Optional.empty();
  }

  private static Optional<PackedConfig> read(ByteSource checkpoint, String name)
      throws IOException {
    ByteSource opened;
    try {
      opened = checkpoint.sibling(name);
    } catch (IOException e) {
      return Optional.empty(); // most have but one of them
    }
    try (ByteSource file = opened) {
      HeaderChecks checks = new HeaderChecks(file.name());
      if (file.length() > MAX_BYTES) {
        throw checks.malformed(
            "a configuration of %d bytes, at most %d".formatted(file.length(), MAX_BYTES), 0);
      }
      try (JsonParser json = StrictJson.parser(new SourceStream(file, 0, file.length()))) {
        Map<String, String> values = new HashMap<>();
        if (json.nextToken() != JsonToken.START_OBJECT) {
          throw checks.malformed("no JSON object", 0);
        }
        object("", json, values, checks);
        return Optional.of(new PackedConfig(file.name(), values));
      } catch (JacksonException e) {
        throw malformed(checks, e.getOriginalMessage(), e);
      } catch (CharacterCodingException e) {
        throw malformed(checks, "not UTF-8", e);
      }
    }
  }

  private static MalformedInputException malformed(
      HeaderChecks checks, String message, Exception cause) {
    MalformedInputException malformed = checks.malformed("configuration: " + message, 0);
    malformed.initCause(cause);
    return malformed;
  }

  /** The values of an object; those of arrays say nothing that is asked for here. */
  private static void object(
      String path, JsonParser json, Map<String, String> values, HeaderChecks checks)
      throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = path + json.currentName();
      JsonToken token = json.nextToken();
      if (token == JsonToken.START_OBJECT) {
        object(name + ".", json, values, checks);
      } else if (token.isScalarValue() && token != JsonToken.VALUE_NULL) {
        if (values.put(name, json.getText()) != null || values.size() > MAX_VALUES) {
          throw checks.malformed("configuration: '" + name + "' given twice, or too many", 0);
        }
      } else {
        json.skipChildren();
      }
    }
  }

  /** The value of the first of these names that is there. */
  Optional<String> text(String... names) {
    for (String name : names) {
      if (values.containsKey(name)) {
        return Optional.of(values.get(name));
      }
    }
    return Optional.empty();
  }

  /**
   * The same as a whole number.
   *
   * @throws MalformedInputException if it is none
   */
  Optional<Integer> number(String... names) {
    Optional<String> text = text(names);
    try {
      return text.map(Integer::valueOf);
    } catch (NumberFormatException e) {
      throw new HeaderChecks(file)
          .malformed(names[0] + " is '" + text.orElseThrow() + "', expected a whole number", 0);
    }
  }

  /** Whether modules may have bits and groups of their own, which no other value speaks of. */
  boolean hasExceptions() {
    return values.keySet().stream()
        .anyMatch(path -> path.startsWith("dynamic.") || path.startsWith("extra_config."));
  }

  /** The bits of weights in all groups of modules, as compressed-tensors has them. */
  Set<Integer> bitsOfGroups() {
    Set<Integer> bits = new TreeSet<>();
    for (String path : values.keySet()) {
      if (path.startsWith("config_groups.") && path.endsWith(".weights.num_bits")) {
        bits.add(number(path).orElseThrow());
      }
    }
    return bits;
  }
}
