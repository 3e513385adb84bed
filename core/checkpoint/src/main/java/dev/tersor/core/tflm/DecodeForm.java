package dev.tersor.core.tflm;

import dev.tersor.core.bits.MalformedInputException;

/**
 * What DECODE reads of a tensor.
 *
 * @param encoded bytes of the encoded tensor
 * @param ancillary bytes of the ancillary tensor, its 16 of frame first
 */
@SuppressWarnings("ArrayRecordComponent") // bytes of a file, not copied and never compared
record DecodeForm(byte[] encoded, byte[] ancillary) {
  static final int FRAME = 16;
  private static final int TYPE = 0;
  private static final int VERSION = 1;
  private static final int OWN_VERSION = 4;

  /** Buffers lie at multiples of so many bytes. */
  private static final int ALIGNMENT = 16;

  /** Ancillary data with the frame of a type, and room for more. */
  static byte[] ancillary(int type, int more) {
    byte[] ancillary = new byte[FRAME + more];
    ancillary[TYPE] = (byte) type;
    ancillary[VERSION] = 1;
    ancillary[OWN_VERSION] = 1;
    return ancillary;
  }

  /**
   * The type.
   *
   * @throws MalformedInputException if the frame is not whole, or of another version
   */
  int type() {
    if (ancillary.length < FRAME) {
      throw new MalformedInputException(
          "ancillary data of " + ancillary.length + " bytes, expected 16 or more", 0);
    }
    if (ancillary[VERSION] != 1 || ancillary[OWN_VERSION] != 1) {
      throw new MalformedInputException(
          "ancillary data of the versions %d and %d, expected 1"
              .formatted(ancillary[VERSION] & 0xFF, ancillary[OWN_VERSION] & 0xFF),
          VERSION);
    }
    return ancillary[TYPE] & 0xFF;
  }

  /** Bytes that both take in a file. */
  int bytes() {
    return aligned(encoded.length) + aligned(ancillary.length);
  }

  private static int aligned(int bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** Refuses an encoded tensor of fewer bytes, or ancillary data. */
  void need(long encodedBytes, long ancillaryBytes) {
    if (encoded.length < encodedBytes) {
      throw new MalformedInputException(
          "an encoded tensor of %d bytes, expected %d".formatted(encoded.length, encodedBytes),
          encoded.length);
    }
    if (ancillary.length < ancillaryBytes) {
      throw new MalformedInputException(
          "ancillary data of %d bytes, expected %d".formatted(ancillary.length, ancillaryBytes),
          ancillary.length);
    }
  }
}
