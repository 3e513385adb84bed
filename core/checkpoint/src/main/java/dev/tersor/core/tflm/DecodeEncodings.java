package dev.tersor.core.tflm;

import dev.tersor.core.bits.MalformedInputException;
import java.util.List;
import java.util.stream.Stream;

/** The encodings that DECODE reads, TensorFlow Lite Micro's own first, of those the faster ones. */
final class DecodeEncodings {
  static final List<DecodeEncoding> STANDARD =
      List.of(new LookupTables(), new PrunedBitmap(), new HuffmanTables());

  /** With custom types, which {@link TflmDecoders} decode. */
  static final List<DecodeEncoding> ALL =
      Stream.concat(STANDARD.stream(), IndexedLayer.ALL.stream()).toList();

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
