package dev.tersor.core.checkpoint.packed;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.Extent;
import dev.tersor.core.checkpoint.PackedIntegers;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.checkpoint.Tiles;
import java.io.EOFException;
import java.io.IOException;

/**
 * A matrix of {@link PackedIntegers} in a matrix of 32-bit words: integers of a row follow each
 * other in a row of words, or those of a column in a column of words.
 *
 * <p>Example: four bits, words down. The integer in row 9 and column 2 is in the word of row 1 and
 * column 2, at the bits 4 to 7.
 *
 * @param words of a row
 * @param down whether integers of a column share words, not those of a row
 * @param perWord integers of a word, whose highest bits are left over; 0 where they go on in the
 *     next
 * @param interleaved whether the eight integers of a word are those of the places 0, 2, 4, 6, 1, 3,
 *     5, 7, as AWQ has them
 * @param added what is added to each, modulo 2^bits
 */
record PackedWords(long words, boolean down, int perWord, boolean interleaved, int added)
    implements Tiles {
  private static final long serialVersionUID = 1L;

  /** Where each of AWQ's eight places is in a word. */
  private static final int[] PLACES = {0, 4, 1, 5, 2, 6, 3, 7};

  private static final int AHEAD_BYTES = 1 << 16;

  @Override
  public void read(StoredTensor tensor, ByteSource source, long first, float[] into)
      throws IOException {
    Reader reader = new Reader((PackedIntegers) tensor.dtype(), tensor.extent(), source);
    long columns = tensor.shape().dim(1);
    for (int done = 0; done < into.length; ) {
      long row = (first + done) / columns;
      long column = (first + done) % columns;
      int count = (int) Math.min(columns - column, into.length - done);
      if (down) {
        reader.down(row, column, count, into, done);
      } else {
        reader.across(row, column, count, into, done);
      }
      done += count;
    }
  }

  /** Words of a file, read ahead. */
  private final class Reader {
    private final PackedIntegers format;
    private final Extent extent;
    private final ByteSource source;
    private byte[] bytes = {};
    private long start;
    private int length;

    Reader(PackedIntegers format, Extent extent, ByteSource source) {
      this.format = format;
      this.extent = extent;
      this.source = source;
    }

    /** Makes sure that words are there; where the first is among the bytes. */
    private int find(long word, long count) throws IOException {
      long from = word * Integer.BYTES;
      int needed = Math.toIntExact(count * Integer.BYTES);
      if (from < start || from + needed > start + length) {
        if (from < 0 || from > extent.length() - needed) {
          throw new EOFException("fewer words than the shape needs");
        }
        length = (int) Math.min(Math.max(needed, AHEAD_BYTES), extent.length() - from);
        if (bytes.length < length) {
          bytes = new byte[length];
        }
        source.readFully(extent.offset() + from, bytes, 0, length);
        start = from;
      }
      return (int) (from - start);
    }

    private long word(long index) {
      return perWord > 0 ? index / perWord : index * format.bits() / Integer.SIZE;
    }

    private int shift(long index) {
      if (perWord > 0) {
        return (int) (index % perWord) * format.bits();
      }
      int at = (int) (index * format.bits() % Integer.SIZE);
      return interleaved ? PLACES[at / format.bits()] * format.bits() : at;
    }

    void down(long row, long column, int count, float[] into, int to) throws IOException {
      int shift = shift(row);
      long word = word(row) * words + column;
      int at = find(word, count);
      for (int i = 0; i < count; i++) {
        int packed = LittleEndian.getInt(bytes, at + Integer.BYTES * i) >>> shift;
        set(into, to + i, packed);
      }
      if (shift + format.bits() > Integer.SIZE) {
        int low = Integer.SIZE - shift;
        int[] lows = new int[count];
        for (int i = 0; i < count; i++) {
          lows[i] = LittleEndian.getInt(bytes, at + Integer.BYTES * i) >>> shift;
        }
        at = find(word + words, count);
        for (int i = 0; i < count; i++) {
          int high = LittleEndian.getInt(bytes, at + Integer.BYTES * i) << low;
          set(into, to + i, lows[i] | high);
        }
      }
    }

    void across(long row, long column, int count, float[] into, int to) throws IOException {
      long from = word(column);
      long last = perWord > 0 ? word(column + count - 1) : lastWord(column + count);
      int at = find(row * words + from, last - from + 1);
      for (int i = 0; i < count; i++) {
        long index = column + i;
        int shift = shift(index);
        int place = at + Integer.BYTES * (int) (word(index) - from);
        int packed = LittleEndian.getInt(bytes, place) >>> shift;
        if (shift + format.bits() > Integer.SIZE) {
          packed |= LittleEndian.getInt(bytes, place + Integer.BYTES) << (Integer.SIZE - shift);
        }
        set(into, to + i, packed);
      }
    }

    /** The word with the last bit of the integers before one. */
    private long lastWord(long end) {
      return (end * format.bits() - 1) / Integer.SIZE;
    }

    private void set(float[] into, int at, int packed) {
      into[at] = format.value(packed + added);
    }
  }
}
