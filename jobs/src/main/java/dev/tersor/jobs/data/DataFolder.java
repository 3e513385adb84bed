package dev.tersor.jobs.data;

import dev.tersor.jobs.config.DataSpec;
import dev.tersor.jobs.config.DataSpec.DataFile;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.source.Sha256;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The folder of a data set in the cache. A file gets its name there only when it is whole and has
 * its sha256, which is looked at again whenever it is used. Whoever changes the folder holds its
 * lock, which goes with the process.
 */
final class DataFolder {
  private static final String PARTIAL = ".partial-";

  /** A lock of a file is one of the whole process: threads need one of their own. */
  private static final ReentrantLock THREADS = new ReentrantLock();

  private final DataSpec spec;
  private final Path folder;

  DataFolder(Path cache, DataSpec spec) {
    this.spec = spec;
    this.folder = cache.resolve("data").resolve(spec.name()).toAbsolutePath();
  }

  Path path() {
    return folder;
  }

  Path path(DataFile file) {
    return folder.resolve(file.name());
  }

  boolean has(DataFile file) {
    try {
      return Files.size(path(file)) == file.bytes();
    } catch (IOException e) {
      return false;
    }
  }

  /** The files that are not there, or not as they should be. */
  List<DataFile> unsound() {
    return spec.files().stream().filter(file -> !has(file) || damage(file).isPresent()).toList();
  }

  /** What is wrong with a file that is there. */
  Optional<String> damage(DataFile file) {
    try {
      Sha256.Copied found = Sha256.of(path(file));
      return found.sha256().equals(file.sha256())
          ? Optional.empty()
          : Optional.of(damage(path(file), file, found.sha256()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UsageException("data: cannot read " + path(file) + ": " + say(e), e);
    }
  }

  static String damage(Object where, DataFile file, String sha256) {
    return where + " is damaged: sha256 is " + sha256 + ", expected " + file.sha256();
  }

  /** Takes its name away from a damaged file; the caller holds the lock. */
  Path putAside(DataFile file) {
    Path aside = folder.resolve(file.name() + ".damaged");
    try {
      Files.move(path(file), aside, StandardCopyOption.REPLACE_EXISTING);
      return aside;
    } catch (IOException e) {
      throw cannotWrite(aside, e);
    }
  }

  /** Gives a file that was checked its name; the caller holds the lock. */
  void put(Path checked, DataFile file) {
    try {
      Files.move(checked, path(file), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw cannotWrite(path(file), e);
    }
  }

  /** The right to change the folder. */
  final class Lock implements AutoCloseable {
    private final FileChannel channel;

    private Lock(FileChannel channel) {
      this.channel = channel;
    }

    /** An empty folder to work in, on the same disk; whatever killed fetches left is removed. */
    Path workFolder() {
      Path work = folder.resolve(PARTIAL + ProcessHandle.current().pid());
      try (Stream<Path> all = Files.list(folder)) {
        for (Path left : all.filter(DataFolder::isPartial).toList()) {
          remove(left);
        }
        return Files.createDirectory(work);
      } catch (IOException e) {
        throw cannotWrite(work, e);
      }
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        throw cannotWrite(folder, e);
      } finally {
        THREADS.unlock();
      }
    }
  }

  private static boolean isPartial(Path path) {
    return path.getFileName().toString().startsWith(PARTIAL);
  }

  /**
   * Waits until nobody else changes the folder.
   *
   * @param waiting is told that there is somebody else
   */
  Lock lock(Consumer<String> waiting) {
    THREADS.lock();
    FileChannel channel = null;
    try {
      Files.createDirectories(folder);
      channel =
          FileChannel.open(
              folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        waiting.accept(spec.name() + ": waiting for another fetch into " + folder);
        channel.lock();
      }
      return new Lock(channel);
    } catch (IOException e) {
      THREADS.unlock();
      close(channel);
      throw cannotWrite(folder, e);
    }
  }

  private static void close(FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // What went wrong before is what is told.
    }
  }

  static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }

  /** A file to write in the cache: what goes wrong is the cache's fault, not that of a source. */
  static OutputStream write(Path file) {
    try {
      Files.createDirectories(file.getParent());
      return new Output(file, Files.newOutputStream(file));
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  private static final class Output extends FilterOutputStream {
    private final Path file;

    Output(Path file, OutputStream out) {
      super(out);
      this.file = file;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        throw cannotWrite(file, e);
      }
    }

    @Override
    public void close() {
      try {
        out.close();
      } catch (IOException e) {
        throw cannotWrite(file, e);
      }
    }
  }

  private static UsageException cannotWrite(Path path, IOException cause) {
    return new UsageException("data: cannot write " + path + ": " + say(cause), cause);
  }

  /** An exception of the file system without the paths that it begins with. */
  static String say(IOException e) {
    if (e instanceof FileSystemException failure) {
      if (failure.getReason() != null) {
        return failure.getReason();
      }
      // AccessDeniedException and its like say it with their names alone.
      return failure
          .getClass()
          .getSimpleName()
          .replace("Exception", "")
          .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
          .toLowerCase(Locale.ROOT);
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
