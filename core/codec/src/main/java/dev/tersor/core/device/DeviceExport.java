package dev.tersor.core.device;

import dev.tersor.core.encode.Encoding;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.tensor.Codes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/**
 * A network as a folder of C: the weights in flash as their recipes have them, the decoders that
 * they need and no others, a function a layer, and a test that decodes each and compares checksums.
 * Targets are little-endian.
 *
 * @param files by name
 * @param layers of the quantised tensors, by name, in order
 * @param identifiers what every tensor is in C after {@code weights_}, by its name
 * @param plainBytes bytes of flash of tensors that are stored as numbers
 */
public record DeviceExport(
    Map<String, byte[]> files,
    Map<String, DeviceLayer> layers,
    Map<String, String> identifiers,
    long plainBytes) {

  /** What every folder has. */
  private static final List<String> FRAME =
      List.of("test.c", "count.c", "Makefile", "board.c", "board.h", "board.ld");

  /** What products straight from stored weights are made of, beside the decoder of dCSR. */
  private static final List<String> PRODUCTS =
      List.of("tersor_products.h", "tersor_products.c", "tersor_products_mve.c", "products.c");

  /** Exports tensors without products straight from them. */
  public static DeviceExport of(
      List<NetworkTensor> tensors, Optional<Encoding> encoding, long ram, boolean isBinary) {
    return of(tensors, encoding, ram, isBinary, false);
  }

  /**
   * Exports tensors.
   *
   * @param encoding the recipe of each, or the choice of one; without it that which each has
   * @param ram bytes that the codes of a layer may take, whole or by rows
   * @param isBinary whether the streams go to a file {@code weights.bin} and not into arrays
   * @param hasProducts whether there are products straight from dCSR and groups, whose weights are
   *     then each stored once
   * @throws IllegalArgumentException naming the tensor, if one cannot be exported
   */
  public static DeviceExport of(
      List<NetworkTensor> tensors,
      Optional<Encoding> encoding,
      long ram,
      boolean isBinary,
      boolean hasProducts) {
    Map<String, DeviceLayer> layers = new LinkedHashMap<>();
    for (NetworkTensor tensor : tensors) {
      if (tensor instanceof NetworkTensor.Coded coded) {
        DeviceLayer layer = layer(coded, encoding, ram);
        layers.put(tensor.name(), hasProducts ? SingleValues.of(layer, tensor.shape()) : layer);
      }
    }
    return of(tensors, layers, isBinary, hasProducts);
  }

  /**
   * Exports tensors whose layers there are already.
   *
   * @param layers of the quantised tensors, by name
   * @throws IllegalArgumentException if names are none in C, or two become one
   */
  public static DeviceExport of(
      List<? extends NetworkTensor> tensors, Map<String, DeviceLayer> layers, boolean isBinary) {
    return of(tensors, layers, isBinary, false);
  }

  private static DeviceExport of(
      List<? extends NetworkTensor> tensors,
      Map<String, DeviceLayer> layers,
      boolean isBinary,
      boolean hasProducts) {
    Map<String, String> identifiers = new LinkedHashMap<>();
    Set<String> used = new LinkedHashSet<>(Set.of("tersor_stream"));
    long plain = 0;
    FlashWriter flash = new FlashWriter(isBinary);
    WeightsHeader header = new WeightsHeader();
    WeightsSource source = new WeightsSource(flash);
    CNames names = new CNames();
    for (NetworkTensor tensor : tensors) {
      String name = names.of(tensor.name());
      identifiers.put(tensor.name(), name);
      if (tensor instanceof NetworkTensor.Coded coded) {
        DeviceLayer layer = layers.get(tensor.name());
        used.addAll(layer.files());
        header.layer(name, tensor, layer);
        source.layer(name, coded, layer);
      } else {
        plain += header.plain(name, tensor);
        source.plain(name, tensor);
      }
    }
    used.add("tersor_values");
    if (hasProducts) {
      used.add("tersor_dcsr");
    }
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (String file : used) {
      files.put(file + ".h", DeviceFiles.read(file + ".h"));
      files.put(file + ".c", DeviceFiles.read(file + ".c"));
    }
    vectors(used).forEach(file -> files.put(file, DeviceFiles.read(file)));
    FRAME.forEach(file -> files.put(file, DeviceFiles.read(file)));
    if (hasProducts) {
      PRODUCTS.forEach(file -> files.put(file, DeviceFiles.read(file)));
    }
    files.put("weights.h", header.text(used).getBytes(StandardCharsets.UTF_8));
    files.put("weights.c", source.text().getBytes(StandardCharsets.UTF_8));
    if (isBinary) {
      files.put("weights.bin", flash.bytes());
      files.put("weights_flash.S", DeviceFiles.read("weights_flash.S"));
    }
    return new DeviceExport(files, layers, identifiers, plain);
  }

  /**
   * The layer that codes of at most a segment are on a device.
   *
   * @param encoding a recipe, or the choice of one
   * @param ram bytes that they may take, whole or by rows
   * @throws IllegalArgumentException saying what there is or would fit, if they cannot be one
   */
  public static DeviceLayer layer(Codes codes, Encoding encoding, long ram) {
    BookWriter.check(codes.codebook());
    return new DeviceChoice(encoding, ram).layer(codes);
  }

  private static DeviceLayer layer(
      NetworkTensor.Coded tensor, Optional<Encoding> encoding, long ram) {
    try {
      if (tensor.segments().size() != 1) {
        throw new IllegalArgumentException(
            "%d weights are more than a segment of 4,194,304, which is what decoders in C take"
                .formatted(tensor.shape().size()));
      }
      return layer(tensor.segments().get(0), encoding.orElse(tensor.recipe()), ram);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("tensor '" + tensor.name() + "': " + e.getMessage(), e);
    }
  }

  /** The sources by vectors of decoders that are used. */
  private static List<String> vectors(Set<String> used) {
    List<String> files = new ArrayList<>();
    for (DeviceScheme scheme : DeviceScheme.values()) {
      if (scheme.isByVectors() && used.contains(scheme.file())) {
        files.addAll(List.of(scheme.file() + "_mve.c", "tersor_vectors.h"));
      }
    }
    return files;
  }

  /**
   * A checksum of all that decodes and counts in C: what is measured of these may be another with
   * another one.
   */
  public static String version() {
    Set<String> used = new TreeSet<>(List.of("tersor_stream", "tersor_values"));
    for (DeviceScheme scheme : DeviceScheme.values()) {
      used.add(scheme.file());
    }
    for (DeviceCoder coder : DeviceCoder.values()) {
      used.addAll(coder.files());
    }
    Set<String> files = new TreeSet<>(vectors(used));
    files.addAll(List.of("count.c", "Makefile", "board.c", "board.h", "board.ld"));
    used.forEach(file -> files.addAll(List.of(file + ".h", file + ".c")));
    CRC32C crc = new CRC32C();
    files.forEach(file -> crc.update(DeviceFiles.read(file)));
    return "%08x".formatted(crc.getValue());
  }

  /** Bytes of flash of the streams of all layers. */
  public long codedBytes() {
    return layers.values().stream().mapToLong(DeviceLayer::bytes).sum();
  }
}
