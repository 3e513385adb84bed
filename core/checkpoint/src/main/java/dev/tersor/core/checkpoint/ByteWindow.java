package dev.tersor.core.checkpoint;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * The bytes of an extent once inflated, a window of them at a time. Going on reads further and
 * further ahead; a jump begins with little again. Going back is free where nothing is compressed
 * and inflates everything before it otherwise.
 */
final class ByteWindow implements Closeable {
  /** The longest that is asked for at once, in bytes. */
  static final int MOST = 1 << 16;

  private static final int LEAST = 1 << 9;

  private final Extent extent;
  private final ByteSource source;
  private final byte[] bytes = new byte[MOST];
  private Inflater inflater;
  private InputStream in;
  private long start;
  private int length;
  private int ahead = LEAST;

  ByteWindow(Extent extent, ByteSource source) {
    this.extent = extent;
    this.source = source;
    open();
  }

  private void open() {
    SourceStream stored =
        new SourceStream(source, extent.offset(), extent.offset() + extent.length());
    close();
    if (extent.storage() == Extent.Storage.DEFLATE) {
      inflater = new Inflater(true);
      in = new InflaterInputStream(stored, inflater, MOST);
    } else {
      in = stored;
    }
    start = 0;
    length = 0;
  }

  /** The window, which {@link #find} moves. */
  byte[] bytes() {
    return bytes;
  }

  /** Bytes of the window from an index of it on. */
  int left(int at) {
    return length - at;
  }

  /**
   * Moves the window so that it holds some bytes.
   *
   * @param position of the first, counted from the extent's first byte once inflated
   * @return its index in the window
   * @throws EOFException if there are fewer
   */
  int find(long position, int count) throws IOException {
    long at = position - start;
    if (at >= 0 && at + count <= length) {
      return (int) at;
    }
    if (at < length) {
      open();
    }
    long gap = position - (start + length);
    ahead = gap < ahead ? Math.min(MOST, 2 * ahead) : LEAST;
    in.skipNBytes(gap);
    start = position;
    length = in.readNBytes(bytes, 0, Math.max(count, ahead));
    if (length < count) {
      throw new EOFException("fewer bytes than the header says");
    }
    return 0;
  }

  @Override
  public void close() {
    if (inflater != null) {
      inflater.end();
    }
  }
}
