package dev.tersor.jobs.data;

import dev.tersor.jobs.config.DataSource;
import dev.tersor.jobs.source.NpmPackages;
import dev.tersor.jobs.source.Sha256;
import dev.tersor.jobs.source.Tarball;
import dev.tersor.jobs.source.Tool;
import dev.tersor.jobs.source.WebAnswer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Brings what a source has into a folder. */
class Bringer {
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
        run("npm", NpmPackages.pack(source.from()), folder);
        unpack(only(folder, ".tgz"), source, paths, folder);
      }
      case DEBIAN -> {
        run("apt-get", apt(source.from()), folder);
        Path archive = only(folder, ".deb");
        Sha256.check(archive, source.sha256());
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

  private static void unpack(Path archive, DataSource source, List<String> paths, Path folder)
      throws IOException {
    Sha256.check(archive, source.sha256());
    new Tarball(archive)
        .read(
            paths,
            (path, content) -> {
              try (OutputStream out = DataFolder.write(folder.resolve(path))) {
                content.transferTo(out);
              }
            });
  }
}
