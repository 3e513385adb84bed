package dev.tersor.core.network;

import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.exact.ExactDirectory;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of files. */
final class Hashes {
  private static final int BUFFER = 1 << 20;

  private Hashes() {}

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** Length and hash of all bytes of a file. */
  static ExactDirectory.Content content(ByteSource source) throws IOException {
    MessageDigest digest = sha256();
    long length = source.length();
    byte[] buffer = new byte[(int) Math.min(BUFFER, length)];
    for (long at = 0; at < length; at += buffer.length) {
      int count = (int) Math.min(buffer.length, length - at);
      source.readFully(at, buffer, 0, count);
      digest.update(buffer, 0, count);
    }
    return new ExactDirectory.Content(length, HexFormat.of().formatHex(digest.digest()));
  }
}
