package dev.tersor.core.exact;

import dev.tersor.core.bits.ByteWriter;
import dev.tersor.core.encode.NetworkFile;
import java.util.zip.CRC32C;

/**
 * A file as it is, byte for byte, in a {@code .tersor} file of version 3. The file is cut in runs;
 * each is a chunk that is decoded by itself, so that any part of the file can be read alone. All
 * numbers are little-endian; a varint as in {@link dev.tersor.core.encode.Container}.
 *
 * <pre>
 * exact     := "TRSN" version:u8(=3) chunk* directory bytes of the directory:u32 crc:u32
 *              crc is the CRC32C of the first five bytes, the directory and its length
 * directory := length:u64 sha256:u8{32} base:u8 [length:u64 sha256:u8{32}] entry*
 *              of the file; base is 1 and that of another file follows where chunks have a base
 * entry     := flags:u8 length:varint stored:varint crc:u32 [base:u64] [inflated:varint]
 *              flags: bits 0-3 level, bit 4 base; length and CRC32C of the run; bytes of its chunk;
 *              base with bit 4: where the run begins that it differs from
 *              inflated with a level of 1 to 9: the run is deflated from so many bytes
 * chunk     := coded                              level 0
 *            | (stored:varint coded){pieces}      else: the inflated bytes, 2^20 to a piece
 * coded     := form:u8 lead bytes, tail bytes, plane{width}, the highest first
 *              form: bits 0-1 width 1, 2, 4, 8; bit 2 rotated left by one bit; bits 3-5 lead;
 *              bits 6-7 0 as they are, 1 XOR with the base, 2 minus the base, folded
 * plane     := 0:u8 bytes | 1:u8 byte | 2:u8 table:varint payload:varint table payload (rans)
 *            | 3:u8 length:varint frame (Zstandard) | 4:u8 length:varint payload (contexts)
 * </pre>
 *
 * Runs lie end to end and are all of the file, and so are chunks. A run has {@code lead} bytes, as
 * many elements of {@code width} bytes as fit, and the tail. Of an element x and the one b of the
 * base, x xor b or, modulo 2^bits, d = x - b as 2d or -2d - 1, is rotated and cut in bytes; plane p
 * has byte p of each.
 *
 * <p>Example: the file {@code "ab"} is
 *
 * <pre>
 * 54 52 53 4E 03
 * 00 00 61 62
 * 02 00 00 00 00 00 00 00  sha256  00  00 02 04 36 29 A2 E2
 * 30 00 00 00  A9 04 16 10
 * </pre>
 */
public final class ExactFile {
  /** Bytes of the head. */
  public static final int HEAD_BYTES = 5;

  /** Bytes of the last two fields. */
  public static final int END_BYTES = 8;

  /** Inflated bytes of a piece of a deflated run. */
  public static final int PIECE = 1 << 20;

  private ExactFile() {}

  /** The first bytes. */
  public static byte[] head() {
    return new ByteWriter(HEAD_BYTES)
        .raw(new byte[] {'T', 'R', 'S', 'N'})
        .u8(NetworkFile.EXACT_VERSION)
        .toByteArray();
  }

  /** The checksum of a run. */
  public static int checksum(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }
}
