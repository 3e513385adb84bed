package dev.tersor.core.checkpoint.packed;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.Checkpoint.Unread;
import dev.tersor.core.checkpoint.DType;
import dev.tersor.core.checkpoint.StoredTensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Puts together what a checkpoint has in several tensors: {@code NAME.qweight} and its scales
 * become {@code NAME.weight}, as {@code NAME.weight_packed} does, and {@code NAME.weight} of
 * integers or FP8 with {@code NAME.weight_scale}. Sizes tell what they are; a configuration beside
 * the file tells the rest and is checked against them.
 */
public final class PackedModules {
  private static final String QWEIGHT = "qweight";
  private static final String PACKED = "weight_packed";
  private static final String WEIGHT = "weight";
  private static final List<String> SCALES = List.of("weight_scale", "weight_scale_inv");

  private final Checkpoint stored;
  private final ByteSource source;
  private final Map<String, StoredTensor> byName = new HashMap<>();
  private final Set<String> used = new HashSet<>();
  private final Map<String, StoredTensor> whole = new HashMap<>();
  private final List<Unread> unread = new ArrayList<>();
  private Optional<PackedConfig> config;

  private PackedModules(Checkpoint stored, ByteSource source) {
    this.stored = stored;
    this.source = source;
    stored.tensors().forEach(tensor -> byName.put(tensor.name(), tensor));
  }

  /**
   * A checkpoint with weights in place of the tensors that they are stored as; this very one where
   * there are none.
   *
   * @param source the file that it was read from
   * @throws MalformedInputException naming the tensor, if parts are missing or contradict each
   *     other or the configuration
   */
  public static Checkpoint together(Checkpoint stored, ByteSource source) throws IOException {
    return new PackedModules(stored, source).together();
  }

  private Checkpoint together() throws IOException {
    for (StoredTensor tensor : stored.tensors()) {
      if (isPart(tensor, QWEIGHT)) {
        StoredTensor weight = new WordMatrices(parts(tensor, QWEIGHT), config()).weight(tensor);
        put(tensor, QWEIGHT, weight);
      } else if (isPart(tensor, PACKED)) {
        StoredTensor weight = new CompressedTensors(parts(tensor, PACKED), config()).packed(tensor);
        put(tensor, PACKED, weight);
      } else if (isPart(tensor, WEIGHT) && mayHaveScale(tensor)) {
        plain(tensor);
      }
    }
    if (used.isEmpty()) {
      return stored;
    }
    List<StoredTensor> all = new ArrayList<>();
    for (StoredTensor tensor : stored.tensors()) {
      if (whole.containsKey(tensor.name())) {
        all.add(whole.get(tensor.name()));
      } else if (!used.contains(tensor.name())) {
        all.add(tensor);
      }
    }
    return stored.with(all, unread, notes());
  }

  private void plain(StoredTensor tensor) throws IOException {
    Parts parts = parts(tensor, WEIGHT);
    for (String name : SCALES) {
      StoredTensor scales = parts.find(name);
      if (scales != null) {
        put(tensor, WEIGHT, new CompressedTensors(parts, Optional.empty()).plain(tensor, scales));
        return;
      }
    }
  }

  private static boolean mayHaveScale(StoredTensor tensor) {
    return tensor.shape().rank() >= 2
        && (tensor.dtype() == DType.I8
            || tensor.dtype() == DType.F8_E4M3
            || tensor.dtype() == DType.F8_E5M2);
  }

  private static boolean isPart(StoredTensor tensor, String part) {
    return tensor.name().equals(part) || tensor.name().endsWith("." + part);
  }

  private Parts parts(StoredTensor tensor, String part) {
    String module = tensor.name().substring(0, tensor.name().length() - part.length());
    return new Parts(module, byName, used, unread, source);
  }

  private void put(StoredTensor tensor, String part, StoredTensor weight) {
    used.add(tensor.name());
    if (!part.equals(WEIGHT)) {
      String name = tensor.name().substring(0, tensor.name().length() - part.length()) + WEIGHT;
      if (byName.containsKey(name)) {
        throw parts(tensor, part).malformed(tensor, "lies beside " + name + ", expected one");
      }
    }
    if (weight != null) {
      whole.put(tensor.name(), weight);
    }
  }

  /** Read where there is something that it speaks of. */
  private Optional<PackedConfig> config() throws IOException {
    if (config == null) {
      config = PackedConfig.beside(source);
    }
    return config;
  }

  private List<String> notes() {
    boolean unsaid =
        config != null && config.isEmpty() && byName.keySet().stream().anyMatch(this::isGptqPart);
    return unsaid
        ? List.of(
            "no config.json beside the file: zero points of GPTQ are taken as stored less one")
        : List.of();
  }

  private boolean isGptqPart(String name) {
    StoredTensor weight = whole.get(name);
    return weight != null && weight.dtypeName().startsWith("GPTQ");
  }
}
