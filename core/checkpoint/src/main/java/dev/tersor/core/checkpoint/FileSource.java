package dev.tersor.core.checkpoint;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/** A file of the local file system. Positional reads, so threads may share it. */
public final class FileSource implements ByteSource {
  private final Path path;
  private final FileChannel channel;

  private FileSource(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Opens a file, or the one that a folder stands for ({@link CheckpointFolder}).
   *
   * @throws IOException if the file is missing, a folder has no or several checkpoints, or it may
   *     not be read
   */
  public static FileSource open(Path path) throws IOException {
    return Files.isDirectory(path) ? file(chosen(path)) : file(path);
  }

  private static Path chosen(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return folder.resolve(
          CheckpointFolder.choose(
              folder.toString(),
              files
                  .filter(Files::isRegularFile)
                  .map(file -> file.getFileName().toString())
                  .toList()));
    }
  }

  private static FileSource file(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      throw new IOException(path + " is a folder, expected a file");
    }
    try {
      return new FileSource(path, FileChannel.open(path, StandardOpenOption.READ));
    } catch (NoSuchFileException e) {
      throw new IOException("no such checkpoint file: " + path, e);
    }
  }

  @Override
  public String name() {
    return path.toString();
  }

  @Override
  public long length() throws IOException {
    return channel.size();
  }

  @Override
  public void readFully(long position, byte[] into, int offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(into, offset, length);
    long at = position;
    while (buffer.hasRemaining()) {
      int read = channel.read(buffer, at);
      if (read < 0) {
        throw new EOFException(path + " ends at byte " + at + ", " + length + " bytes were wanted");
      }
      at += read;
    }
  }

  @Override
  public FileSource sibling(String relativeName) throws IOException {
    try {
      return file(path.resolveSibling(relativeName));
    } catch (InvalidPathException e) {
      throw new IOException("no such checkpoint file: " + relativeName + " beside " + path, e);
    }
  }

  @Override
  public FileSource other(String name) throws IOException {
    return file(path.getFileSystem().getPath(name));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
