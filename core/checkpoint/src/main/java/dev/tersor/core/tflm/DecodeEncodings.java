package dev.tersor.core.tflm;

import dev.tersor.core.bits.MalformedInputException;
import java.util.List;

/** The encodings that DECODE reads, those that are faster to decode first. */
final class DecodeEncodings {
  static final List<DecodeEncoding> ALL =
      List.of(new LookupTables(), new PrunedBitmap(), new HuffmanTables());

  private DecodeEncodings() {}

  /**
   * A tensor's bytes again.
   *
   * @throws MalformedInputException if the form is damaged or of an unknown type
   */
  static byte[] decode(DecodedTensor tensor, DecodeForm form) {
    int type = form.type();
    for (DecodeEncoding encoding : ALL) {
      if (encoding.type() == type) {
        return encoding.decode(tensor, form);
      }
    }
    throw new MalformedInputException("ancillary data of the type " + type, 0);
  }
}
