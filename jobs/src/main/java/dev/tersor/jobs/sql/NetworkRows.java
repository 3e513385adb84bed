package dev.tersor.jobs.sql;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.encode.NetworkEntry;
import dev.tersor.core.encode.OpenNetwork;
import dev.tersor.core.encode.Recipe;
import dev.tersor.core.tensor.FloatFormat;
import dev.tersor.core.tensor.IntegerFormat;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.network.NetworkFiles;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** The segments of a network file, in a task: decoded where their values are asked for. */
final class NetworkRows implements TensorRows {
  private final Iterator<TensorRow> rows;

  private NetworkRows(Iterator<TensorRow> rows) {
    this.rows = rows;
  }

  /**
   * @throws UsageException if it is no sound network file
   */
  static NetworkRows open(String file, Configuration configuration) {
    OpenNetwork network = new NetworkFiles(configuration).open("tersor", file);
    List<TensorRow> rows = new ArrayList<>();
    for (NetworkEntry entry : network.entries()) {
      for (NetworkEntry.Part part : entry.parts()) {
        rows.add(name -> column(file, network, entry, part, name));
      }
    }
    return new NetworkRows(rows.iterator());
  }

  private static Object column(
      String file, OpenNetwork network, NetworkEntry entry, NetworkEntry.Part part, String name) {
    return switch (name) {
      case "file" -> file;
      case "name" -> entry.name();
      case "dtype" ->
          entry
              .format()
              .map(FloatFormat::label)
              .or(() -> entry.integers().map(IntegerFormat::label))
              .orElse(null);
      case "shape" -> entry.shape().dims();
      case "segment" -> part.segment().index();
      case "offset" -> part.segment().offset();
      case "params" -> part.segment().shape().size();
      case "recipe" -> entry.recipe().map(Recipe::name).orElse(null);
      case "bits" -> entry.bits();
      case "bytes" -> (long) part.bytes();
      default -> values(file, network, entry, part);
    };
  }

  private static float[] values(
      String file, OpenNetwork network, NetworkEntry entry, NetworkEntry.Part part) {
    try {
      return network.weights(entry, part);
    } catch (MalformedInputException e) {
      throw new UsageException(
          "tersor: %s, tensor '%s', segment %d: %s"
              .formatted(file, entry.name(), part.segment().index(), e.getMessage()),
          e);
    }
  }

  @Override
  public TensorRow next() {
    return rows.hasNext() ? rows.next() : null;
  }

  @Override
  public void close() {}
}
