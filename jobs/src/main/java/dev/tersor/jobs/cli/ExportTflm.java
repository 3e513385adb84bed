package dev.tersor.jobs.cli;

import dev.tersor.core.tflm.TflmNetwork;
import dev.tersor.core.tflm.TflmSettings;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.network.TflmFiles;
import dev.tersor.jobs.report.TflmTable;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/** A .tflite file for TensorFlow Lite Micro. */
final class ExportTflm implements ExportTarget {
  private static final Set<String> OPTIONS = Set.of("sparsity", "bits", "decoders");
  private static final String AS_IS = "asis";

  @Override
  public String name() {
    return "tflm";
  }

  @Override
  public int export(String network, String to, Map<String, Object> options) throws IOException {
    TflmFiles files = new TflmFiles(HadoopSettings.get());
    TflmNetwork exported = files.export(network, to, settings(options));
    System.out.print(TflmTable.of(exported));
    String decoders = (String) options.get("decoders");
    if (decoders == null) {
      System.out.println(to);
    } else {
      files.decoders(decoders);
      System.out.println(to + "; register DECODE by tersor::AddDecode of " + decoders);
    }
    return Main.OK;
  }

  private static TflmSettings settings(Map<String, Object> options) {
    for (String option : options.keySet()) {
      if (!OPTIONS.contains(option)) {
        throw new UsageException("export: --" + option + " has no place beside --target tflm");
      }
    }
    Integer bits = (Integer) options.get("bits");
    if (bits != null && bits == 0) {
      throw new UsageException("export: --bits 0, expected 1 to 7");
    }
    String share = (String) options.getOrDefault("sparsity", AS_IS);
    double sparsity;
    try {
      sparsity = share.equals(AS_IS) ? 0 : Double.parseDouble(share);
    } catch (NumberFormatException e) {
      throw new UsageException("export: --sparsity " + share + ", expected a share in [0, 1)", e);
    }
    try {
      return new TflmSettings(sparsity, bits == null ? 0 : bits, options.containsKey("decoders"));
    } catch (IllegalArgumentException e) {
      throw new UsageException("export: --" + e.getMessage(), e);
    }
  }
}
