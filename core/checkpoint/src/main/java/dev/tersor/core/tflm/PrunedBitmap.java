package dev.tersor.core.tflm;

import dev.tersor.core.bits.MalformedInputException;
import java.util.Arrays;
import java.util.Optional;

/**
 * A bit an element, the most significant of a byte first: 0 for one that is the zero point of its
 * channel, which types other than int8 have at 0. The other elements follow the frame in order.
 *
 * <p>Example: the int8 values 0 7 0 0 0 0 0 0 9 with zero point 0 are the encoded bytes {@code 40
 * 80}, and the frame {@code 02 01 00 00 01} and eleven zeros, then {@code 07 09}.
 */
final class PrunedBitmap implements DecodeEncoding {
  @Override
  public String name() {
    return "pruning";
  }

  @Override
  public int type() {
    return 2;
  }

  @Override
  public Optional<DecodeForm> encode(DecodedTensor tensor, byte[] data) {
    if (!tensor.isRegular() || !tensor.hasZeros() || tensor.count() == 0) {
      return Optional.empty();
    }
    byte[] values = new byte[data.length];
    int kept = 0;
    MsbWriter out = new MsbWriter(tensor.count());
    for (int i = 0; i < tensor.count(); i++) {
      long value = tensor.element(data, i);
      boolean isKept = value != tensor.zero(tensor.channel(i));
      out.put(isKept ? 1 : 0, 1);
      if (isKept) {
        tensor.setElement(values, kept++, value);
      }
    }
    byte[] ancillary = DecodeForm.ancillary(type(), kept * tensor.type().width());
    System.arraycopy(values, 0, ancillary, DecodeForm.FRAME, ancillary.length - DecodeForm.FRAME);
    return Optional.of(new DecodeForm(out.bytes(), ancillary));
  }

  @Override
  public byte[] decode(DecodedTensor tensor, DecodeForm form) {
    if (!tensor.isRegular() || !tensor.hasZeros()) {
      throw new MalformedInputException("pruning for channels or zero points that have none", 0);
    }
    form.need((tensor.count() + 7L) / 8, DecodeForm.FRAME);
    byte[] values = Arrays.copyOfRange(form.ancillary(), DecodeForm.FRAME, form.ancillary().length);
    int known = values.length / tensor.type().width();
    byte[] data = new byte[tensor.bytes()];
    MsbReader in = new MsbReader(form.encoded());
    int kept = 0;
    for (int i = 0; i < tensor.count(); i++) {
      if (in.get(1) == 0) {
        tensor.setElement(data, i, tensor.zero(tensor.channel(i)));
      } else if (kept == known) {
        throw new MalformedInputException("more elements than the " + known + " stored", i / 8);
      } else {
        tensor.setElement(data, i, tensor.element(values, kept++));
      }
    }
    return data;
  }
}
