package dev.tersor.core.network;

import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.exact.Effort;
import dev.tersor.core.exact.ExactChunk;
import java.io.EOFException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The file that an {@link dev.tersor.core.exact.ExactFile} holds, to be read at any position: the
 * chunks that are asked for are decoded, and the last of them are kept. What reads checkpoints
 * reads them so, one tensor without the others.
 */
final class ExactSource implements ByteSource {
  /** Runs that are kept at most: a header and tensors that are read in turn. */
  private static final int KEPT = 4;

  /** And bytes of them, but for the last one. */
  private static final long KEPT_BYTES = 1 << 25;

  private final ExactReader reader;
  private final ByteSource base;
  private final ChunkCodecs codecs = new ChunkCodecs(Effort.FAST);
  private final Map<ExactChunk, byte[]> kept = new LinkedHashMap<>(16, 0.75f, true);

  ExactSource(ExactReader reader, ByteSource base) {
    this.reader = reader;
    this.base = base;
  }

  @Override
  public String name() {
    return reader.file().name();
  }

  @Override
  public long length() {
    return reader.directory().file().length();
  }

  @Override
  public void readFully(long position, byte[] into, int offset, int length) throws IOException {
    if (position < 0 || position > length() - length) {
      throw new EOFException(
          "%s holds %d bytes, %d at byte %d were wanted"
              .formatted(name(), length(), length, position));
    }
    List<ExactChunk> chunks = reader.directory().chunks();
    int done = 0;
    for (int i = length == 0 ? 0 : find(chunks, position); done < length; i++) {
      ExactChunk chunk = chunks.get(i);
      int from = (int) (position + done - chunk.from());
      int count = Math.min(length - done, chunk.length() - from);
      System.arraycopy(run(chunk), from, into, offset + done, count);
      done += count;
    }
  }

  /** The chunk that holds a byte. */
  private static int find(List<ExactChunk> chunks, long position) {
    int low = 0;
    int high = chunks.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (chunks.get(middle).from() <= position) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private byte[] run(ExactChunk chunk) throws IOException {
    synchronized (kept) {
      byte[] run = kept.get(chunk);
      if (run != null) {
        return run;
      }
    }
    byte[] stored = reader.stored(chunk);
    byte[] other = reader.base(chunk);
    byte[] run = codecs.lend(codec -> reader.run(chunk, stored, other, codec));
    synchronized (kept) {
      kept.put(chunk, run);
      while (kept.size() > 1 && (kept.size() > KEPT || keptBytes() > KEPT_BYTES)) {
        kept.remove(kept.keySet().iterator().next());
      }
    }
    return run;
  }

  private long keptBytes() {
    return kept.values().stream().mapToLong(run -> run.length).sum();
  }

  @Override
  public ByteSource sibling(String relativeName) throws IOException {
    return reader.file().sibling(relativeName);
  }

  @Override
  public ByteSource other(String name) throws IOException {
    return reader.file().other(name);
  }

  @Override
  public void close() throws IOException {
    reader.file().close();
    if (base != null) {
      base.close();
    }
  }
}
