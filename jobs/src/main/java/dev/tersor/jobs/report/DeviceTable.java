package dev.tersor.jobs.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import dev.tersor.core.device.DeviceExport;
import dev.tersor.core.device.DeviceLayer;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What became of each layer of an exported network. */
public final class DeviceTable {
  private DeviceTable() {}

  /** A row for each layer and a line for all of them. */
  public static String of(DeviceExport exported) {
    List<Map.Entry<String, DeviceLayer>> rows = List.copyOf(exported.layers().entrySet());
    long weights = rows.stream().mapToLong(row -> row.getValue().weights()).sum();
    return AsciiTable.getTable(
            AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS,
            rows,
            List.of(
                new Column()
                    .header("layer")
                    .dataAlign(HorizontalAlign.LEFT)
                    .with(row -> row.getKey()),
                new Column().header("weights").with(row -> "" + row.getValue().weights()),
                new Column().header("bits").with(row -> "" + row.getValue().bits()),
                new Column()
                    .header("decoders")
                    .dataAlign(HorizontalAlign.LEFT)
                    .with(row -> String.join(" ", row.getValue().files())),
                new Column().header("bytes of flash").with(row -> "" + row.getValue().bytes())))
        + String.format(
            Locale.ROOT,
            "%n%,d bytes of flash for %,d weights, %,d for other numbers%n",
            exported.codedBytes(),
            weights,
            exported.plainBytes());
  }
}
