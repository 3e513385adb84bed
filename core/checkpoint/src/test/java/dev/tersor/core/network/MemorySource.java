package dev.tersor.core.network;

import dev.tersor.core.checkpoint.ByteSource;
import java.io.EOFException;
import java.io.IOException;

/** A file in memory that counts what is read of it. */
final class MemorySource implements ByteSource {
  private final String name;
  private final byte[] bytes;
  private long read;

  MemorySource(String name, byte[] bytes) {
    this.name = name;
    this.bytes = bytes;
  }

  long read() {
    return read;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long length() {
    return bytes.length;
  }

  @Override
  public void readFully(long position, byte[] into, int offset, int length) throws IOException {
    if (position < 0 || position > bytes.length - length) {
      throw new EOFException(name + " ends before byte " + (position + length));
    }
    read += length;
    System.arraycopy(bytes, (int) position, into, offset, length);
  }

  @Override
  public ByteSource sibling(String relativeName) throws IOException {
    throw new IOException("nothing beside " + name);
  }

  @Override
  public ByteSource other(String otherName) throws IOException {
    throw new IOException("nothing but " + name);
  }

  @Override
  public void close() {}
}
