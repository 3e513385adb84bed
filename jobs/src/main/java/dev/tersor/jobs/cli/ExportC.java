package dev.tersor.jobs.cli;

import dev.tersor.core.board.BoardNetwork;
import dev.tersor.core.device.DeviceExport;
import dev.tersor.core.encode.Encoding;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.jobs.config.LayerSettings;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.network.DeviceFolder;
import dev.tersor.jobs.network.NetworkFiles;
import dev.tersor.jobs.report.DeviceTable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A folder of C: weights as they lie in flash, and what decodes them. */
final class ExportC implements ExportTarget {
  @Override
  public String name() {
    return "c";
  }

  @Override
  public int export(String network, String to, Map<String, Object> options) throws IOException {
    Map<String, Object> left = new LinkedHashMap<>(options);
    if (left.containsKey("decoders")) {
      throw new UsageException("export: --decoders has no place beside --target c");
    }
    Optional<Encoding> recipe =
        Optional.ofNullable((String) left.remove("recipe")).map(ExportC::recipe);
    long ram = Optional.ofNullable((Long) left.remove("ram")).orElse(Long.MAX_VALUE);
    if (ram < 1) {
      throw new UsageException("export: --ram " + ram + ", expected a number of bytes from 1 on");
    }
    Optional<WholeNetwork> whole = WholeNetwork.of(left);
    boolean hasProducts = left.remove("products") != null;
    boolean isBinary = isBinary((String) left.remove("flash"));
    Object seed = left.remove("seed");
    String config = (String) left.remove("config");
    NetworkFiles files = new NetworkFiles(HadoopSettings.get());
    Optional<LayerSettings> settings =
        left.isEmpty() && config == null && seed == null
            ? Optional.empty()
            : Optional.of(LayerSettings.load(config, left));
    List<NetworkTensor> tensors =
        files.tensorsOf("export", network, settings, seed == null ? 1 : (Long) seed);
    Map<String, byte[]> written = new LinkedHashMap<>();
    DeviceExport exported;
    Optional<BoardNetwork> board;
    try {
      exported = DeviceExport.of(tensors, recipe, ram, isBinary, hasProducts);
      written.putAll(exported.files());
      board = whole.map(named -> named.export(tensors, exported));
    } catch (IllegalArgumentException e) {
      throw new UsageException("export: " + network + ": " + e.getMessage(), e);
    }
    board.ifPresent(inference -> written.putAll(inference.files()));
    DeviceFolder.write(to, written);
    System.out.print(DeviceTable.of(exported));
    board.ifPresent(
        inference ->
            System.out.printf(
                Locale.ROOT,
                "inference takes %,d bytes of memory; compare its classes with: make -C %s classes,"
                    + " on a board with: make run%n",
                inference.memory(),
                to));
    System.out.println(to + "; test it with: make -C " + to + " test, on a board with: make board");
    return Main.OK;
  }

  private static Encoding recipe(String name) {
    try {
      return Encoding.parse(name);
    } catch (IllegalArgumentException e) {
      throw new UsageException("export: --recipe: " + e.getMessage(), e);
    }
  }

  private static boolean isBinary(String flash) {
    if (flash == null || flash.equals("arrays")) {
      return false;
    }
    if (flash.equals("binary")) {
      return true;
    }
    throw new UsageException("export: --flash '" + flash + "', expected arrays or binary");
  }
}
