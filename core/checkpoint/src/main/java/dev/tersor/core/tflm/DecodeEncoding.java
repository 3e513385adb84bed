package dev.tersor.core.tflm;

import java.util.Optional;

/**
 * One way in which TensorFlow Lite Micro's DECODE operator stores a tensor, without loss: an
 * encoded tensor and ancillary data. Those begin with 16 bytes: 0 the type, 1 the version 1 of the
 * frame, 4 the type's own version, 5 to 15 of the type. Implementations have no state.
 */
interface DecodeEncoding {
  /** Lower-case name in options and tables. */
  String name();

  /** Byte 0 of the ancillary data. */
  int type();

  /**
   * The smallest form of a tensor's bytes; empty if its type or channels or values have none.
   *
   * @param data the tensor's elements, little-endian
   */
  Optional<DecodeForm> encode(DecodedTensor tensor, byte[] data);

  /**
   * The tensor's bytes again, by what the operator reads and nothing else.
   *
   * @throws dev.tersor.core.bits.MalformedInputException if the form is damaged; positions are in
   *     the encoded tensor, or in the ancillary data where the message says so
   */
  byte[] decode(DecodedTensor tensor, DecodeForm form);
}
