package dev.tersor.core.index;

import java.util.Arrays;

/**
 * Padding insertion of dCSR ("Smaller together", section III-A): while an offset overflows, the
 * first largest gap is halved by a padding element.
 *
 * <p>The literal loop looks for the largest gap and checks every group after each insertion, which
 * is quadratic. Here the gaps are in a heap and the elements in a bit vector, and a check ends at
 * the first overflow it meets: with v overflows left that is after about k/v of k elements, so that
 * all checks together cost O(k log k). The elements inserted are the same.
 */
final class DcsrPadding {
  private final int size;
  private final long[] present;
  private int count;

  /**
   * A max-heap of gaps: length in the upper half, below it the complement of an order that is 0 for
   * the gap before the first element and one more than its left element's position for any other.
   */
  private long[] heap;

  private int gaps;

  private DcsrPadding(int[] positions, int size) {
    this.size = size;
    this.count = positions.length;
    this.present = new long[(size + 63) >>> 6];
    for (int position : positions) {
      present[position >>> 6] |= 1L << position;
    }
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
    present[inserted >>> 6] |= 1L << inserted;
    count++;
    push(inserted - start, order);
    push(end - inserted, inserted + 1);
  }

  /** Whether every offset and base fits; ends at the first that does not. */
  private boolean fits() {
    int slope = DcsrGroup.slope(size, count);
    DcsrGroup group = new DcsrGroup(slope);
    for (int w = 0; w < present.length; w++) {
      for (long word = present[w]; word != 0; word &= word - 1) {
        group.add((w << 6) + Long.numberOfTrailingZeros(word));
        if (group.isFull() && !group.close()) {
          return false;
        }
      }
    }
    return group.isEmpty() || group.close();
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
