package dev.tersor.core.checkpoint.keras;

import dev.tersor.core.checkpoint.PagedFile;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An object header (section IV.A): messages that say what an object is. Version 1 begins with the
 * byte 1 and has messages behind 16 bytes, each behind 8; version 2 begins with {@code OHDR} and
 * has a head of 4 or 6 bytes before each. A message of type 16 leads to a block of more of them.
 */
final class HdfHeader {
  static final int DATASPACE = 0x01;
  static final int LINK_INFO = 0x02;
  static final int DATATYPE = 0x03;
  static final int LINK = 0x06;
  static final int EXTERNAL_FILES = 0x07;
  static final int LAYOUT = 0x08;
  static final int FILTERS = 0x0B;
  static final int ATTRIBUTE = 0x0C;
  private static final int CONTINUATION = 0x10;
  static final int SYMBOL_TABLE = 0x11;

  /** {@code OHDR} and {@code OCHK}, read as numbers. */
  private static final int OHDR = 0x5244484F;

  private static final int OCHK = 0x4B48434F;
  private static final int CHECKSUM_BYTES = 4;
  private static final int MESSAGE_BYTES = 32;

  /**
   * A message.
   *
   * @param at byte offset of its content
   * @param isShared whether the content lies elsewhere
   */
  record Message(int type, long at, int bytes, boolean isShared) {}

  private record Block(long at, long bytes) {}

  private final PagedFile file;
  private final long at;
  private final List<Message> messages = new ArrayList<>();
  private final ArrayDeque<Block> blocks = new ArrayDeque<>();

  HdfHeader(PagedFile file, long at) throws IOException {
    this.file = file;
    this.at = at;
    file.charge(MESSAGE_BYTES, at);
    if (file.u8(at) == 1) {
      blocks.add(new Block(at + 16, file.u32(at + 8)));
      while (!blocks.isEmpty()) {
        readVersion1(blocks.poll());
      }
    } else if (file.i32(at) == OHDR && file.u8(at + 4) == 2) {
      readVersion2();
    } else {
      throw file.malformed("no object header", at);
    }
  }

  long at() {
    return at;
  }

  List<Message> all(int type) {
    return messages.stream().filter(message -> message.type() == type).toList();
  }

  Optional<Message> first(int type) {
    return messages.stream().filter(message -> message.type() == type).findFirst();
  }

  private void readVersion1(Block block) throws IOException {
    check(block);
    long end = block.at() + block.bytes();
    for (long from = block.at(); from + 8 <= end; ) {
      int bytes = file.u16(from + 2);
      add(file.u16(from), from + 8, bytes, file.u8(from + 4), end);
      from += 8 + bytes;
    }
  }

  private void readVersion2() throws IOException {
    int flags = file.u8(at + 5);
    long from = at + 6 + ((flags & 0x20) != 0 ? 16 : 0) + ((flags & 0x10) != 0 ? 4 : 0);
    int width = 1 << (flags & 3);
    long bytes = HdfNumbers.unsigned(file, from, width);
    boolean ordered = (flags & 4) != 0;
    readVersion2(new Block(from + width, bytes), ordered);
    while (!blocks.isEmpty()) {
      Block block = blocks.poll();
      check(block);
      if (block.bytes() < 2 * CHECKSUM_BYTES || file.i32(block.at()) != OCHK) {
        throw file.malformed("no continuation of an object header", block.at());
      }
      readVersion2(new Block(block.at() + 4, block.bytes() - 2 * CHECKSUM_BYTES), ordered);
    }
  }

  private void readVersion2(Block block, boolean ordered) throws IOException {
    check(block);
    int head = ordered ? 6 : 4;
    long end = block.at() + block.bytes();
    for (long from = block.at(); from + head <= end; ) {
      int bytes = file.u16(from + 1);
      add(file.u8(from), from + head, bytes, file.u8(from + 3), end);
      from += head + bytes;
    }
  }

  private void check(Block block) {
    file.checkRange("a block of an object header", block.at(), block.bytes());
    file.charge(block.bytes(), block.at());
  }

  private void add(int type, long from, int bytes, int flags, long end) throws IOException {
    if (from + bytes > end) {
      throw file.malformed("a message of %d bytes runs over its block".formatted(bytes), from);
    }
    file.charge(MESSAGE_BYTES, from);
    if (type == CONTINUATION) {
      require(bytes, 16, from);
      blocks.add(new Block(file.i64(from), file.i64(from + 8)));
    } else if (type != 0) {
      messages.add(new Message(type, from, bytes, (flags & 2) != 0));
    }
  }

  private void require(int has, int needs, long position) {
    if (has < needs) {
      throw file.malformed("a message of %d bytes, expected %d".formatted(has, needs), position);
    }
  }
}
