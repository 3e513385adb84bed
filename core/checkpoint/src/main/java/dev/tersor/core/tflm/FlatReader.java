package dev.tersor.core.tflm;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.tflm.FlatType.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a whole <a href="https://flatbuffers.dev/internals/">flatbuffer</a> by its schema, so that
 * all of it can be written again. What lies at one position is one object. All objects together
 * take no more bytes than the file has, so none that overlap are read again and again.
 */
final class FlatReader {
  private static final int FIXED_BYTES = 4;

  /** The tables and vectors at a position. */
  private record Place(int at, Object what) {}

  private final byte[] file;
  private final Map<Place, Object> read = new HashMap<>();
  private long left;
  private int end;

  private FlatReader(byte[] file) {
    this.file = file;
    // Shared vtables are charged to each table.
    this.left = 2L * file.length;
  }

  /**
   * A file's objects.
   *
   * @param end where the last of them ends
   */
  record Tree(FlatNode root, int end) {}

  /**
   * @throws MalformedInputException if the file is damaged, or has a field that the schema has not
   */
  static Tree read(byte[] file, FlatSchema schema) {
    FlatReader reader = new FlatReader(file);
    reader.need("a flatbuffer", 0, 2 * FIXED_BYTES);
    FlatNode root = reader.table(reader.target(0), schema.root());
    return new Tree(root, reader.end);
  }

  private void need(String what, long at, long bytes) {
    if (at < 0 || at + bytes > file.length) {
      throw new MalformedInputException(
          "%s of %d bytes in a file of %d".formatted(what, bytes, file.length), at);
    }
    end = Math.max(end, (int) (at + bytes));
  }

  private void charge(long bytes, int at) {
    left -= bytes;
    if (left < 0) {
      throw new MalformedInputException("objects that overlap", at);
    }
  }

  /** Where an offset of 32 bits points to. */
  private int target(int at) {
    long to = at + (LittleEndian.getInt(file, at) & 0xFFFFFFFFL);
    need("an object", to, FIXED_BYTES);
    return (int) to;
  }

  private int u16(int at) {
    return (file[at] & 0xFF) | (file[at + 1] & 0xFF) << Byte.SIZE;
  }

  private FlatNode table(int at, FlatType type) {
    Place place = new Place(at, type);
    FlatNode known = (FlatNode) read.get(place);
    if (known != null) {
      return known;
    }
    long vtable = (long) at - LittleEndian.getInt(file, at);
    need("a vtable", vtable, FIXED_BYTES);
    int vtableAt = (int) vtable;
    int vtableBytes = u16(vtableAt);
    int tableBytes = u16(vtableAt + 2);
    need("a vtable", vtable, vtableBytes);
    need("a table", at, tableBytes);
    if (vtableBytes < FIXED_BYTES || vtableBytes % 2 != 0 || tableBytes < FIXED_BYTES) {
      throw new MalformedInputException("a vtable of " + vtableBytes + " bytes", vtable);
    }
    charge(tableBytes, at);
    FlatNode node = new FlatNode(type);
    for (int id = 0; FIXED_BYTES + 2 * id < vtableBytes; id++) {
      int offset = u16(vtableAt + FIXED_BYTES + 2 * id);
      if (offset != 0) {
        field(node, id, at, offset, tableBytes);
      }
    }
    read.put(place, node);
    return node;
  }

  private void field(FlatNode node, int id, int at, int offset, int tableBytes) {
    FlatType type = node.type();
    if (id >= type.fields().size()) {
      throw new MalformedInputException(
          "%s has the field %d, and the schema ends at %d"
              .formatted(type.name(), id, type.fields().size() - 1),
          at);
    }
    Field field = type.fields().get(id);
    if (offset < FIXED_BYTES || offset + field.inline() > tableBytes) {
      throw new MalformedInputException(
          "%s.%s lies %d bytes into a table of %d"
              .formatted(type.name(), field.name(), offset, tableBytes),
          at);
    }
    int position = at + offset;
    Object value =
        switch (field.kind()) {
          case SCALAR ->
              new FlatBytes(
                      Arrays.copyOfRange(file, position, position + field.width()), field.width())
                  .number(0);
          case TEXT -> text(target(position));
          case SCALARS -> numbers(target(position), field.width(), field.alignment());
          case TABLE -> table(target(position), field.members().get(0));
          case TEXTS, TABLES -> vector(target(position), field);
          case UNION -> table(target(position), member(node, id, field, at));
        };
    node.set(id, value);
  }

  private static FlatType member(FlatNode node, int id, Field field, int at) {
    Object tag = node.value(id - 1);
    long number = tag == null ? 0 : (Long) tag;
    if (number < 1 || number > field.members().size()) {
      throw new MalformedInputException(
          "%s.%s is of the kind %d, and the schema has 1 to %d"
              .formatted(node.type().name(), field.name(), number, field.members().size()),
          at);
    }
    return field.members().get((int) number - 1);
  }

  private FlatBytes text(int at) {
    FlatBytes text = numbers(at, 1, 0);
    need("a text", at, FIXED_BYTES + text.count() + 1L);
    return text;
  }

  private FlatBytes numbers(int at, int width, int alignment) {
    Place place = new Place(at, List.of(width, alignment));
    Object known = read.get(place);
    if (known != null) {
      return (FlatBytes) known;
    }
    int bytes = elements(at, width) * width;
    int from = at + FIXED_BYTES;
    FlatBytes vector = new FlatBytes(Arrays.copyOfRange(file, from, from + bytes), width);
    read.put(place, vector);
    return vector;
  }

  private int elements(int at, int width) {
    long count = LittleEndian.getInt(file, at) & 0xFFFFFFFFL;
    need("a vector", at, FIXED_BYTES + count * width);
    charge(FIXED_BYTES + count * width, at);
    return (int) count;
  }

  private List<?> vector(int at, Field field) {
    Object key = field.members().isEmpty() ? field.kind() : field.members();
    Object known = read.get(new Place(at, key));
    if (known != null) {
      return (List<?>) known;
    }
    int count = elements(at, FIXED_BYTES);
    List<Object> all = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int target = target(at + FIXED_BYTES * (i + 1));
      all.add(field.members().isEmpty() ? text(target) : table(target, field.members().get(0)));
    }
    List<Object> vector = List.copyOf(all);
    read.put(new Place(at, key), vector);
    return vector;
  }
}
