package dev.tersor.jobs.config;

import com.typesafe.config.Config;
import dev.tersor.core.quantize.CodebookFitter;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.core.tensor.NameWithParameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What codebooks that count bits are to reach: {@code rates} or {@code sqnr}, over the network or
 * for {@code each} tensor, or {@code lambda} as it is. In names of codebooks they are parameters:
 * {@code trellis(rate=3)}.
 */
final class Targets {
  /** What takes targets where no codebook is named. */
  static final String STANDARD = "trellis";

  /** Keys of the configuration. */
  static final List<String> KEYS = List.of("rates", "sqnr", "lambda");

  private static final String EACH = "each";
  private static final int BITS = 8;

  private Targets() {}

  /** The parameters of each target. */
  static List<Map<String, String>> of(Config config) {
    List<Map<String, String>> targets = new ArrayList<>();
    boolean each = config.getBoolean(EACH);
    for (String key : KEYS) {
      for (String value : config.getStringList(key)) {
        Map<String, String> target = new LinkedHashMap<>();
        target.put(key.equals("rates") ? "rate" : key, value.trim());
        if (each && !key.equals("lambda")) {
          target.put(EACH, "true");
        }
        targets.add(target);
      }
    }
    if (each && targets.stream().noneMatch(target -> target.containsKey(EACH))) {
      throw new UsageException("each: no rate and no sqnr that each tensor could reach");
    }
    return targets;
  }

  /** The bits of codes where none are named: as many as there are. */
  static List<String> bits() {
    return List.of(Integer.toString(BITS));
  }

  /**
   * A codebook with a target.
   *
   * @throws UsageException if it does not count bits, or the target cannot be
   */
  static String codebook(String name, Map<String, String> target) {
    try {
      NameWithParameters parsed = NameWithParameters.parse(name);
      CodebookFitter fitter = CodebookFitters.parse(name);
      if (!fitter.countsBits()) {
        throw new UsageException(
            "codebooks: %s does not count bits, expected for %s one of %s"
                .formatted(name, target.keySet().iterator().next(), counting()));
      }
      Map<String, String> parameters = new LinkedHashMap<>(parsed.parameters());
      parameters.putAll(target);
      return CodebookFitters.parse(new NameWithParameters(parsed.name(), parameters).toString())
          .name();
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  private static List<String> counting() {
    return CodebookFitters.ALL.all().stream()
        .filter(CodebookFitter::countsBits)
        .map(CodebookFitter::name)
        .toList();
  }
}
