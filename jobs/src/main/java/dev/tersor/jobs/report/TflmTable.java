package dev.tersor.jobs.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import dev.tersor.core.tflm.ExportedTensor;
import dev.tersor.core.tflm.TflmNetwork;
import java.util.List;
import java.util.Locale;

/** What became of each tensor of a model for TensorFlow Lite Micro. */
public final class TflmTable {
  private TflmTable() {}

  /** A row for each tensor that has data, and one for the file. */
  public static String of(TflmNetwork network) {
    String table =
        AsciiTable.getTable(
            AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS,
            network.tensors(),
            List.of(
                left("tensor").with(ExportedTensor::name),
                left("type").with(tensor -> tensor.type().toLowerCase(Locale.ROOT)),
                left("encoding").with(ExportedTensor::encoding),
                right("bytes").with(tensor -> String.valueOf(tensor.bytes())),
                right("stored").with(tensor -> String.valueOf(tensor.stored())),
                right("error").with(TflmTable::error),
                left("why not").with(ExportedTensor::note)));
    StringBuilder text = new StringBuilder(table);
    text.append(System.lineSeparator());
    if (network.behind() > 0) {
      text.append(
          String.format(
              Locale.ROOT, "%,d bytes behind the model are left out%n", network.behind()));
    }
    boolean isChanged = network.tensors().stream().anyMatch(tensor -> tensor.error() > 0);
    return text.append(
            String.format(
                Locale.ROOT,
                "%,d bytes, %.2f %% of %,d; %s%n",
                network.bytes().length,
                100.0 * network.bytes().length / network.before(),
                network.before(),
                isChanged
                    ? "weights were changed, by the error shown, and with them the accuracy"
                    : "every weight decodes to what it was, bit for bit"))
        .toString();
  }

  /** Root mean square of the change, of the weights'. */
  private static String error(ExportedTensor tensor) {
    return tensor.error() == 0 ? "" : String.format(Locale.ROOT, "%.2f %%", 100 * tensor.error());
  }

  private static Column left(String header) {
    return new Column().header(header).dataAlign(HorizontalAlign.LEFT);
  }

  private static Column right(String header) {
    return new Column().header(header).dataAlign(HorizontalAlign.RIGHT);
  }
}
