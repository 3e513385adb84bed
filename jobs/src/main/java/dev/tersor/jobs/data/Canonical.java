package dev.tersor.jobs.data;

import dev.tersor.jobs.config.DataSource;
import dev.tersor.jobs.config.DataSpec;
import dev.tersor.jobs.config.DataSpec.DataFile;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** From the form that a source has to the one that is kept: the same bytes from every source. */
final class Canonical {
  private static final int BUFFER = 1 << 16;
  private static final int GZIP_MAGIC = 0x1f8b;

  private final DataSpec spec;
  private final DataSource source;

  Canonical(DataSpec spec, DataSource source) {
    this.spec = spec;
    this.source = source;
  }

  /** What the source has to bring for some of the files. */
  List<String> paths(List<DataFile> files) {
    return switch (source.form()) {
      case FILES -> files.stream().map(file -> source.path(file.name())).toList();
      case CIFAR_PNG -> new CifarPng(spec, source).paths(files);
    };
  }

  /**
   * Writes a file.
   *
   * @param brought the folder of what the source brought
   * @throws IOException naming what is damaged there
   */
  void write(DataFile file, Path brought, OutputStream out) throws IOException {
    switch (source.form()) {
      case FILES -> unpack(brought.resolve(source.path(file.name())), out);
      case CIFAR_PNG -> new CifarPng(spec, source).write(file, brought, out);
    }
  }

  private static void unpack(Path file, OutputStream out) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
      in.mark(2);
      int magic = in.read() << 8 | in.read();
      in.reset();
      if (magic == GZIP_MAGIC) {
        new GZIPInputStream(in, BUFFER).transferTo(out);
      } else {
        in.transferTo(out);
      }
    } catch (IOException e) {
      throw new IOException(file.getFileName() + ": " + DataFolder.say(e), e);
    }
  }
}
