package dev.tersor.core.checkpoint;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** A file in memory, optionally followed by zeros that take none, with files beside it. */
public final class BytesSource implements ByteSource {
  private final String name;
  private final byte[] bytes;
  private final long length;
  private final Map<String, byte[]> siblings;
  private long bytesRead;

  public BytesSource(String name, byte[] bytes, long length, Map<String, byte[]> siblings) {
    this.name = name;
    this.bytes = bytes;
    this.length = length;
    this.siblings = siblings;
  }

  public BytesSource(String name, byte[] bytes) {
    this(name, bytes, bytes.length, Map.of());
  }

  public long bytesRead() {
    return bytesRead;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public void readFully(long position, byte[] into, int offset, int count) throws IOException {
    if (position < 0 || position > length - count) {
      throw new EOFException(name);
    }
    bytesRead += count;
    for (int i = 0; i < count; i++) {
      into[offset + i] = position + i < bytes.length ? bytes[(int) position + i] : 0;
    }
  }

  @Override
  public ByteSource sibling(String relativeName) throws IOException {
    if (!siblings.containsKey(relativeName)) {
      throw new FileNotFoundException(relativeName);
    }
    return other(relativeName);
  }

  /** Files beside it are named by their path from it on. */
  @Override
  public ByteSource other(String otherName) throws IOException {
    Map<String, byte[]> all = new HashMap<>(siblings);
    all.put(name, bytes);
    byte[] other = all.get(otherName);
    if (other == null) {
      throw new FileNotFoundException(otherName);
    }
    return new BytesSource(otherName, other, other.length, all);
  }

  @Override
  public void close() {}
}
