package dev.tersor.core.checkpoint;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** The elements of a stored tensor one after the other, in the order of the file. */
final class ElementStream implements Closeable {
  private static final int CHUNK_BYTES = 1 << 16;

  private final StoredFormat format;
  private final Extent.Storage storage;
  private final int stride;
  private final Inflater inflater;
  private final InputStream in;
  private final byte[] chunk = new byte[CHUNK_BYTES];

  /** A block that is decoded and not yet used up: its last elements are still to come. */
  private final float[] block;

  private int ahead;

  ElementStream(StoredTensor tensor, ByteSource source) throws IOException {
    Extent extent = tensor.extent();
    this.format = tensor.dtype();
    this.storage = extent.storage();
    this.block = new float[format.elements()];
    this.stride = extent.stride();
    SourceStream stored =
        new SourceStream(source, extent.offset(), extent.offset() + extent.length());
    if (extent.storage() == Extent.Storage.DEFLATE) {
      inflater = new Inflater(true);
      in = new InflaterInputStream(stored, inflater, CHUNK_BYTES);
    } else if (extent.storage() == Extent.Storage.PROTOBUF) {
      inflater = null;
      in = new ProtobufStream(stored, extent.length(), format);
    } else {
      inflater = null;
      // Short runs of column-major tensors lie close together: one read fetches several.
      in = extent.order() == Extent.Order.C ? stored : new BufferedInputStream(stored, CHUNK_BYTES);
    }
    try {
      in.skipNBytes(extent.lead());
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  void skip(long elements) throws IOException {
    int held = (int) Math.min(ahead, elements);
    ahead -= held;
    long rest = elements - held;
    in.skipNBytes(rest / format.elements() * stride);
    int within = (int) (rest % format.elements());
    if (within > 0) {
      fill();
      ahead -= within;
    }
  }

  void read(float[] into, int at, int count) throws IOException {
    int done = take(into, at, count);
    int whole = (count - done) / format.elements();
    int most = CHUNK_BYTES / stride;
    for (int left = whole; left > 0; ) {
      int n = Math.min(most, left);
      blocks(into, at + done, n, left > n);
      done += n * format.elements();
      left -= n;
    }
    if (done < count) {
      fill();
      take(into, at + done, count - done);
    }
  }

  /** The next bytes as they are stored, whatever the stride. */
  byte[] bytes(int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("fewer bytes than the header says");
    }
    return bytes;
  }

  private void fill() throws IOException {
    blocks(block, 0, 1, false);
    ahead = block.length;
  }

  /** Takes what is there of the block that was decoded. */
  private int take(float[] into, int at, int count) {
    int n = Math.min(ahead, count);
    System.arraycopy(block, block.length - ahead, into, at, n);
    ahead -= n;
    return n;
  }

  private void blocks(float[] into, int at, int count, boolean more) throws IOException {
    // The last block may be the end of the extent: nothing fills its stride.
    int bytes = (count - 1) * stride + format.bytes();
    if (in.readNBytes(chunk, 0, bytes) < bytes) {
      throw new EOFException("fewer bytes than the header says");
    }
    format.decode(chunk, 0, stride, into, at, count);
    if (more) {
      in.skipNBytes(stride - format.bytes());
    }
  }

  /** After the last element: refuses stored data that becomes more than was announced. */
  void checkEnd() throws IOException {
    if (storage != Extent.Storage.RAW && in.read() >= 0) {
      throw new EOFException(
          storage == Extent.Storage.DEFLATE
              ? "it inflates to more bytes than the zip directory says"
              : "there are more numbers than the shape needs");
    }
  }

  @Override
  public void close() {
    if (inflater != null) {
      inflater.end();
    }
  }
}
