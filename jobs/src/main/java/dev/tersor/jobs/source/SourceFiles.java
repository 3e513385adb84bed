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
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
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
      return new Path(new Path(settings.weightsDir()), file.path()).toString();
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
      return "file " + new Path(new Path(settings.weightsDir()), file.path());
    }
    if (source instanceof WeightSource.Hub hub) {
      return "hub " + hub.url();
    }
    if (source instanceof WeightSource.Trained trained) {
      return "built-in " + trained.name();
    }
    return source instanceof WeightSource.Maven maven ? "maven " + maven.artifact() : "synthetic";
  }

  private Path cache() {
    String folder = CacheFolder.of(settings.cache());
    // What the environment names is a folder of this machine, whatever the default file system is.
    return settings.cache().isEmpty() ? new Path(new File(folder).toURI()) : new Path(folder);
  }

  /**
   * Reads the header of a checkpoint. A network file is decoded into the cache before.
   *
   * @throws FileNotFoundException if there is no such file
   */
  Checkpoint open(String path) throws IOException {
    FileSystem files = new Path(path).getFileSystem(configuration);
    if (!files.exists(new Path(path))) {
      throw new FileNotFoundException(path);
    }
    String readable = path.endsWith(DecodedNetworks.SUFFIX) ? decoded(new Path(path), files) : path;
    try (ByteSource source = new HadoopSource(readable, configuration)) {
      return Checkpoint.open(source);
    }
  }

  private String decoded(Path network, FileSystem files) throws IOException {
    try (InputStream in = files.open(network)) {
      return new DecodedNetworks(cache(), configuration)
          .checkpoint(network.getName(), in.readAllBytes())
          .toString();
    }
  }
}
