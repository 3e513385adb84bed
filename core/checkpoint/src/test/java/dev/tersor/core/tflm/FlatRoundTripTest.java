package dev.tersor.core.tflm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.tflm.FlatType.Field;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FlatRoundTripTest {
  private static final FlatSchema SCHEMA = FlatSchema.TFLITE;

  /** A tree with every field of every table, each member of a union in one of the trees. */
  private static FlatNode full(FlatType type, Random random) {
    FlatNode node = new FlatNode(type);
    for (int id = 0; id < type.fields().size(); id++) {
      Field field = type.fields().get(id);
      switch (field.kind()) {
        case SCALAR -> node.set(id, random.nextLong() >>> (Long.SIZE - Byte.SIZE * field.width()));
        case TEXT -> node.set(id, FlatBytes.text(field.name() + random.nextInt(100)));
        case SCALARS -> {
          byte[] bytes = new byte[field.width() * random.nextInt(5)];
          random.nextBytes(bytes);
          node.set(id, new FlatBytes(bytes, field.width()));
        }
        case TEXTS -> node.set(id, List.of(FlatBytes.text("a"), FlatBytes.text("")));
        case TABLE -> node.set(id, full(field.members().get(0), random));
        case TABLES -> {
          List<FlatNode> nodes = new ArrayList<>();
          for (int i = random.nextInt(4); i >= 0; i--) {
            nodes.add(full(field.members().get(0), random));
          }
          node.set(id, nodes);
        }
        case UNION -> {
          int member = random.nextInt(field.members().size());
          node.set(id - 1, member + 1L);
          node.set(id, full(field.members().get(member), random));
        }
      }
    }
    return node;
  }

  @Test
  void everyFieldOfTheSchemaComesBack() {
    for (int seed = 0; seed < 40; seed++) {
      FlatNode model = full(SCHEMA.root(), new Random(seed));
      byte[] file = FlatWriter.write(model, "TFL3", 100);
      FlatNode read = FlatReader.read(file, SCHEMA).root();
      assertEquals(Optional.empty(), FlatComparison.difference(model, read));
      assertEquals(file.length, FlatReader.read(file, SCHEMA).end(), 4);
    }
  }

  @Test
  void aDifferenceIsToldByItsPath() {
    FlatNode a = FlatReader.read(SmallNetwork.file(), SCHEMA).root();
    FlatNode b = FlatReader.read(SmallNetwork.file(), SCHEMA).root();
    b.nodes("subgraphs").get(0).nodes("tensors").get(1).set("type", 3L);
    assertEquals(
        Optional.of("Model.subgraphs[0].tensors[1].type"), FlatComparison.difference(a, b));
  }

  @Test
  void dataLieAtMultiplesOf16() {
    byte[] data = "sixteen bytes at".repeat(3).getBytes(StandardCharsets.UTF_8);
    ModelBuilder model = new ModelBuilder();
    int buffer = model.buffer(data);
    byte[] file = model.file(model.tensor("x", ModelBuilder.INT8, buffer, null, 48), 0);
    String text = new String(file, StandardCharsets.ISO_8859_1);
    assertEquals(0, text.indexOf("sixteen bytes at") % 16);
  }

  @Test
  void anObjectThatIsThereTwiceIsWrittenOnce() {
    FlatNode quantization = ModelBuilder.quantization(0, new float[1000], 0);
    ModelBuilder model = new ModelBuilder();
    for (int i = 0; i < 100; i++) {
      model.tensor("x" + i, ModelBuilder.INT8, 0, quantization, 1000);
    }
    byte[] file = model.file(0, 1);
    assertTrue(file.length < 30_000, () -> file.length + " bytes");
    byte[] again = FlatWriter.write(FlatReader.read(file, SCHEMA).root(), "TFL3", 100);
    assertEquals(file.length, again.length, 64);
  }

  @Test
  void aFieldThatTheSchemaHasNotIsRefused() {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    builder.startTable(40);
    builder.addInt(39, 7, 0);
    builder.finish(builder.endTable(), "TFL3");
    MalformedInputException e =
        assertThrows(
            MalformedInputException.class, () -> TfliteGraph.read(builder.sizedByteArray()));
    assertTrue(e.getMessage().contains("Model has the field 39"), e.getMessage());
  }

  @Test
  void vectorsThatOverlapAreRefused() {
    // Tensors whose names all begin at another byte of one long text of texts.
    int tables = 2000;
    FlatBufferBuilder builder = new FlatBufferBuilder();
    int[] offsets = new int[tables];
    byte[] nested = new byte[8 * tables];
    for (int i = 0; i < tables; i++) {
      LittleEndian.putInt(nested, 4 * i, 4 * tables);
    }
    int text = builder.createString(ByteBuffer.wrap(nested));
    for (int i = 0; i < tables; i++) {
      builder.startTable(4);
      builder.addOffset(3, text - 4 * (i + 1), 0);
      offsets[i] = builder.endTable();
    }
    int tensors = builder.createVectorOfTables(offsets);
    builder.startTable(1);
    builder.addOffset(0, tensors, 0);
    int subgraph = builder.endTable();
    int subgraphs = builder.createVectorOfTables(new int[] {subgraph});
    builder.startTable(3);
    builder.addOffset(2, subgraphs, 0);
    builder.finish(builder.endTable(), "TFL3");
    MalformedInputException e =
        assertThrows(
            MalformedInputException.class, () -> TfliteGraph.read(builder.sizedByteArray()));
    assertTrue(e.getMessage().contains("overlap"), e.getMessage());
  }
}
