package dev.tersor.jobs.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import dev.tersor.jobs.inference.Accuracy;
import dev.tersor.jobs.inference.StoredInference.LayerResult;
import dev.tersor.jobs.inference.StoredInference.Result;
import java.util.List;
import java.util.Locale;

/** A network that was run on its stored tensors. */
public final class InferenceTable {
  private InferenceTable() {}

  /**
   * A row for each layer, and what the network came to.
   *
   * @param engine the accuracy in another engine; null where that was not asked
   */
  public static String of(Result result, String images, Accuracy engine) {
    String table =
        AsciiTable.getTable(
            AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS,
            result.layers(),
            List.of(
                left("layer").with(LayerResult::name),
                left("shape").with(layer -> layer.shape().toString()),
                left("form").with(LayerResult::form),
                right("stored bytes")
                    .with(
                        layer ->
                            layer.stored().isPresent()
                                ? count(layer.stored().getAsLong())
                                : "in the sequence"),
                right("bytes multiplied from").with(layer -> count(layer.opened())),
                right("fp32 bytes").with(layer -> count(layer.dense())),
                right("time / dense").with(layer -> Figures.ratio(layer.ratio()))));
    long stored = result.stored();
    long dense = result.layers().stream().mapToLong(LayerResult::dense).sum();
    StringBuilder text = new StringBuilder(table).append('\n');
    line(
        text,
        "%,d images of %s: %s from the stored tensors, %s from dense weights%s",
        result.accuracy().images(),
        images,
        share(result.accuracy()),
        share(result.denseAccuracy()),
        engine == null ? "" : ", " + share(engine) + " in ONNX Runtime");
    line(
        text,
        "scores differ by %.2g at most, the largest is %.3g",
        result.difference(),
        result.scale());
    line(
        text,
        "%,d bytes of stored weights, %,d of fp32: %.2f times smaller",
        stored,
        dense,
        (double) dense / stored);
    line(
        text,
        "%.1f us an image from the stored tensors, %.1f us from dense weights: %.3f times the time",
        result.nanos() / 1e3,
        result.denseNanos() / 1e3,
        result.nanos() / result.denseNanos());
    result
        .sequence()
        .ifPresent(
            sequence ->
                line(
                    text,
                    "one sequence of %,d symbols in %s, %,d bytes; a layer is found in %.0f ns (two"
                        + " selects and its flag), all of them in %.2f %% of an image's time",
                    sequence.symbols(),
                    sequence.coder(),
                    sequence.bytes(),
                    sequence.placeNanos(),
                    100 * result.layers().size() * sequence.placeNanos() / result.nanos()));
    return text.toString();
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private static String share(Accuracy accuracy) {
    return Figures.share(accuracy.top1());
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static Column left(String header) {
    return new Column().header(header).dataAlign(HorizontalAlign.LEFT);
  }

  private static Column right(String header) {
    return new Column().header(header).dataAlign(HorizontalAlign.RIGHT);
  }
}
