package dev.tersor.jobs.data;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.data.CifarBatches;
import dev.tersor.core.data.Idx;
import dev.tersor.core.data.LabelledImages;
import dev.tersor.jobs.config.DataSpec;
import dev.tersor.jobs.config.DataSpec.DataFile;
import dev.tersor.jobs.config.DataSpec.Part;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.source.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Data sets that are there: in the cache, or built into the jar. */
public final class DataSets {
  private final Path cache;

  public DataSets(Path cache) {
    this.cache = cache;
  }

  /**
   * The images to train with.
   *
   * @throws UsageException naming the file, if one is missing or damaged
   */
  public LabelledImages train(DataSpec spec) {
    return read(spec, spec.train());
  }

  /**
   * The images to test with.
   *
   * @throws UsageException naming the file, if one is missing or damaged
   */
  public LabelledImages test(DataSpec spec) {
    return read(spec, spec.test());
  }

  private LabelledImages read(DataSpec spec, Part part) {
    String name = spec.name() + " " + part.name();
    try {
      LabelledImages images =
          switch (spec.format()) {
            case IDX -> {
              if (part.files().size() != 2) {
                throw new UsageException(
                    "data: " + name + ": expected a file of images and one of labels");
              }
              yield Idx.pair(
                  name, spec.shape(), spec.classes(), idx(spec, part, 0), idx(spec, part, 1));
            }
            case CIFAR -> {
              CifarBatches batches = new CifarBatches(name, spec.shape(), spec.classes());
              for (DataFile file : part.files()) {
                batches.append(file.name(), new ByteArrayInputStream(bytes(spec, part, file)));
              }
              yield batches.images();
            }
          };
      if (images.count() != part.images()) {
        throw new UsageException(
            "data: " + name + ": has " + images.count() + " images, expected " + part.images());
      }
      return images;
    } catch (MalformedInputException e) {
      throw new UsageException("data: " + spec.name() + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UsageException("data: " + name + ": " + DataFolder.say(e), e);
    }
  }

  private Idx idx(DataSpec spec, Part part, int which) throws IOException {
    DataFile file = part.files().get(which);
    return Idx.read(file.name(), new ByteArrayInputStream(bytes(spec, part, file)));
  }

  private byte[] bytes(DataSpec spec, Part part, DataFile file) throws IOException {
    return part.builtIn() ? builtIn(spec, file) : cached(spec, file);
  }

  private static byte[] builtIn(DataSpec spec, DataFile file) throws IOException {
    String resource = "/tersor/data/" + spec.name() + "/" + file.name() + ".gz";
    try (InputStream in = DataSets.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new UsageException("data: " + spec.name() + ": " + resource + " is not in the jar");
      }
      byte[] bytes = new GZIPInputStream(in).readAllBytes();
      String sha256 = Sha256.of(bytes);
      if (!sha256.equals(file.sha256())) {
        throw new UsageException(
            "data: " + spec.name() + ": " + DataFolder.damage(resource, file, sha256));
      }
      return bytes;
    }
  }

  private byte[] cached(DataSpec spec, DataFile file) throws IOException {
    DataFolder folder = new DataFolder(cache, spec);
    String again = "; 'fetch " + spec.name() + "' brings it";
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(folder.path(file));
    } catch (NoSuchFileException e) {
      throw new UsageException(
          "data: " + spec.name() + ": " + file.name() + " is not in " + folder.path() + again, e);
    }
    String sha256 = Sha256.of(bytes);
    if (!sha256.equals(file.sha256())) {
      String damage =
          "data: " + spec.name() + ": " + DataFolder.damage(folder.path(file), file, sha256);
      try (DataFolder.Lock lock = folder.lock(waiting -> {})) {
        // Unless a fetch has put a sound one there in the meantime.
        if (folder.damage(file).isPresent()) {
          damage += "; put aside as " + folder.putAside(file).getFileName();
        }
      }
      throw new UsageException(damage + again);
    }
    return bytes;
  }
}
