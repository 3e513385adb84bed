package dev.tersor.jobs.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import dev.tersor.core.encode.Floor;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.network.CompressedNetwork;
import dev.tersor.core.tensor.Codes;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What became of each tensor of a network file. */
public final class NetworkTable {
  private NetworkTable() {}

  /** A row for each tensor and one for the file. */
  public static String of(CompressedNetwork network) {
    List<NetworkTensor> tensors = network.tensors();
    List<Integer> rows = IntStream.range(0, tensors.size()).boxed().toList();
    String table =
        AsciiTable.getTable(
            AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS,
            rows,
            List.of(
                left("tensor").with(i -> tensors.get(i).name()),
                left("shape").with(i -> tensors.get(i).shape().toString()),
                right("weights").with(i -> String.valueOf(tensors.get(i).shape().size())),
                right("kept").with(i -> kept(tensors.get(i))),
                right("bits").with(i -> bits(tensors.get(i))),
                left("recipe").with(i -> recipe(tensors.get(i))),
                right("bytes").with(i -> String.valueOf(network.tensorBytes().get(i))),
                right("bits a weight")
                    .with(
                        i ->
                            Figures.ratio(
                                8.0
                                    * network.tensorBytes().get(i)
                                    / tensors.get(i).shape().size())),
                right("order-0 entropy").with(i -> entropy(tensors.get(i)))));
    long weights = tensors.stream().mapToLong(tensor -> tensor.shape().size()).sum();
    return table
        + String.format(
            Locale.ROOT,
            "%n%,d bytes for %,d weights and biases: %.2f times smaller than fp32, everything"
                + " counted%n",
            network.bytes().length,
            weights,
            (double) Float.BYTES * weights / network.bytes().length);
  }

  private static Column left(String header) {
    return new Column().header(header).dataAlign(HorizontalAlign.LEFT);
  }

  private static Column right(String header) {
    return new Column().header(header).dataAlign(HorizontalAlign.RIGHT);
  }

  private static String kept(NetworkTensor tensor) {
    if (!(tensor instanceof NetworkTensor.Coded coded)) {
      return "";
    }
    long kept = 0;
    for (Codes codes : coded.segments()) {
      kept += codes.nonZeros();
    }
    return String.format(Locale.ROOT, "%.2f %%", 100.0 * kept / Math.max(1, tensor.shape().size()));
  }

  private static String bits(NetworkTensor tensor) {
    if (tensor instanceof NetworkTensor.Integers integers) {
      return integers.format().label();
    }
    return tensor instanceof NetworkTensor.Coded coded
        ? String.valueOf(coded.segments().get(0).bits())
        : ((NetworkTensor.Plain) tensor).half() ? "fp16" : "fp32";
  }

  private static String recipe(NetworkTensor tensor) {
    return tensor instanceof NetworkTensor.Coded coded ? coded.recipe().name() : "plain";
  }

  private static String entropy(NetworkTensor tensor) {
    if (!(tensor instanceof NetworkTensor.Coded coded)) {
      return "";
    }
    double bytes = 0;
    for (Codes codes : coded.segments()) {
      bytes += Floor.of(codes).bytes();
    }
    return String.format(Locale.ROOT, "%.0f", bytes);
  }
}
