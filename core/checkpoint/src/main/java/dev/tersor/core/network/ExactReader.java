package dev.tersor.core.network;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.encode.NetworkFile;
import dev.tersor.core.exact.ChunkCodec;
import dev.tersor.core.exact.Deflated;
import dev.tersor.core.exact.DeflatedCodec;
import dev.tersor.core.exact.ExactChunk;
import dev.tersor.core.exact.ExactDirectory;
import dev.tersor.core.exact.ExactFile;
import java.io.IOException;

/** Reads an {@link ExactFile}, chunk by chunk. For several threads, if its sources are. */
final class ExactReader {
  private final ByteSource file;
  private final ByteSource base;
  private final ExactDirectory directory;

  private ExactReader(ByteSource file, ByteSource base, ExactDirectory directory) {
    this.file = file;
    this.base = base;
    this.directory = directory;
  }

  /** Whether a file holds another as it is; leaves it open. */
  static boolean isOne(ByteSource file) throws IOException {
    byte[] head = new byte[(int) Math.min(ExactFile.HEAD_BYTES, file.length())];
    file.readFully(0, head, 0, head.length);
    return NetworkFile.isExact(head);
  }

  /**
   * Opens a file and reads its directory.
   *
   * @param base the file that it is told from, null without one
   * @throws IllegalArgumentException if it needs a base, and this is none or of another length
   * @throws MalformedInputException if it is no such file, or its directory is damaged
   */
  static ExactReader open(ByteSource file, ByteSource base) throws IOException {
    long length = file.length();
    if (!isOne(file) || length < ExactFile.HEAD_BYTES + ExactFile.END_BYTES) {
      throw new MalformedInputException(
          file.name() + ": not a file that holds another as it is, version 3 of TRSN", 0);
    }
    long start = length - ExactFile.END_BYTES;
    ExactDirectory directory;
    try {
      byte[] last = new byte[ExactFile.END_BYTES];
      file.readFully(start, last, 0, last.length);
      byte[] end = new byte[ExactDirectory.endBytes(last, length)];
      start = length - end.length;
      file.readFully(start, end, 0, end.length);
      directory = ExactDirectory.read(end, length);
    } catch (MalformedInputException e) {
      throw new MalformedInputException(
          file.name() + ": its directory: " + e.getMessage(), start + e.position());
    }
    checkBase(file, directory, base);
    return new ExactReader(file, base, directory);
  }

  private static void checkBase(ByteSource file, ExactDirectory directory, ByteSource base)
      throws IOException {
    if (directory.base().isEmpty()) {
      return;
    }
    ExactDirectory.Content expected = directory.base().get();
    if (base == null || base.length() != expected.length()) {
      throw new IllegalArgumentException(
          "%s was stored by what differs from a base of %d bytes, sha256 %s, expected that, got %s"
              .formatted(
                  file.name(),
                  expected.length(),
                  expected.sha256(),
                  base == null ? "none" : "%s of %d bytes".formatted(base.name(), base.length())));
    }
  }

  /**
   * Reads all of the base, if there is one.
   *
   * @throws IllegalArgumentException if it is not the one that the file was stored with
   */
  void checkBase() throws IOException {
    if (directory.base().isPresent()) {
      ExactDirectory.Content found = Hashes.content(base);
      ExactDirectory.Content expected = directory.base().get();
      if (!found.equals(expected)) {
        throw new IllegalArgumentException(
            "%s was stored by what differs from a base with sha256 %s, that of %s is %s"
                .formatted(file.name(), expected.sha256(), base.name(), found.sha256()));
      }
    }
  }

  ByteSource file() {
    return file;
  }

  ExactDirectory directory() {
    return directory;
  }

  /** The bytes of a chunk, coded still. */
  byte[] stored(ExactChunk chunk) throws IOException {
    byte[] stored = new byte[chunk.stored()];
    file.readFully(chunk.at(), stored, 0, stored.length);
    return stored;
  }

  /** What a chunk differs from; null where it has no base. */
  byte[] base(ExactChunk chunk) throws IOException {
    if (!chunk.hasBase()) {
      return null;
    }
    byte[] other = new byte[chunk.length()];
    base.readFully(chunk.base(), other, 0, other.length);
    return other;
  }

  /**
   * The run of a chunk.
   *
   * @param stored of it
   * @param other of it, as {@link #base(ExactChunk)} says
   * @throws MalformedInputException if the chunk is damaged: nothing wrong is ever returned
   */
  byte[] run(ExactChunk chunk, byte[] stored, byte[] other, ChunkCodec codec) {
    byte[] run;
    try {
      if (chunk.isDeflated()) {
        byte[] inflated = DeflatedCodec.decode(stored, chunk.inflated(), codec);
        run = Deflated.again(inflated, chunk.level(), chunk.length());
      } else {
        run = new byte[chunk.length()];
        codec.decode(stored, run, 0, run.length, other);
      }
    } catch (MalformedInputException e) {
      throw malformed(chunk, e.getMessage(), e.position());
    }
    if (run == null || ExactFile.checksum(run, 0, run.length) != chunk.checksum()) {
      throw malformed(chunk, reason(chunk), 0);
    }
    return run;
  }

  private static String reason(ExactChunk chunk) {
    String reason = "its checksum does not match";
    if (chunk.isDeflated()) {
      reason += "; or this Java deflates otherwise than the one that stored it, at level ";
      return reason + chunk.level();
    }
    return chunk.hasBase() ? reason + "; or the base is another" : reason;
  }

  private MalformedInputException malformed(ExactChunk chunk, String message, long position) {
    return new MalformedInputException(
        "%s: bytes %d to %d of the file in it: %s"
            .formatted(file.name(), chunk.from(), chunk.end() - 1, message),
        chunk.at() + position);
  }
}
