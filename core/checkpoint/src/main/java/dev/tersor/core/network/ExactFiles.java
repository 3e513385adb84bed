package dev.tersor.core.network;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.exact.Effort;
import dev.tersor.core.exact.ExactChunk;
import dev.tersor.core.exact.ExactDirectory;
import dev.tersor.core.exact.ExactFile;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Files of any format stored as they are ({@link ExactFile}), and given back byte for byte, by all
 * processors and in memory that does not depend on their length. A base of a file is another of the
 * same tensors, such as the network that it is a fine-tune of: what is stored is how it differs.
 */
public final class ExactFiles {
  /** What a run takes while it is decoded, of its bytes. */
  private static final int MEMORY = 8;

  private ExactFiles() {}

  /** Whether a file holds another as it is; leaves it open. */
  public static boolean isOne(ByteSource file) throws IOException {
    return ExactReader.isOne(file);
  }

  /**
   * Stores a file. What is written is not read again: {@link #check} does.
   *
   * @param base a file of the same tensors
   * @param out is not closed
   * @param progress told how many bytes of the file are done
   * @throws IllegalArgumentException if a tensor of the base has another shape or dtype, or it has
   *     none of them
   */
  public static ExactDirectory store(
      ByteSource source,
      Optional<ByteSource> base,
      OutputStream out,
      Effort effort,
      LongConsumer progress)
      throws IOException {
    return ExactWriter.write(source, base.orElse(null), out, effort, progress);
  }

  /**
   * Decodes all of a file and compares it with what it says it holds.
   *
   * @throws MalformedInputException if it is not that
   */
  public static void check(ByteSource file, Optional<ByteSource> base) throws IOException {
    copy(ExactReader.open(file, base.orElse(null)), OutputStream.nullOutputStream(), done -> {});
  }

  /**
   * Gives the file back that another holds.
   *
   * @param base the one that it was stored with
   * @param out is not closed; what it got is wrong if this throws
   * @param progress told how many bytes of the file are done
   * @return what was given back
   * @throws IllegalArgumentException if the base is not the one that it was stored with
   * @throws MalformedInputException if it is damaged
   */
  public static ExactDirectory restore(
      ByteSource file, Optional<ByteSource> base, OutputStream out, LongConsumer progress)
      throws IOException {
    ExactReader reader = ExactReader.open(file, base.orElse(null));
    reader.checkBase();
    copy(reader, out, progress);
    return reader.directory();
  }

  /**
   * The file that another holds, to be read at any position; what is not asked for is not decoded.
   *
   * @param file is closed with what is returned
   * @param base the one that it was stored with, and is closed too
   * @throws IllegalArgumentException if it needs a base, and this is none or of another length
   * @throws MalformedInputException if its directory is damaged; what reads the source throws it
   *     where a chunk is
   */
  public static ByteSource open(ByteSource file, Optional<ByteSource> base) throws IOException {
    return new ExactSource(ExactReader.open(file, base.orElse(null)), base.orElse(null));
  }

  private static void copy(ExactReader reader, OutputStream out, LongConsumer progress)
      throws IOException {
    MessageDigest sha256 = Hashes.sha256();
    ChunkCodecs codecs = new ChunkCodecs(Effort.FAST);
    long[] done = new long[1];
    InOrder.Sink<byte[]> sink =
        run -> {
          sha256.update(run);
          out.write(run);
          done[0] += run.length;
          progress.accept(done[0]);
        };
    try (InOrder<byte[]> work = new InOrder<>(sink)) {
      for (ExactChunk chunk : reader.directory().chunks()) {
        byte[] stored = reader.stored(chunk);
        byte[] other = reader.base(chunk);
        long memory = (long) MEMORY * chunk.length() + 3L * chunk.inflated();
        work.add(memory, () -> codecs.lend(codec -> reader.run(chunk, stored, other, codec)));
      }
      work.finish();
    }
    String found = HexFormat.of().formatHex(sha256.digest());
    ExactDirectory.Content expected = reader.directory().file();
    if (!found.equals(expected.sha256())) {
      throw new MalformedInputException(
          "%s: its file has sha256 %s, expected %s"
              .formatted(reader.file().name(), found, expected.sha256()),
          ExactFile.HEAD_BYTES);
    }
  }
}
