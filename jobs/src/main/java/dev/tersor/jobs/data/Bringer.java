package dev.tersor.jobs.data;

import dev.tersor.jobs.config.DataSource;
import dev.tersor.jobs.source.Sha256;
import dev.tersor.jobs.source.Tool;
import dev.tersor.jobs.source.WebAnswer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Brings what a source has into a folder. */
class Bringer {
  private static final int BUFFER = 1 << 16;

  /**
   * Puts files of a source into a folder, each under its path.
   *
   * @param paths in what the source brings
   * @throws IOException saying why, if the source does not answer or lacks one of them
   */
  void bring(DataSource source, List<String> paths, Path folder) throws IOException {
    switch (source.kind()) {
      case URL -> {
        if (source.isEachFile()) {
          for (String path : paths) {
            download(source.from().replace(DataSource.FILE, path), folder.resolve(path));
          }
        } else {
          Path archive = folder.resolve("archive.tar.gz");
          download(source.from(), archive);
          unpack(archive, source, paths, folder);
        }
      }
      case NPM -> {
        run("npm", npm(source.from()), folder);
        unpack(only(folder, ".tgz"), source, paths, folder);
      }
      case DEBIAN -> {
        run("apt-get", apt(source.from()), folder);
        Path archive = only(folder, ".deb");
        check(archive, source.sha256());
        run("dpkg-deb", List.of("dpkg-deb", "-x", archive.toString(), "."), folder);
      }
    }
    for (String path : paths) {
      if (!Files.isRegularFile(folder.resolve(path))) {
        throw new IOException("has no " + path);
      }
    }
  }

  /** Runs a program of the machine's; a test has others. */
  void run(String name, List<String> command, Path folder) throws IOException {
    new Tool(name, command).run(folder);
  }

  /** Two tries and errors only: where there is no network, the next source should have its turn. */
  private static List<String> npm(String packageName) {
    return List.of(
        "npm",
        "pack",
        "--ignore-scripts",
        "--loglevel=error",
        "--fetch-retries=1",
        "--fetch-retry-mintimeout=1000",
        packageName);
  }

  private static List<String> apt(String packageName) {
    return List.of("apt-get", "-q", "-o", "Acquire::Retries=1", "download", packageName);
  }

  private static void download(String address, Path file) throws IOException {
    URI uri = URI.create(address);
    try (WebAnswer answer = WebAnswer.to(uri);
        OutputStream out = DataFolder.write(file)) {
      answer.check(Sha256.copy(answer.body(), out), Optional.empty());
    } catch (IOException e) {
      throw new IOException(file.getFileName() + ": " + DataFolder.say(e), e);
    }
  }

  private static Path only(Path folder, String suffix) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder)) {
      all.filter(path -> path.toString().endsWith(suffix)).forEach(found::add);
    }
    if (found.size() != 1) {
      throw new IOException("brought " + found.size() + " files *" + suffix + ", expected one");
    }
    return found.get(0);
  }

  private static void check(Path archive, Optional<String> expected) throws IOException {
    if (expected.isPresent()) {
      String found = Sha256.of(archive).sha256();
      if (!found.equals(expected.get())) {
        throw new IOException(
            archive.getFileName() + ": sha256 is " + found + ", expected " + expected.get());
      }
    }
  }

  /** Only what is asked for is taken, under the very path that it is asked for. */
  private static void unpack(Path archive, DataSource source, List<String> paths, Path folder)
      throws IOException {
    check(archive, source.sha256());
    Set<String> wanted = new HashSet<>(paths);
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive), BUFFER);
        TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(file, BUFFER))) {
      while (!wanted.isEmpty()) {
        TarArchiveEntry entry = tar.getNextEntry();
        if (entry == null) {
          return;
        }
        if (entry.isFile() && wanted.remove(entry.getName())) {
          try (OutputStream out = DataFolder.write(folder.resolve(entry.getName()))) {
            tar.transferTo(out);
          }
        }
      }
    } catch (IOException e) {
      throw new IOException(archive.getFileName() + " is damaged: " + DataFolder.say(e), e);
    }
  }
}
