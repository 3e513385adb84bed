package dev.tersor.core.tflm;

import dev.tersor.core.bits.MalformedInputException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Indices of 1 to 7 bits into tables of the values that there are. Byte 5 of the frame has the
 * width in its low three bits, byte 6 the entries from one channel's table to the next: 0 where all
 * channels share one. The tables follow the frame; the encoded tensor has the indices, each with
 * its most significant bit first.
 *
 * <p>Example: the int8 values 5 9 5 5 are the indices 0 1 0 0 of a bit, the byte {@code 40}, and
 * the frame {@code 00 01 00 00 01 01 02} and nine zeros, then {@code 05 09}.
 */
final class LookupTables implements DecodeEncoding {
  private static final int MAX_WIDTH = 7;
  private static final int WIDTH = 5;
  private static final int STRIDE = 6;

  @Override
  public String name() {
    return "lookup";
  }

  @Override
  public int type() {
    return 0;
  }

  @Override
  public Optional<DecodeForm> encode(DecodedTensor tensor, byte[] data) {
    if (!tensor.isRegular() || tensor.count() == 0) {
      return Optional.empty();
    }
    Optional<DecodeForm> shared = encode(tensor, data, 1);
    Optional<DecodeForm> own =
        tensor.channels() > 1 ? encode(tensor, data, tensor.channels()) : Optional.empty();
    if (shared.isPresent() && own.isPresent()) {
      return own.get().bytes() < shared.get().bytes() ? own : shared;
    }
    return shared.isPresent() ? shared : own;
  }

  /**
   * @param tables one, or one a channel
   */
  private Optional<DecodeForm> encode(DecodedTensor tensor, byte[] data, int tables) {
    int limit = 1 << MAX_WIDTH;
    long[][] values = new long[tables][limit];
    int[] sizes = new int[tables];
    for (int i = 0; i < tensor.count(); i++) {
      int table = tables == 1 ? 0 : tensor.channel(i);
      long value = tensor.element(data, i);
      int at = Arrays.binarySearch(values[table], 0, sizes[table], value);
      if (at < 0) {
        if (sizes[table] == limit) {
          return Optional.empty();
        }
        int insert = -at - 1;
        System.arraycopy(values[table], insert, values[table], insert + 1, sizes[table] - insert);
        values[table][insert] = value;
        sizes[table]++;
      }
    }
    int entries = Arrays.stream(sizes).max().getAsInt();
    int width = Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(entries - 1));
    byte[] ancillary = DecodeForm.ancillary(type(), tables * entries * tensor.type().width());
    ancillary[WIDTH] = (byte) width;
    ancillary[STRIDE] = (byte) (tables == 1 && tensor.channels() > 1 ? 0 : entries);
    byte[] lists = new byte[ancillary.length - DecodeForm.FRAME];
    for (int t = 0; t < tables; t++) {
      for (int i = 0; i < sizes[t]; i++) {
        tensor.setElement(lists, t * entries + i, values[t][i]);
      }
    }
    System.arraycopy(lists, 0, ancillary, DecodeForm.FRAME, lists.length);
    MsbWriter out = new MsbWriter((long) tensor.count() * width);
    for (int i = 0; i < tensor.count(); i++) {
      int table = tables == 1 ? 0 : tensor.channel(i);
      out.put(Arrays.binarySearch(values[table], 0, sizes[table], tensor.element(data, i)), width);
    }
    return Optional.of(new DecodeForm(out.bytes(), ancillary));
  }

  @Override
  public byte[] decode(DecodedTensor tensor, DecodeForm form) {
    int width = form.ancillary()[WIDTH] & MAX_WIDTH;
    int stride = form.ancillary()[STRIDE] & 0xFF;
    if (width == 0) {
      throw new MalformedInputException("ancillary data with indices of 0 bits", WIDTH);
    }
    if (!tensor.isRegular()) {
      throw new MalformedInputException("a lookup table for channels along a middle axis", 0);
    }
    form.need(((long) tensor.count() * width + 7) / 8, DecodeForm.FRAME);
    byte[] tables = Arrays.copyOfRange(form.ancillary(), DecodeForm.FRAME, form.ancillary().length);
    int known = tables.length / tensor.type().width();
    byte[] data = new byte[tensor.bytes()];
    MsbReader in = new MsbReader(form.encoded());
    for (int i = 0; i < tensor.count(); i++) {
      int entry = tensor.channel(i) * stride + in.get(width);
      if (entry >= known) {
        throw new MalformedInputException(
            "an index to entry %d of %d".formatted(entry, known), (long) i * width / Byte.SIZE);
      }
      tensor.setElement(data, i, tensor.element(tables, entry));
    }
    return data;
  }
}
