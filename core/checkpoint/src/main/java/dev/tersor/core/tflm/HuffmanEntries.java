package dev.tersor.core.tflm;

import dev.tersor.core.bits.LittleEndian;

/** The tables that a code's tree is cut into, as {@link HuffmanTables} lays out their entries. */
final class HuffmanEntries {
  private static final int NARROW_COUNT = 11;
  private static final int WIDE_COUNT = 27;

  private final boolean isWide;
  private final byte[] bytes;
  private int free;

  HuffmanEntries(boolean isWide, int entries) {
    this.isWide = isWide;
    this.bytes = new byte[entries * (isWide ? 4 : 2)];
  }

  byte[] bytes() {
    return bytes;
  }

  void write(CodeTree tree) {
    free = 1 << tree.step(0);
    table(tree, 0, 0);
  }

  /** The table of a node, whose place is taken already, and those behind it. */
  private void table(CodeTree tree, int root, int at) {
    int step = tree.step(root);
    for (int index = 0; index < 1 << step; index++) {
      int node = root;
      int taken = 0;
      while (taken < step && !tree.isLeaf(node)) {
        node = tree.child(node, index >>> (step - 1 - taken) & 1);
        taken++;
      }
      if (tree.isLeaf(node)) {
        found(at + index, taken, tree.symbol(node));
      } else {
        int next = free;
        free += 1 << tree.step(node);
        put(at + index, tree.step(node) - 1, next - (at + index));
        table(tree, node, next);
      }
    }
  }

  /**
   * @param own bits of the step that belong to the code
   */
  void found(int at, int own, int symbol) {
    put(at, own, symbol, 1);
  }

  private void put(int at, int count, int value) {
    put(at, count, value, 0);
  }

  private void put(int at, int count, int value, int isFound) {
    if (isWide) {
      LittleEndian.putInt(bytes, 4 * at, isFound << 31 | count << WIDE_COUNT | value);
    } else {
      LittleEndian.putShort(bytes, 2 * at, (short) (isFound << 15 | count << NARROW_COUNT | value));
    }
  }
}
