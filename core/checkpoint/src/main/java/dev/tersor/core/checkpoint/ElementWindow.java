package dev.tersor.core.checkpoint;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * The elements of an extent in the order of the file, a window of them at a time. Going on reads
 * further and further ahead; a jump begins with little again. Going back is free where nothing is
 * compressed and inflates everything before it otherwise.
 */
final class ElementWindow implements Closeable {
  private static final int MOST_BYTES = 1 << 20;
  private static final int LEAST_BYTES = 1 << 9;
  private static final int INPUT_BYTES = 1 << 13;

  private final Extent extent;
  private final StoredFormat format;
  private final ByteSource source;
  private byte[] bytes = {};
  private float[] values = {};
  private Inflater inflater;
  private InputStream in;
  private long start;
  private int length;
  private int aheadBytes = LEAST_BYTES;

  /**
   * @param tensor of plain numbers, each a block of its own
   */
  ElementWindow(StoredTensor tensor, ByteSource source) throws IOException {
    this.extent = tensor.extent();
    this.format = tensor.dtype();
    this.source = source;
    open();
  }

  private void open() throws IOException {
    SourceStream stored =
        new SourceStream(source, extent.offset(), extent.offset() + extent.length());
    close();
    if (extent.storage() == Extent.Storage.DEFLATE) {
      inflater = new Inflater(true);
      in = new InflaterInputStream(stored, inflater, INPUT_BYTES);
    } else {
      in = stored;
    }
    in.skipNBytes(extent.lead());
    start = 0;
    length = 0;
  }

  /** The window, which {@link #find} moves and may replace. */
  float[] values() {
    return values;
  }

  /** Elements of the window. */
  int length() {
    return length;
  }

  /**
   * Moves the window so that it holds an element.
   *
   * @param element its index in the order of the file
   * @return its index in the window
   * @throws EOFException if the bytes end before it
   */
  int find(long element) throws IOException {
    long at = element - start;
    if (at >= 0 && at < length) {
      return (int) at;
    }
    if (at < 0) {
      open();
    }
    int width = format.bytes();
    long gap = (element - (start + length)) * width;
    aheadBytes = gap < aheadBytes ? Math.min(MOST_BYTES, 2 * aheadBytes) : LEAST_BYTES;
    in.skipNBytes(gap);
    start = element;
    if (bytes.length < aheadBytes) {
      bytes = new byte[aheadBytes];
      values = new float[aheadBytes / width];
    }
    length = in.readNBytes(bytes, 0, aheadBytes) / width;
    if (length == 0) {
      throw new EOFException("fewer bytes than the header says");
    }
    format.decode(bytes, 0, width, values, 0, length);
    return 0;
  }

  @Override
  public void close() {
    if (inflater != null) {
      inflater.end();
    }
  }
}
