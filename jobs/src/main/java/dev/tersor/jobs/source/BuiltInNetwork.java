package dev.tersor.jobs.source;

import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.OpenCheckpoint;
import dev.tersor.core.encode.NetworkFile;
import dev.tersor.core.model.WeightSource;
import dev.tersor.core.network.Networks;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A network that this project trained and ships in its jar, as a checkpoint. Every task has the jar
 * on its class path and reads it from there, so that no disk decides whether the weights are there.
 */
public final class BuiltInNetwork implements ByteSource {
  private static final String FOLDER = "/tersor/weights/";
  private static final String SCHEME = "built-in:";

  /** Networks are small, and each task reads its tensors one by one. */
  private static final Map<String, byte[]> CHECKPOINTS = new ConcurrentHashMap<>();

  private final String file;
  private final byte[] bytes;

  /**
   * @param file name of a safetensors or network file
   * @throws FileNotFoundException if the jar does not hold it
   */
  BuiltInNetwork(String file) throws IOException {
    this.file = file;
    byte[] known = CHECKPOINTS.get(file);
    if (known == null) {
      known = bytesOf(file);
      CHECKPOINTS.put(file, known);
    }
    this.bytes = known;
  }

  /** Whether {@link #name} of a source is that of a built-in network. */
  static boolean isName(String name) {
    return name.startsWith(SCHEME);
  }

  /** The network of a {@link #name}. */
  static BuiltInNetwork ofName(String name) throws IOException {
    return new BuiltInNetwork(name.substring(SCHEME.length()));
  }

  /**
   * The bytes of a file as it is in the jar.
   *
   * @throws FileNotFoundException if the jar does not hold it
   */
  public static byte[] file(String name) throws IOException {
    try (InputStream in =
        name.contains("/") ? null : BuiltInNetwork.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new FileNotFoundException(name + " is not in the jar");
      }
      return in.readAllBytes();
    }
  }

  /**
   * The parameters of a file in the jar, as a checkpoint.
   *
   * @throws FileNotFoundException if the jar does not hold it
   */
  public static OpenCheckpoint checkpoint(WeightSource.Trained source) throws IOException {
    return OpenCheckpoint.of(SCHEME + source.name(), BuiltInNetwork::ofName);
  }

  /** Whether the jar holds a file. */
  public static boolean isThere(String name) {
    return !name.contains("/") && BuiltInNetwork.class.getResource(FOLDER + name) != null;
  }

  private static byte[] bytesOf(String file) throws IOException {
    byte[] stored = file(file);
    if (!file.endsWith(DecodedNetworks.SUFFIX)) {
      return stored;
    }
    ByteArrayOutputStream decoded = new ByteArrayOutputStream();
    Networks.writeSafetensors(NetworkFile.read(stored), decoded);
    return decoded.toByteArray();
  }

  @Override
  public String name() {
    return SCHEME + file;
  }

  @Override
  public long length() {
    return bytes.length;
  }

  @Override
  public void readFully(long position, byte[] into, int offset, int count) throws IOException {
    if (position < 0 || position > bytes.length - (long) count) {
      throw new EOFException(name() + " has " + bytes.length + " bytes");
    }
    System.arraycopy(bytes, (int) position, into, offset, count);
  }

  @Override
  public ByteSource sibling(String relativeName) throws IOException {
    return new BuiltInNetwork(relativeName);
  }

  @Override
  public ByteSource other(String name) throws IOException {
    return ofName(name);
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
