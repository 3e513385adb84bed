package dev.tersor.core.encode;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.Mutations;
import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Damages the golden containers and network files of all versions: nothing but a malformed input
 * comes of it. Every other one gets sound checksums again, so that the damage comes through to the
 * coders and schemes; of the others none may be read.
 */
class DamagedFilesTest {
  private static final Path GOLDEN = Path.of("src", "test", "resources", "golden");

  private static List<byte[]> files(String ending) throws IOException {
    try (Stream<Path> files = Files.walk(GOLDEN)) {
      return files.filter(f -> f.toString().endsWith(ending)).sorted().map(f -> bytes(f)).toList();
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void containers() throws IOException {
    List<byte[]> files = files(".bin");
    Mutations.run(
        "container",
        Mutations.third(),
        number -> container(files, number),
        number -> {
          byte[] damaged = container(files, number);
          boolean isRead = isRead(damaged, () -> Content.decode(damaged));
          if (!isRepaired(number)) {
            boolean isWhole = Arrays.equals(damaged, files.get(number / 2 % files.size()));
            assertTrue(!isRead || isWhole, "damage under a checksum was read");
          }
        });
  }

  private static boolean isRepaired(int number) {
    return number % 2 == 1;
  }

  private static byte[] container(List<byte[]> files, int number) {
    byte[] file = files.get(number / 2 % files.size());
    byte[] damaged = Mutations.damage(file, new Random(number));
    return isRepaired(number) ? repaired(file, damaged) : damaged;
  }

  /** Checksums of sections where they were, and then that of the head. */
  private static byte[] repaired(byte[] file, byte[] damaged) {
    Header.Form form = FloatContainer.isOne(file) ? Header.Form.FLOATS : Header.Form.CODES;
    Header header = Header.read(file, form);
    int end = header.length() - Integer.BYTES;
    if (damaged.length < end + Integer.BYTES) {
      return damaged;
    }
    // In the head the checksums of sections are what is left behind the lengths of each.
    int section = header.length();
    for (Section each : header.sections()) {
      int length = each.tableLength() + each.payloadLength();
      int at = indexOf(file, each.checksum(), end);
      if (at >= 0 && section + length <= damaged.length) {
        LittleEndian.putInt(damaged, at, Header.checksum(damaged, section, length));
      }
      section += length;
    }
    LittleEndian.putInt(damaged, end, Header.checksum(damaged, 0, end));
    return damaged;
  }

  private static int indexOf(byte[] file, int checksum, int end) {
    for (int at = 0; at + Integer.BYTES <= end; at++) {
      if (LittleEndian.getInt(file, at) == checksum) {
        return at;
      }
    }
    return -1;
  }

  @Test
  void networkFiles() throws IOException {
    List<byte[]> files = files(".tersor");
    Mutations.run(
        "network file",
        Mutations.third(),
        number -> network(files, number),
        number -> {
          byte[] damaged = network(files, number);
          boolean isRead = isRead(damaged, () -> NetworkFile.read(damaged));
          if (!isRepaired(number)) {
            boolean isWhole = Arrays.equals(damaged, files.get(number / 2 % files.size()));
            assertTrue(!isRead || isWhole, "damage under a checksum was read");
          }
        });
  }

  private static byte[] network(List<byte[]> files, int number) {
    byte[] damaged = Mutations.damage(files.get(number / 2 % files.size()), new Random(number));
    int end = damaged.length - Integer.BYTES;
    if (isRepaired(number) && end > 0) {
      LittleEndian.putInt(damaged, end, Header.checksum(damaged, 0, end));
    }
    return damaged;
  }

  private static boolean isRead(byte[] damaged, Runnable reader) {
    try {
      reader.run();
      return true;
    } catch (MalformedInputException e) {
      assertTrue(e.position() >= 0 && e.position() <= damaged.length, e::toString);
      return false;
    }
  }
}
