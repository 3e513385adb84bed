package dev.tersor.core.index;

import java.util.Arrays;

/**
 * Padding insertion of dCSR ("Smaller together", section III-A): while an offset overflows, the
 * first largest gap is halved by a padding element.
 *
 * <p>The literal loop looks for the largest gap and checks every group after each insertion, which
 * is quadratic. Here the gaps are in a heap and the elements in a bit vector with counts by block.
 * A full check remembers where the worst overflow is; after an insertion that place alone is looked
 * at, and only when nothing there overflows any more all groups are checked again. The elements
 * inserted are the same.
 */
final class DcsrPadding {
  private static final int BLOCK_BITS = 10;

  private final int size;
  private final long[] present;
  private int count;

  /**
   * A max-heap of gaps: length in the upper half, below it the complement of an order that is 0 for
   * the gap before the first element and one more than its left element's position for any other.
   */
  private long[] heap;

  private int gaps;

  /** Elements in each block of positions, so that an element's number is found by short sums. */
  private final int[] inBlock;

  /** Where an overflow was seen last. */
  private int suspect;

  private DcsrPadding(int[] positions, int size) {
    this.size = size;
    this.count = positions.length;
    this.present = new long[(size + 63) >>> 6];
    this.inBlock = new int[(size >>> BLOCK_BITS) + 1];
    for (int position : positions) {
      mark(position);
    }
  }

  private void mark(int position) {
    present[position >>> 6] |= 1L << position;
    inBlock[position >>> BLOCK_BITS]++;
  }

  /**
   * The positions with those of padding elements among them, ascending.
   *
   * @param positions ascending
   * @param size weights of the tensor
   */
  static int[] insert(int[] positions, int size) {
    if (positions.length == 0) {
      return positions;
    }
    DcsrPadding padding = new DcsrPadding(positions, size);
    if (padding.fits()) {
      return positions;
    }
    padding.heap = new long[positions.length + 64];
    padding.push(positions[0], 0);
    for (int i = 0; i < positions.length; i++) {
      int end = i + 1 < positions.length ? positions[i + 1] : size;
      padding.push(end - positions[i], positions[i] + 1);
    }
    do {
      padding.halveLargestGap();
    } while (!padding.fits());
    return padding.positions();
  }

  private void halveLargestGap() {
    long gap = pop();
    int length = (int) (gap >>> 32);
    int order = (int) (0xFFFFFFFFL - (gap & 0xFFFFFFFFL));
    int start = Math.max(0, order - 1);
    int end = start + length;
    int inserted = end - (length + 1) / 2;
    if (length == 0 || (order > 0 && inserted == start)) {
      throw new IllegalStateException("dCSR cannot pad " + count + " elements of " + size);
    }
    mark(inserted);
    count++;
    push(inserted - start, order);
    push(end - inserted, inserted + 1);
  }

  private boolean fits() {
    int from = Math.max(0, (suspect >>> BLOCK_BITS) - 1) << BLOCK_BITS;
    int to = (int) Math.min(size, from + (4L << BLOCK_BITS));
    return !overflows(from, to) && !overflows(0, size);
  }

  /**
   * Whether one of the groups that lie in a range of positions overflows.
   *
   * @param from a multiple of the block size
   */
  private boolean overflows(int from, int to) {
    int number = 0;
    for (int block = 0; block < from >>> BLOCK_BITS; block++) {
      number += inBlock[block];
    }
    int skip = (DcsrGroup.LANES - number % DcsrGroup.LANES) % DcsrGroup.LANES;
    DcsrGroup group = new DcsrGroup(DcsrGroup.slope(size, count), number == 0);
    for (int w = from >>> 6; w < (to + 63) >>> 6; w++) {
      for (long word = present[w]; word != 0; word &= word - 1) {
        if (skip > 0) {
          skip--;
          continue;
        }
        group.add((w << 6) + Long.numberOfTrailingZeros(word));
        if (group.isFull() && !group.close()) {
          suspect = group.start();
          return true;
        }
      }
    }
    // A group that the range cuts off is not seen whole, unless it is the last one.
    if (to == size && !group.isEmpty() && !group.close()) {
      suspect = group.start();
      return true;
    }
    return false;
  }

  private int[] positions() {
    int[] positions = new int[count];
    int n = 0;
    for (int w = 0; w < present.length; w++) {
      for (long word = present[w]; word != 0; word &= word - 1) {
        positions[n++] = (w << 6) + Long.numberOfTrailingZeros(word);
      }
    }
    return positions;
  }

  private void push(int length, int order) {
    if (gaps == heap.length) {
      heap = Arrays.copyOf(heap, 2 * heap.length);
    }
    long entry = ((long) length << 32) | (0xFFFFFFFFL - order);
    int at = gaps++;
    for (; at > 0 && heap[(at - 1) / 2] < entry; at = (at - 1) / 2) {
      heap[at] = heap[(at - 1) / 2];
    }
    heap[at] = entry;
  }

  private long pop() {
    long top = heap[0];
    long moved = heap[--gaps];
    int at = 0;
    for (int child = 1; child < gaps; child = 2 * at + 1) {
      if (child + 1 < gaps && heap[child + 1] > heap[child]) {
        child++;
      }
      if (heap[child] <= moved) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = moved;
    return top;
  }
}
