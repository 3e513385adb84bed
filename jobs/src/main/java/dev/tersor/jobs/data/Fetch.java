package dev.tersor.jobs.data;

import dev.tersor.jobs.config.DataSource;
import dev.tersor.jobs.config.DataSpec;
import dev.tersor.jobs.config.DataSpec.DataFile;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.source.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Brings data sets into the cache, each from the first of its sources that has it. */
public final class Fetch {
  private static final double NANOS = 1e9;

  private final Path cache;
  private final Consumer<String> notes;
  private final Bringer bringer;

  /**
   * @param notes is told what happens, a line at a time
   */
  public Fetch(Path cache, Consumer<String> notes) {
    this(cache, notes, new Bringer());
  }

  Fetch(Path cache, Consumer<String> notes, Bringer bringer) {
    this.cache = cache;
    this.notes = notes;
    this.bringer = bringer;
  }

  /**
   * Sees to it that every file of a set is in the cache and sound.
   *
   * @param offline whether to ask no source
   * @return the set's folder
   * @throws UsageException with the reason of each source, if no source has it, or if the cache
   *     cannot be written
   */
  public Path fetch(DataSpec spec, boolean offline) {
    DataFolder folder = new DataFolder(cache, spec);
    if (folder.unsound().isEmpty()) {
      return folder.path();
    }
    if (offline && !Files.isDirectory(folder.path())) {
      throw offline(spec, folder.path(), spec.files(), List.of());
    }
    try (DataFolder.Lock lock = folder.lock(notes)) {
      // Another fetch may have brought it in the meantime.
      List<DataFile> missing = folder.unsound();
      List<String> damages = putAside(folder, missing);
      if (missing.isEmpty()) {
        return folder.path();
      }
      if (offline) {
        throw offline(spec, folder.path(), missing, damages);
      }
      damages.forEach(damage -> notes.accept(spec.name() + ": " + damage));
      bring(spec, folder, lock);
    }
    return folder.path();
  }

  /** How many of the set's files seem to be in the cache, by their lengths. */
  public int present(DataSpec spec) {
    DataFolder folder = new DataFolder(cache, spec);
    return (int) spec.files().stream().filter(folder::has).count();
  }

  private static UsageException offline(
      DataSpec spec, Path folder, List<DataFile> missing, List<String> damages) {
    List<String> parts = new ArrayList<>(damages);
    parts.add(
        "--offline, and "
            + folder
            + " lacks "
            + missing.stream().map(DataFile::name).collect(Collectors.joining(", ")));
    return new UsageException("data: " + spec.name() + ": " + String.join("; ", parts));
  }

  /** Takes their names away from the files that are there; what is said of each. */
  private static List<String> putAside(DataFolder folder, List<DataFile> unsound) {
    List<String> damages = new ArrayList<>();
    for (DataFile file : unsound) {
      Optional<String> damage = folder.damage(file);
      if (damage.isPresent()) {
        damages.add(damage.get() + "; put aside as " + folder.putAside(file).getFileName());
      }
    }
    return damages;
  }

  private void bring(DataSpec spec, DataFolder folder, DataFolder.Lock lock) {
    List<String> reasons = new ArrayList<>();
    for (DataSource source : spec.sources()) {
      List<DataFile> missing = spec.files().stream().filter(file -> !folder.has(file)).toList();
      long start = System.nanoTime();
      Path work = lock.workFolder();
      try {
        bring(spec, source, missing, folder, work);
        notes.accept(
            String.format(
                Locale.ROOT,
                "%s: %s: files: %d, bytes: %,d, seconds: %.1f",
                spec.name(),
                source.label(),
                missing.size(),
                missing.stream().mapToLong(DataFile::bytes).sum(),
                (System.nanoTime() - start) / NANOS));
        return;
      } catch (IOException | IllegalArgumentException e) {
        // An address that is none is an IllegalArgumentException.
        String reason = source.label() + ": " + e.getMessage();
        notes.accept(spec.name() + ": " + reason);
        reasons.add(reason);
      } finally {
        remove(work);
      }
    }
    throw new UsageException(
        "data: " + spec.name() + ": no source has it: " + String.join("; ", reasons));
  }

  private void bring(
      DataSpec spec, DataSource source, List<DataFile> missing, DataFolder folder, Path work)
      throws IOException {
    Canonical canonical = new Canonical(spec, source);
    bringer.bring(source, canonical.paths(missing), work);
    Path checked = work.resolve(".checked");
    for (DataFile file : missing) {
      try (OutputStream out = DataFolder.write(checked)) {
        canonical.write(file, work, out);
      }
      Sha256.Copied written = Sha256.of(checked);
      if (!written.sha256().equals(file.sha256())) {
        throw new IOException(DataFolder.damage(file.name(), file, written.sha256()));
      }
      folder.put(checked, file);
    }
  }

  private static void remove(Path work) {
    try {
      DataFolder.remove(work);
    } catch (IOException e) {
      // The next fetch tries again.
    }
  }
}
