package dev.tersor.core.checkpoint.keras;

import dev.tersor.core.checkpoint.PagedFile;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A B-tree of version 2 (section III.A.2). Records of names are a hash of a link's name in 4 bytes
 * and the place of the link in a fractal heap in 7.
 */
final class HdfIndex {
  private static final int BTHD = 0x44485442;
  private static final int BTIN = 0x4E495442;
  private static final int BTLF = 0x464C5442;
  private static final int NAMES = 5;
  private static final int NAME_BYTES = 11;
  private static final int HASH_BYTES = 4;

  /** Signature, version, type and checksum of a node. */
  private static final int NODE_BYTES = 10;

  private static final int MAX_DEPTH = 8;

  private record Node(long at, long records, int depth) {}

  private final PagedFile file;
  private final long nodeBytes;
  private final int recordBytes;
  private final Node root;

  /**
   * @param type of its records
   */
  HdfIndex(PagedFile file, long at, int type) throws IOException {
    this.file = file;
    if (file.i32(at) != BTHD || file.u8(at + 5) != type) {
      throw file.malformed("no index of records " + type, at);
    }
    this.nodeBytes = file.u32(at + 6);
    this.recordBytes = file.u16(at + 10);
    int depth = file.u16(at + 12);
    if (depth > MAX_DEPTH || recordBytes == 0 || nodeBytes < 2L * (NODE_BYTES + recordBytes)) {
      throw file.malformed(
          "an index of depth %d in nodes of %d bytes".formatted(depth, nodeBytes), at);
    }
    this.root = new Node(file.i64(at + 16), file.u16(at + 24), depth);
  }

  /** Bytes of a record. */
  int recordBytes() {
    return recordBytes;
  }

  /** The places of all links by an index of names, 7 bytes each. */
  static List<Long> heapIds(PagedFile file, long at) throws IOException {
    HdfIndex index = new HdfIndex(file, at, NAMES);
    if (index.recordBytes != NAME_BYTES) {
      throw file.malformed("no index of names", at);
    }
    List<Long> ids = new ArrayList<>();
    for (long record : index.records()) {
      ids.add(HdfNumbers.unsigned(file, record + HASH_BYTES, NAME_BYTES - HASH_BYTES));
    }
    return ids;
  }

  /** Where the records are. */
  List<Long> records() throws IOException {
    List<Long> records = new ArrayList<>();
    ArrayDeque<Node> nodes = new ArrayDeque<>();
    if (root.at() != HdfNumbers.UNDEFINED) {
      nodes.add(root);
    }
    while (!nodes.isEmpty()) {
      Node node = nodes.poll();
      if (file.i32(node.at()) != (node.depth() > 0 ? BTIN : BTLF)) {
        throw file.malformed("no node of an index", node.at());
      }
      if (node.records() > nodeBytes / recordBytes) {
        throw file.malformed("a node of %d records".formatted(node.records()), node.at());
      }
      file.charge(NODE_BYTES + 4L * recordBytes * node.records(), node.at());
      long from = node.at() + 6;
      for (long i = 0; i < node.records(); i++, from += recordBytes) {
        records.add(from);
      }
      if (node.depth() > 0) {
        children(node, from, nodes);
      }
    }
    return records;
  }

  /** An address, its count of records, and above the leaves' parents the count of all below. */
  private void children(Node node, long from, ArrayDeque<Node> nodes) throws IOException {
    long leafRecords = (nodeBytes - NODE_BYTES) / recordBytes;
    int countBytes = HdfNumbers.bytesOf(leafRecords);
    long below = leafRecords;
    int allBytes = 0;
    for (int depth = 1; depth <= node.depth(); depth++) {
      allBytes = depth == 1 ? 0 : HdfNumbers.bytesOf(below);
      long pointer = 8L + countBytes + allBytes;
      long most = Math.max(1, (nodeBytes - NODE_BYTES - pointer) / (recordBytes + pointer));
      below = most + (most + 1) * below;
    }
    long at = from;
    for (long i = 0; i <= node.records(); i++) {
      nodes.add(
          new Node(file.i64(at), HdfNumbers.unsigned(file, at + 8, countBytes), node.depth() - 1));
      at += 8 + countBytes + allBytes;
    }
  }
}
