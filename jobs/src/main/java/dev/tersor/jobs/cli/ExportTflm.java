package dev.tersor.jobs.cli;

import dev.tersor.core.tflm.TflmNetwork;
import dev.tersor.jobs.network.TflmFiles;
import dev.tersor.jobs.report.TflmTable;
import java.io.IOException;
import java.util.Map;

/** A .tflite file for TensorFlow Lite Micro. */
final class ExportTflm implements ExportTarget {
  @Override
  public String name() {
    return "tflm";
  }

  @Override
  public int export(String network, String to, Map<String, Object> options) throws IOException {
    TflmNetwork exported = new TflmFiles(HadoopSettings.get()).export(network, to);
    System.out.print(TflmTable.of(exported));
    System.out.println(to);
    return Main.OK;
  }
}
