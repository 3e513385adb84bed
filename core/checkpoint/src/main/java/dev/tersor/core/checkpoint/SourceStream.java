package dev.tersor.core.checkpoint;

import java.io.IOException;
import java.io.InputStream;

/** A byte range of a source as a stream without a buffer of its own; skipping is seeking. */
public final class SourceStream extends InputStream {
  private final ByteSource source;
  private final long end;
  private long position;

  /**
   * @param from byte offset of the first byte
   * @param end byte offset after the last byte
   */
  public SourceStream(ByteSource source, long from, long end) {
    this.source = source;
    this.position = from;
    this.end = end;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (position >= end) {
      return -1;
    }
    int count = (int) Math.min(length, end - position);
    source.readFully(position, into, offset, count);
    position += count;
    return count;
  }

  @Override
  public long skip(long count) {
    long skipped = Math.max(0, Math.min(count, end - position));
    position += skipped;
    return skipped;
  }
}
