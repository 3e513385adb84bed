package dev.tersor.core.checkpoint;

import java.io.Closeable;
import java.io.IOException;

/** A file that can be read at any position: a local one, or one of a distributed file system. */
public interface ByteSource extends Closeable {
  /** The path that opens this file again, wherever it is read. */
  String name();

  /** Length in bytes. */
  long length() throws IOException;

  /**
   * Reads exactly {@code length} bytes from {@code position} on.
   *
   * @param position byte offset in the file
   * @throws java.io.EOFException if the file ends before them
   */
  void readFully(long position, byte[] into, int offset, int length) throws IOException;

  /**
   * Opens another file by its path relative to the folder of this one, as ONNX external data needs;
   * the caller closes it.
   *
   * @param relativeName a path with forward slashes that was checked not to leave the folder
   * @throws IOException if there is no such file
   */
  ByteSource sibling(String relativeName) throws IOException;

  /**
   * Opens another file of the same file system; the caller closes it.
   *
   * @param name what {@link #name} of it says
   * @throws IOException if there is no such file
   */
  ByteSource other(String name) throws IOException;
}
