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

  private final DType dtype;
  private final int stride;
  private final Inflater inflater;
  private final InputStream in;
  private final byte[] chunk = new byte[CHUNK_BYTES];

  ElementStream(StoredTensor tensor, ByteSource source) throws IOException {
    Extent extent = tensor.extent();
    this.dtype = tensor.dtype();
    this.stride = extent.stride();
    SourceStream stored =
        new SourceStream(source, extent.offset(), extent.offset() + extent.length());
    if (extent.storage() == Extent.Storage.DEFLATE) {
      inflater = new Inflater(true);
      in = new InflaterInputStream(stored, inflater, CHUNK_BYTES);
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
    in.skipNBytes(elements * stride);
  }

  void read(float[] into, int at, int count) throws IOException {
    int most = CHUNK_BYTES / stride;
    for (int done = 0; done < count; ) {
      int n = Math.min(most, count - done);
      // The last element may be the end of the extent: nothing fills its stride.
      int bytes = (n - 1) * stride + dtype.bytes();
      if (in.readNBytes(chunk, 0, bytes) < bytes) {
        throw new EOFException("fewer bytes than the header says");
      }
      dtype.decode(chunk, 0, stride, into, at + done, n);
      done += n;
      if (done < count) {
        in.skipNBytes(stride - dtype.bytes());
      }
    }
  }

  /** After the last element: refuses compressed data that inflates to more than was announced. */
  void checkEnd() throws IOException {
    if (inflater != null && in.read() >= 0) {
      throw new EOFException("it inflates to more bytes than the zip directory says");
    }
  }

  @Override
  public void close() {
    if (inflater != null) {
      inflater.end();
    }
  }
}
