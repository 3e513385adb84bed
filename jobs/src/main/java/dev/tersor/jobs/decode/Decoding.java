package dev.tersor.jobs.decode;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.SafetensorsWriter;
import dev.tersor.core.encode.Content;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.plan.Setting;
import dev.tersor.jobs.source.NewFile;
import dev.tersor.jobs.table.ResultsFolder;
import dev.tersor.jobs.table.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;

/** Decodes stored containers to a safetensors file, one segment at a time; starts no Spark. */
public final class Decoding {
  /** Of rows of one key the one that counts, as for every reader of the table: the first. */
  private static final Comparator<ContainerRow> ONCE =
      Comparator.comparing(ContainerRow::runId)
          .thenComparing(row -> row.file().toString())
          .thenComparing(ContainerRow::index);

  private static final Comparator<Weights> ORDER =
      Comparator.comparing(Weights::setting, Setting.ORDER)
          .thenComparing(Weights::hash, Comparator.nullsFirst(Comparator.naturalOrder()));

  /** What the containers of one checkpoint share, whatever they are encoded in. */
  private record Weights(Setting setting, String hash) {
    String options() {
      return setting.options() + " --weights-hash " + hash;
    }
  }

  private record Key(String model, String key) {}

  private record Segment(String tensor, int number) {}

  private Decoding() {}

  /**
   * @param choice one model at one setting
   * @param to must not exist; appears only when it is whole
   * @return a line that says what was written
   * @throws UsageException if nothing is stored, more than one setting is, or a segment is missing
   * @throws IOException if files were put together meanwhile
   */
  public static String toSafetensors(
      ResultsFolder folder, ContainerChoice choice, String to, Configuration configuration)
      throws IOException {
    ContainerFiles files =
        new ContainerFiles(folder.shownFiles(Table.COMPRESSED), folder.isEarlier(), configuration);
    Collection<ContainerRow> stored =
        first(files.rows(choice), row -> new Key(row.model(), row.key()), ONCE);
    checkOneSetting(stored);
    List<ContainerRow> smallest = new ArrayList<>();
    for (List<ContainerRow> encodings : segments(stored).values()) {
      smallest.add(smallest(files, encodings));
    }
    Map<String, Shape> shapes = shapes(smallest);
    checkNames(shapes);
    NewFile.write(
        "decode",
        to,
        configuration,
        out -> {
          try (SafetensorsWriter writer = new SafetensorsWriter(out, shapes, Map.of())) {
            for (ContainerRow row : smallest) {
              writer.write(row.tensor(), decode(files, row));
            }
          }
        });
    long weights = shapes.values().stream().mapToLong(Shape::size).sum();
    return String.format(Locale.ROOT, "%s: %d tensors, %,d weights", to, shapes.size(), weights);
  }

  private static <K> Collection<ContainerRow> first(
      Collection<ContainerRow> rows,
      Function<ContainerRow, K> identity,
      Comparator<ContainerRow> order) {
    return rows.stream()
        .collect(Collectors.toMap(identity, row -> row, BinaryOperator.minBy(order)))
        .values();
  }

  /** The encodings of each segment, in order. */
  private static Map<Segment, List<ContainerRow>> segments(Collection<ContainerRow> stored) {
    return stored.stream()
        .sorted(Comparator.comparing(ContainerRow::key))
        .collect(
            Collectors.groupingBy(
                row -> new Segment(row.tensor(), row.segment()),
                () ->
                    new TreeMap<>(
                        Comparator.comparing(Segment::tensor).thenComparing(Segment::number)),
                Collectors.toList()));
  }

  /** The smallest of those that can be read. */
  private static ContainerRow smallest(ContainerFiles files, List<ContainerRow> encodings)
      throws IOException {
    ContainerRow smallest = encodings.get(0);
    UsageException damage = null;
    int least = Integer.MAX_VALUE;
    for (ContainerRow row : encodings.size() == 1 ? List.<ContainerRow>of() : encodings) {
      try {
        int bytes = files.container(row).length;
        if (bytes < least) {
          least = bytes;
          smallest = row;
        }
      } catch (UsageException e) {
        damage = e;
      }
    }
    if (damage != null && least == Integer.MAX_VALUE) {
      throw damage;
    }
    return smallest;
  }

  private static void checkOneSetting(Collection<ContainerRow> stored) {
    List<Weights> weights =
        stored.stream()
            .map(row -> new Weights(row.setting().weights(), row.weightsHash()))
            .distinct()
            .sorted(ORDER)
            .toList();
    if (weights.size() != 1) {
      throw new UsageException(
          weights.isEmpty()
              ? "decode: nothing is stored for that choice; only what --keep named is (best: the"
                  + " smallest encoding of each tensor); ask: SELECT DISTINCT model,"
                  + " sparsity_target, bits, codebook, encoding FROM compressed"
              : "decode: choose one of the stored settings: "
                  + weights.stream().map(Weights::options).collect(Collectors.joining("; ")));
    }
  }

  /** Names that checkpoints had when they were swept by earlier versions. */
  private static void checkNames(Map<String, Shape> shapes) {
    try {
      SafetensorsWriter.check(shapes);
    } catch (IllegalArgumentException e) {
      throw new UsageException("decode: no safetensors file holds it: " + e.getMessage(), e);
    }
  }

  /** Of each tensor its shape, all of whose weights are there. */
  private static Map<String, Shape> shapes(List<ContainerRow> rows) {
    Map<String, Shape> shapes = new TreeMap<>();
    Map<String, Long> held = new TreeMap<>();
    for (ContainerRow row : rows) {
      shapes.put(row.tensor(), shape(row.shape()));
      held.merge(row.tensor(), row.params(), Long::sum);
    }
    shapes.forEach(
        (name, shape) -> {
          if (shape.size() != held.get(name)) {
            throw new UsageException(
                "decode: of tensor '%s' only %d of %d weights are stored"
                    .formatted(name, held.get(name), shape.size()));
          }
        });
    return shapes;
  }

  private static Shape shape(String text) {
    return Shape.of(
        text.equals("scalar")
            ? new long[0]
            : Arrays.stream(text.split("x")).mapToLong(Long::parseLong).toArray());
  }

  private static float[] decode(ContainerFiles files, ContainerRow row) throws IOException {
    try {
      return Content.decode(files.container(row)).weights();
    } catch (MalformedInputException e) {
      throw new UsageException(
          "decode: tensor '%s', segment %d: %s"
              .formatted(row.tensor(), row.segment(), e.getMessage()),
          e);
    }
  }
}
