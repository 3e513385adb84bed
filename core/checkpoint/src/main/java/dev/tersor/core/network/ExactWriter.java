package dev.tersor.core.network;

import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.exact.ChunkCodec;
import dev.tersor.core.exact.Deflated;
import dev.tersor.core.exact.DeflatedCodec;
import dev.tersor.core.exact.Effort;
import dev.tersor.core.exact.ExactChunk;
import dev.tersor.core.exact.ExactDirectory;
import dev.tersor.core.exact.ExactFile;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Writes a file as it is to an {@link ExactFile}. */
final class ExactWriter {
  /** What a run takes while it is coded, of its bytes: planes, numbers, what is written. */
  private static final int MEMORY = 8;

  /** Of what inflates to more than so many times its bytes hardly any is left to be gained. */
  private static final int MOST_RATIO = 16;

  private final ByteSource source;
  private final ByteSource base;
  private final OutputStream out;
  private final Effort effort;
  private final LongConsumer progress;
  private final ChunkCodecs codecs;
  private final MessageDigest sha256 = Hashes.sha256();
  private final List<ExactChunk> chunks = new ArrayList<>();
  private long at = ExactFile.HEAD_BYTES;

  /** A chunk that is not written yet: its place is 0. */
  @SuppressWarnings("ArrayRecordComponent") // handed from thread to thread, never compared
  private record Made(ExactChunk chunk, byte[] bytes) {}

  private ExactWriter(
      ByteSource source, ByteSource base, OutputStream out, Effort effort, LongConsumer progress) {
    this.source = source;
    this.base = base;
    this.out = out;
    this.progress = progress;
    this.effort = effort;
    this.codecs = new ChunkCodecs(effort);
  }

  /**
   * Writes a file.
   *
   * @param base a file that it is told from, null without one
   * @param out is not closed
   * @param progress told how many bytes of the file are done
   * @throws IllegalArgumentException if the base does not hold the same tensors
   */
  static ExactDirectory write(
      ByteSource source, ByteSource base, OutputStream out, Effort effort, LongConsumer progress)
      throws IOException {
    return new ExactWriter(source, base, out, effort, progress).write();
  }

  private ExactDirectory write() throws IOException {
    List<Stretch> stretches = Stretches.of(source, base);
    Optional<ExactDirectory.Content> other =
        base == null ? Optional.empty() : Optional.of(Hashes.content(base));
    out.write(ExactFile.head());
    try (InOrder<List<Made>> work = new InOrder<>(this::append)) {
      Runs.cut(
          stretches,
          effort,
          run -> {
            try {
              add(run, work);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      work.finish();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    String hash = HexFormat.of().formatHex(sha256.digest());
    ExactDirectory directory =
        new ExactDirectory(new ExactDirectory.Content(source.length(), hash), other, chunks);
    out.write(directory.write());
    return directory;
  }

  private void add(Stretch run, InOrder<List<Made>> work) throws IOException {
    if (run.isDeflated() && run.length() <= ExactChunk.MOST_DEFLATED) {
      byte[] bytes = read(run.from(), (int) run.length());
      int most = (int) Math.min(ExactChunk.MOST_DEFLATED, (long) MOST_RATIO * bytes.length);
      work.add(
          2L * bytes.length + 2L * most,
          () -> codecs.lend(codec -> deflated(run, bytes, most, codec)));
      return;
    }
    // A deflated run that is too long stays as it is, in pieces.
    int most = run.isDeflated() ? Runs.MOST : (int) run.length();
    int width = run.isDeflated() ? 1 : run.width();
    for (long done = 0; done < run.length(); done += most) {
      long from = run.from() + done;
      byte[] bytes = read(from, (int) Math.min(most, run.length() - done));
      byte[] other = base(run, bytes.length);
      work.add(
          (long) MEMORY * bytes.length,
          () ->
              codecs.lend(
                  codec -> List.of(plain(run, from, bytes, 0, bytes.length, width, other, codec))));
    }
  }

  private byte[] base(Stretch run, int length) throws IOException {
    if (!run.hasBase() || run.base() > base.length() - length) {
      return null;
    }
    byte[] bytes = new byte[length];
    base.readFully(run.base(), bytes, 0, length);
    return bytes;
  }

  private byte[] read(long from, int length) throws IOException {
    byte[] bytes = new byte[length];
    source.readFully(from, bytes, 0, length);
    sha256.update(bytes);
    return bytes;
  }

  private static Made plain(
      Stretch run,
      long from,
      byte[] bytes,
      int at,
      int length,
      int width,
      byte[] other,
      ChunkCodec codec) {
    byte[] stored = codec.encode(bytes, at, length, width, other);
    int checksum = ExactFile.checksum(bytes, at, length);
    long place = other != null && ChunkCodec.needsBase(stored) ? run.base() : -1;
    return new Made(new ExactChunk(from, length, 0, stored.length, checksum, place, 0, 0), stored);
  }

  /** What deflated bytes are made from, or the bytes where they are not made again. */
  private static List<Made> deflated(Stretch run, byte[] bytes, int most, ChunkCodec codec) {
    Deflated found = Deflated.of(bytes, most);
    if (found != null) {
      byte[] stored = DeflatedCodec.encode(found.inflated(), run.width(), codec);
      if (stored.length < bytes.length) {
        int checksum = ExactFile.checksum(bytes, 0, bytes.length);
        return List.of(
            new Made(
                new ExactChunk(
                    run.from(),
                    bytes.length,
                    0,
                    stored.length,
                    checksum,
                    -1,
                    found.level(),
                    found.inflated().length),
                stored));
      }
    }
    List<Made> parts = new ArrayList<>();
    for (int at = 0; at < bytes.length; at += Runs.MOST) {
      int length = Math.min(Runs.MOST, bytes.length - at);
      parts.add(plain(run, run.from() + at, bytes, at, length, 1, null, codec));
    }
    return parts;
  }

  private void append(List<Made> parts) throws IOException {
    for (Made part : parts) {
      ExactChunk chunk = part.chunk();
      out.write(part.bytes());
      chunks.add(
          new ExactChunk(
              chunk.from(),
              chunk.length(),
              at,
              chunk.stored(),
              chunk.checksum(),
              chunk.base(),
              chunk.level(),
              chunk.inflated()));
      at += chunk.stored();
      progress.accept(chunk.end());
    }
  }
}
