package dev.tersor.jobs.source;

import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.model.WeightSource;
import dev.tersor.jobs.config.CacheFolder;
import dev.tersor.jobs.config.SweepSettings;
import dev.tersor.jobs.source.TensorRef.Origin;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The files that the sources of a model stand for: in the user's folder, or in the cache. */
final class SourceFiles {
  private final SweepSettings settings;
  private final Configuration configuration;

  SourceFiles(SweepSettings settings, Configuration configuration) {
    this.settings = settings;
    this.configuration = configuration;
  }

  /**
   * The file of a source, brought into the cache where it comes from elsewhere.
   *
   * @throws IOException saying why, if it is not to be had
   */
  String path(WeightSource source) throws IOException {
    if (source instanceof WeightSource.LocalFile file) {
      return local(file).toString();
    }
    if (source instanceof WeightSource.Hub hub) {
      return new Downloads(cache(), configuration).fetch(hub, settings.offline()).toString();
    }
    if (source instanceof WeightSource.Maven maven) {
      return new MavenArtifacts(cache(), configuration).fetch(maven, settings.offline()).toString();
    }
    if (source instanceof WeightSource.Trained trained) {
      return new TrainedWeights(cache(), configuration).unpack(trained).toString();
    }
    throw new AssertionError("no file for " + source);
  }

  static Origin origin(WeightSource source) {
    if (source instanceof WeightSource.LocalFile) {
      return Origin.FILE;
    }
    if (source instanceof WeightSource.Trained) {
      return Origin.TRAINED;
    }
    return source instanceof WeightSource.Hub ? Origin.HUB : Origin.MAVEN;
  }

  /** What messages call a source. */
  String label(WeightSource source) {
    if (source instanceof WeightSource.LocalFile file) {
      return "file " + local(file);
    }
    if (source instanceof WeightSource.Hub hub) {
      return "hub " + hub.url();
    }
    if (source instanceof WeightSource.Trained trained) {
      return "built-in " + trained.name();
    }
    return source instanceof WeightSource.Maven maven ? "maven " + maven.artifact() : "synthetic";
  }

  private Path local(WeightSource.LocalFile file) {
    return TypedPath.in(TypedPath.of(settings.weightsDir()), file.path());
  }

  private Path cache() {
    String folder = CacheFolder.of(settings.cache());
    // What the environment names is a folder of this machine, whatever the default file system is.
    return settings.cache().isEmpty() ? new Path(new File(folder).toURI()) : TypedPath.of(folder);
  }

  /**
   * Reads the header of a checkpoint. A network file is decoded into the cache before.
   *
   * @throws FileNotFoundException if there is no such file
   */
  Checkpoint open(String path) throws IOException {
    Path typed = TypedPath.of(path);
    if (!TypedPath.fileSystem(typed, configuration).exists(typed)) {
      throw new FileNotFoundException(path);
    }
    String readable = path.endsWith(DecodedNetworks.SUFFIX) ? decoded(path) : path;
    try (ByteSource source = new HadoopSource(readable, configuration)) {
      return Checkpoint.open(source);
    }
  }

  private String decoded(String network) throws IOException {
    try (HadoopSource source = new HadoopSource(network, configuration)) {
      if (source.length() > Integer.MAX_VALUE - 8) {
        throw new IOException(network + " is longer than a network file can be");
      }
      byte[] bytes = new byte[(int) source.length()];
      source.readFully(0, bytes, 0, bytes.length);
      // A name in the cache: that of the file but for what not every file system takes.
      String name = TypedPath.of(network).getName().replace(':', '_');
      return new DecodedNetworks(cache(), configuration).checkpoint(name, bytes).toString();
    }
  }
}
