package dev.tersor.core.exact;

import dev.tersor.core.bits.ByteReader;
import dev.tersor.core.bits.ByteWriter;
import dev.tersor.core.bits.MalformedInputException;

/**
 * A run of bytes to a chunk of an {@link ExactFile} and back. Keeps its memory from chunk to chunk;
 * not for several threads.
 */
public final class ChunkCodec {
  private static final int MAX_WIDTH = 8;

  private final PlaneEncoder encoder;
  private final PlaneDecoder decoder = new PlaneDecoder();
  private final FormChoice choice = new FormChoice();
  private final byte[][] planes = new byte[MAX_WIDTH][0];
  private final byte[][] found = new byte[MAX_WIDTH][];
  private final int[] at = new int[MAX_WIDTH];
  private byte[] changed = {};

  public ChunkCodec(Effort effort) {
    this.encoder = new PlaneEncoder(effort);
  }

  /**
   * The bytes of a chunk, never more than two and one for each byte of an element above those of
   * the run.
   *
   * @param bytes not changed
   * @param width bytes of an element where they are known, the first of which is at {@code from};
   *     else 0
   * @param base what is in a base at the same place, as long as the run; null without one
   */
  public byte[] encode(byte[] bytes, int from, int length, int width, byte[] base) {
    Form form = choice.of(bytes, from, length, width, base);
    byte[] elements = bytes;
    int start = from;
    if (form.difference() != Difference.NONE) {
      changed = changed.length < length ? new byte[length] : changed;
      System.arraycopy(bytes, from, changed, 0, length);
      form.difference().apply(changed, 0, length, base, form);
      elements = changed;
      start = 0;
    }
    int count = form.elements(length);
    reserve(count, form.width());
    if (form.width() == 1) {
      System.arraycopy(elements, start, planes[0], 0, count);
    } else {
      Planes.split(elements, start + form.lead(), count, form.width(), form.rotated(), planes);
    }
    int end = form.lead() + count * form.width();
    ByteWriter out = new ByteWriter(length + 2 + MAX_WIDTH);
    out.u8(form.code()).raw(elements, start, form.lead()).raw(elements, start + end, length - end);
    for (int p = form.width() - 1; p >= 0; p--) {
      byte[] above = p == form.width() - 1 ? null : planes[p + 1];
      encoder.encode(planes[p], count, above, !form.rotated(), out);
    }
    return out.toByteArray();
  }

  /** Whether a chunk that {@link #encode} made needs the base. */
  public static boolean needsBase(byte[] stored) {
    return Form.of(stored[0] & 0xFF).difference() != Difference.NONE;
  }

  /**
   * The inverse of {@link #encode}.
   *
   * @param stored the chunk, all of it
   * @param into where the run is put, from {@code to} on
   * @param length of the run
   * @param base as for {@link #encode}
   * @throws MalformedInputException if it is no such chunk; its position is that in {@code stored}
   */
  public void decode(byte[] stored, byte[] into, int to, int length, byte[] base) {
    ByteReader in = new ByteReader(stored, 0, stored.length);
    Form form = Form.of(in.u8("form of a chunk"));
    if (form == null || (form.difference() != Difference.NONE && base == null)) {
      throw new MalformedInputException("a chunk of unknown form", 0);
    }
    int width = form.width();
    int count = form.elements(length);
    int lead = Math.min(length, form.lead());
    int end = lead + count * width;
    copy(in, stored, into, to, lead);
    copy(in, stored, into, to + end, length - end);
    reserve(count, width);
    for (int p = width - 1; p >= 0; p--) {
      boolean isFirst = p == width - 1;
      int place =
          decoder.decode(
              in, stored, count, isFirst ? null : found[p + 1], isFirst ? 0 : at[p + 1], planes[p]);
      found[p] = place < 0 ? planes[p] : stored;
      at[p] = Math.max(0, place);
    }
    if (in.remaining() != 0) {
      throw new MalformedInputException(in.remaining() + " bytes after the end", in.position());
    }
    if (width == 1) {
      System.arraycopy(found[0], at[0], into, to, count);
    } else {
      Planes.join(found, at, count, width, form.rotated(), into, to + lead);
    }
    form.difference().restore(into, to, length, base, form);
  }

  private static void copy(ByteReader in, byte[] stored, byte[] into, int to, int count) {
    int start = in.position();
    in.skip(count, "bytes beside elements");
    System.arraycopy(stored, start, into, to, count);
  }

  private void reserve(int count, int width) {
    for (int p = 0; p < width; p++) {
      if (planes[p].length < count) {
        planes[p] = new byte[count];
      }
    }
  }
}
