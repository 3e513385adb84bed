package dev.tersor.core.network;

import dev.tersor.core.exact.ChunkCodec;
import dev.tersor.core.exact.Effort;
import java.io.IOException;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Codecs of chunks for several threads, which keep their memory from one use to the next. */
final class ChunkCodecs {
  /** Work with a codec. */
  interface Work<T> {
    T with(ChunkCodec codec) throws IOException;
  }

  private final Effort effort;
  private final ConcurrentLinkedQueue<ChunkCodec> free = new ConcurrentLinkedQueue<>();

  ChunkCodecs(Effort effort) {
    this.effort = effort;
  }

  <T> T lend(Work<T> work) throws IOException {
    ChunkCodec known = free.poll();
    ChunkCodec codec = known == null ? new ChunkCodec(effort) : known;
    T result = work.with(codec);
    free.add(codec);
    return result;
  }
}
