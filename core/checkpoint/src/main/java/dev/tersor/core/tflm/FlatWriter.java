package dev.tersor.core.tflm;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.tersor.core.tflm.FlatType.Field;
import dev.tersor.core.tflm.FlatType.Kind;
import java.nio.ByteBuffer;
import java.util.IdentityHashMap;
import java.util.List;

/** Writes a tree of tables as a flatbuffer; an object that is in it twice is written once. */
final class FlatWriter {
  private static final int[] WIDTHS = {8, 4, 2, 1};

  private final FlatBufferBuilder builder;
  private final IdentityHashMap<Object, Integer> done = new IdentityHashMap<>();

  private FlatWriter(int bytes) {
    builder = new FlatBufferBuilder(bytes);
    builder.forceDefaults(true);
  }

  /**
   * @param identifier of the file, four characters
   * @param bytes about so many it takes
   */
  static byte[] write(FlatNode root, String identifier, int bytes) {
    FlatWriter writer = new FlatWriter(Math.max(1024, bytes));
    writer.builder.finish(writer.table(root), identifier);
    return writer.builder.sizedByteArray();
  }

  private int table(FlatNode node) {
    Integer known = done.get(node);
    if (known != null) {
      return known;
    }
    List<Field> fields = node.type().fields();
    int[] parts = new int[fields.size()];
    for (int id = 0; id < parts.length; id++) {
      Object value = node.value(id);
      if (value != null && fields.get(id).kind() != Kind.SCALAR) {
        parts[id] = part(value, fields.get(id));
      }
    }
    builder.startTable(parts.length);
    // Wide ones first, so that nothing lies between them.
    for (int width : WIDTHS) {
      for (int id = 0; id < parts.length; id++) {
        Object value = node.value(id);
        if (value != null && fields.get(id).inline() == width) {
          field(id, fields.get(id), value, parts[id]);
        }
      }
    }
    int at = builder.endTable();
    done.put(node, at);
    return at;
  }

  private void field(int id, Field field, Object value, int part) {
    if (field.kind() != Kind.SCALAR) {
      builder.addOffset(id, part, 0);
      return;
    }
    long number = (Long) value;
    switch (field.width()) {
      case 1 -> builder.addByte(id, (byte) number, 0);
      case 2 -> builder.addShort(id, (short) number, 0);
      case 4 -> builder.addInt(id, (int) number, 0);
      default -> builder.addLong(id, number, 0);
    }
  }

  private int part(Object value, Field field) {
    if (value instanceof FlatNode node) {
      return table(node);
    }
    Integer known = done.get(value);
    if (known != null) {
      return known;
    }
    int at;
    if (value instanceof FlatBytes bytes) {
      at = bytes(bytes, field);
    } else {
      List<?> all = (List<?>) value;
      int[] offsets = new int[all.size()];
      for (int i = 0; i < offsets.length; i++) {
        offsets[i] =
            all.get(i) instanceof FlatNode node
                ? table(node)
                : bytes((FlatBytes) all.get(i), field);
      }
      at = builder.createVectorOfTables(offsets);
    }
    done.put(value, at);
    return at;
  }

  private int bytes(FlatBytes bytes, Field field) {
    if (field.kind() == Kind.TEXT || field.kind() == Kind.TEXTS) {
      return builder.createString(ByteBuffer.wrap(bytes.bytes()));
    }
    builder
        .createUnintializedVector(bytes.width(), bytes.count(), field.alignment())
        .put(bytes.bytes());
    return builder.endVector();
  }
}
