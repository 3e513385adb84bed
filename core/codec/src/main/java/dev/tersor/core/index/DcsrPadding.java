package dev.tersor.core.index;

import java.util.Arrays;

/**
 * Padding insertion of dCSR ("Smaller together", section III-A): while a group overflows, the first
 * largest gap is halved by a padding element.
 *
 * <p>The literal loop looks for the largest gap and checks every group after each insertion, which
 * is quadratic. Here the gaps are in a heap and {@link DcsrElements} checks what an insertion
 * changed. The elements inserted are the same.
 */
final class DcsrPadding {
  private final int size;

  /**
   * A max-heap of gaps: length in the upper half, below it the complement of an order that is 0 for
   * the gap before the first element and one more than its left element's position for any other.
   */
  private long[] heap;

  private int gaps;

  private DcsrPadding(int[] positions, int size) {
    this.size = size;
    this.heap = new long[positions.length + 64];
    push(positions[0], 0);
    for (int i = 0; i < positions.length; i++) {
      int end = i + 1 < positions.length ? positions[i + 1] : size;
      push(end - positions[i], positions[i] + 1);
    }
  }

  /**
   * The positions with those of padding elements among them, ascending.
   *
   * @param positions ascending
   * @param size weights of the tensor
   * @param isAbsolute whether base pointers are stored each for itself, so that no step overflows
   */
  static int[] insert(int[] positions, int size, boolean isAbsolute) {
    if (positions.length == 0 || fit(positions, size, isAbsolute)) {
      return positions;
    }
    DcsrElements elements = new DcsrElements(positions, size, isAbsolute);
    DcsrPadding padding = new DcsrPadding(positions, size);
    do {
      elements.insert(padding.halveLargestGap());
    } while (elements.overflows());
    return elements.toArray();
  }

  /** Whether no group overflows as it is, which most masks of medium sparsity come to. */
  private static boolean fit(int[] positions, int size, boolean isAbsolute) {
    DcsrGroup group = new DcsrGroup(DcsrGroup.slope(size, positions.length), isAbsolute);
    for (int first = 0; first < positions.length; first += DcsrGroup.LANES) {
      for (int i = first; i < Math.min(positions.length, first + DcsrGroup.LANES); i++) {
        group.add(positions[i]);
      }
      if (!group.close()) {
        return false;
      }
    }
    return true;
  }

  /** Takes the first largest gap and returns the position that halves it. */
  private int halveLargestGap() {
    long gap = pop();
    int length = (int) (gap >>> 32);
    int order = (int) (0xFFFFFFFFL - (gap & 0xFFFFFFFFL));
    int start = Math.max(0, order - 1);
    int end = start + length;
    int inserted = end - (length + 1) / 2;
    if (length == 0 || (order > 0 && inserted == start)) {
      throw new IllegalStateException("no gap is left to pad in a tensor of " + size);
    }
    push(inserted - start, order);
    push(end - inserted, inserted + 1);
    return inserted;
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
