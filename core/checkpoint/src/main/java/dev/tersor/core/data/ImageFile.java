package dev.tersor.core.data;

import dev.tersor.core.bits.MalformedInputException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** The bytes of a file of images or labels, unpacked where they are packed with gzip. */
final class ImageFile {
  /** Near the longest array that there is: what a header announces beyond it is damage. */
  static final int MAX_BYTES = Integer.MAX_VALUE - 64;

  private static final int BUFFER = 1 << 16;
  private static final int GZIP_MAGIC = 0x1f8b;

  private final String file;
  private final InputStream in;
  private long position;

  private ImageFile(String file, InputStream in) {
    this.file = file;
    this.in = in;
  }

  static ImageFile open(String file, InputStream in) throws IOException {
    InputStream buffered = new BufferedInputStream(in, BUFFER);
    buffered.mark(2);
    int magic = buffered.read() << 8 | buffered.read();
    buffered.reset();
    if (magic != GZIP_MAGIC) {
      return new ImageFile(file, buffered);
    }
    try {
      return new ImageFile(file, new GZIPInputStream(buffered, BUFFER));
    } catch (EOFException | ZipException e) {
      throw new MalformedInputException(file + ": damaged gzip: " + e.getMessage(), 0);
    }
  }

  /** Bytes read so far: where the next one is, unpacked. */
  long position() {
    return position;
  }

  /** The next bytes, fewer than wanted only at the end. */
  byte[] atMost(int wanted) throws IOException {
    byte[] bytes;
    try {
      // Takes memory as bytes come: a header may announce what is not there.
      bytes = in.readNBytes(wanted);
    } catch (EOFException | ZipException e) {
      throw new MalformedInputException(file + ": damaged gzip: " + e.getMessage(), position);
    }
    position += bytes.length;
    return bytes;
  }

  byte[] exactly(int wanted, String what) throws IOException {
    byte[] bytes = atMost(wanted);
    if (bytes.length < wanted) {
      throw new MalformedInputException(
          file + ": ends after " + bytes.length + " of the " + wanted + " bytes of " + what,
          position);
    }
    return bytes;
  }

  /** Checks that nothing follows; for a packed file this reads its checksum, too. */
  void end() throws IOException {
    long at = position;
    if (atMost(1).length > 0) {
      throw new MalformedInputException(file + ": goes on where its end was expected", at);
    }
  }

  static void checkLabel(String file, byte label, int classes, int image, long at) {
    int value = Byte.toUnsignedInt(label);
    if (value >= classes) {
      throw new MalformedInputException(
          file
              + ": label of image "
              + image
              + " is "
              + value
              + ", expected one in 0.."
              + (classes - 1),
          at);
    }
  }
}
