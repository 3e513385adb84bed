package dev.tersor.core.encode;

import dev.tersor.core.Mutations;
import dev.tersor.core.bits.LittleEndian;
import java.util.Random;

/** Network files that are damaged under a checksum that holds, so that readers get to see it. */
final class DamagedNetwork {
  private DamagedNetwork() {}

  /**
   * @param number which damage
   */
  static byte[] of(byte[] file, int number) {
    byte[] damaged = Mutations.damage(file, new Random(number));
    int end = damaged.length - Integer.BYTES;
    if (end > 0) {
      LittleEndian.putInt(damaged, end, Header.checksum(damaged, 0, end));
    }
    return damaged;
  }
}
