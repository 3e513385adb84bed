package dev.tersor.core.checkpoint.keras;

import dev.tersor.core.checkpoint.PagedFile;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The links of a group. Older groups have a symbol table (sections III.A.1, III.B to III.D): a
 * B-tree of nodes of entries, whose names lie in a heap. Newer ones have link messages (IV.A.2.g),
 * in the header or, if there are many, in a fractal heap.
 */
final class HdfGroup {
  private static final int TREE = 0x45455254;
  private static final int SNOD = 0x444F4E53;
  private static final int HEAP = 0x50414548;
  private static final int ENTRY_BYTES = 40;
  private static final int SOFT_ENTRY = 2;
  private static final int LINK_BYTES = 64;

  /** What a link leads to. */
  enum Kind {
    HARD,
    SOFT,
    EXTERNAL
  }

  /**
   * A link.
   *
   * @param address of the object header, of a hard one
   */
  record Link(String name, Kind kind, long address) {}

  private final PagedFile file;
  private final List<Link> links = new ArrayList<>();

  private HdfGroup(PagedFile file) {
    this.file = file;
  }

  /** The links of the group that has this header; none if it is no group. */
  static List<Link> links(PagedFile file, HdfHeader header) throws IOException {
    HdfGroup group = new HdfGroup(file);
    for (HdfHeader.Message message : header.all(HdfHeader.SYMBOL_TABLE)) {
      group.symbolTable(file.i64(message.at()), file.i64(message.at() + 8));
    }
    for (HdfHeader.Message message : header.all(HdfHeader.LINK)) {
      group.link(message.at(), message.bytes());
    }
    for (HdfHeader.Message message : header.all(HdfHeader.LINK_INFO)) {
      int flags = file.u8(message.at() + 1);
      long from = message.at() + 2 + ((flags & 1) != 0 ? 8 : 0);
      long heap = file.i64(from);
      long index = file.i64(from + 8);
      if (heap != HdfNumbers.UNDEFINED && index != HdfNumbers.UNDEFINED) {
        HdfHeap fractal = new HdfHeap(file, heap);
        for (long id : HdfIndex.heapIds(file, index)) {
          HdfHeap.Place place = fractal.locate(id);
          group.link(place.at(), place.bytes());
        }
      }
    }
    return group.links;
  }

  private void symbolTable(long tree, long heap) throws IOException {
    expect(heap, HEAP, "local heap");
    long names = file.i64(heap + 24);
    long namesBytes = file.i64(heap + 8);
    file.checkRange("a local heap", names, namesBytes);
    ArrayDeque<Long> nodes = new ArrayDeque<>();
    nodes.add(tree);
    while (!nodes.isEmpty()) {
      long node = nodes.poll();
      expect(node, TREE, "B-tree");
      if (file.u8(node + 4) != 0) {
        throw file.malformed("a B-tree of something else than groups", node);
      }
      int level = file.u8(node + 5);
      int entries = file.u16(node + 6);
      file.charge(24 + 16L * entries, node);
      for (int i = 0; i < entries; i++) {
        long child = file.i64(node + 32 + 16L * i);
        if (level > 0) {
          nodes.add(child);
        } else {
          symbols(child, names, namesBytes);
        }
      }
    }
  }

  private void symbols(long node, long names, long namesBytes) throws IOException {
    expect(node, SNOD, "symbol table");
    int count = file.u16(node + 6);
    for (int i = 0; i < count; i++) {
      long entry = node + 8 + (long) ENTRY_BYTES * i;
      long name = file.i64(entry);
      if (name < 0 || name >= namesBytes) {
        throw file.malformed(
            "a name at byte %d of a heap of %d".formatted(name, namesBytes), entry);
      }
      boolean soft = file.i32(entry + 16) == SOFT_ENTRY;
      file.charge(LINK_BYTES, entry);
      links.add(
          new Link(
              HdfNumbers.zeroEnded(file, names + name),
              soft ? Kind.SOFT : Kind.HARD,
              file.i64(entry + 8)));
    }
  }

  private void link(long at, long bytes) throws IOException {
    file.checkRange("a link", at, bytes);
    file.charge(LINK_BYTES, at);
    int flags = file.u8(at + 1);
    long from = at + 2;
    int type = 0;
    if ((flags & 8) != 0) {
      type = file.u8(from++);
    }
    from += ((flags & 4) != 0 ? 8 : 0) + ((flags & 0x10) != 0 ? 1 : 0);
    int width = 1 << (flags & 3);
    long nameBytes = HdfNumbers.unsigned(file, from, width);
    from += width;
    String name = HdfNumbers.text(file, from, nameBytes);
    switch (type) {
      case 0 -> links.add(new Link(name, Kind.HARD, file.i64(from + nameBytes)));
      case 1 -> links.add(new Link(name, Kind.SOFT, 0));
      default -> links.add(new Link(name, Kind.EXTERNAL, 0));
    }
  }

  private void expect(long at, int signature, String what) throws IOException {
    if (file.i32(at) != signature) {
      throw file.malformed("no " + what, at);
    }
  }
}
