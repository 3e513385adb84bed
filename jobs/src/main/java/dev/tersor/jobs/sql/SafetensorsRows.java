package dev.tersor.jobs.sql;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.source.HadoopSource;
import dev.tersor.jobs.source.HeldFile;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** Segments of safetensors files with their weights, in a task. A file is opened once. */
final class SafetensorsRows implements TensorRows {
  private final Iterator<SafetensorsRow> rows;
  private final Configuration configuration;
  private ByteSource source;

  SafetensorsRows(List<SafetensorsRow> rows, Configuration configuration) {
    this.rows = rows.iterator();
    this.configuration = configuration;
  }

  @Override
  public TensorRow next() {
    if (!rows.hasNext()) {
      return null;
    }
    SafetensorsRow row = rows.next();
    TensorRow rest = row.withoutValues();
    return name -> name.equals(TensorSource.VALUES) ? values(row) : rest.column(name);
  }

  private float[] values(SafetensorsRow row) {
    if (!row.tensor().isWeights()) {
      return null;
    }
    try {
      open(row);
      return Checkpoint.read(row.tensor(), source, row.segment().offset(), row.segment().length());
    } catch (IOException | MalformedInputException e) {
      throw new UsageException(
          "safetensors: %s, tensor '%s', segment %d: %s"
              .formatted(row.file(), row.tensor().name(), row.segment().index(), e.getMessage()),
          e);
    }
  }

  private void open(SafetensorsRow row) throws IOException {
    if (source != null && source.name().equals(row.file())) {
      return;
    }
    close();
    HadoopSource file = new HadoopSource(row.file(), configuration);
    source = file;
    // The bytes of another header's tensors would be numbers like any others.
    if (file.length() != row.fileLength() || file.modified() != row.fileModified()) {
      throw new UsageException(
          "safetensors: " + row.file() + " was changed after its header was read; load it again");
    }
    source = HeldFile.within(file);
  }

  @Override
  public void close() throws IOException {
    if (source != null) {
      source.close();
      source = null;
    }
  }
}
