package dev.tersor.jobs.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** SHA-256 of files, and of bytes on their way. */
public final class Sha256 {
  private static final int BUFFER = 1 << 18;

  private Sha256() {}

  /**
   * What was copied.
   *
   * @param sha256 in hexadecimal
   */
  public record Copied(long bytes, String sha256) {}

  /** Copies all of a stream. */
  public static Copied copy(InputStream in, OutputStream out) throws IOException {
    MessageDigest digest = digest();
    byte[] buffer = new byte[BUFFER];
    long copied = 0;
    try (DigestInputStream digested = new DigestInputStream(in, digest)) {
      for (int read = digested.read(buffer); read >= 0; read = digested.read(buffer)) {
        out.write(buffer, 0, read);
        copied += read;
      }
    }
    return new Copied(copied, HexFormat.of().formatHex(digest.digest()));
  }

  /** Length and hash of a file of the local file system. */
  public static Copied of(Path file) throws IOException {
    return copy(Files.newInputStream(file), OutputStream.nullOutputStream());
  }

  /**
   * Compares a file of the local file system with the hash that is expected of it, if any is.
   *
   * @throws IOException naming the file and both hashes, if it has another
   */
  public static void check(Path file, Optional<String> expected) throws IOException {
    if (expected.isPresent()) {
      String found = of(file).sha256();
      if (!found.equals(expected.get())) {
        throw new IOException(
            file.getFileName() + ": sha256 is " + found + ", expected " + expected.get());
      }
    }
  }

  /** The hash of bytes, in hexadecimal. */
  public static String of(byte[] bytes) {
    return HexFormat.of().formatHex(digest().digest(bytes));
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
