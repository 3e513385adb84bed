package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.Fixtures.assertRuns;
import static dev.tersor.core.checkpoint.Fixtures.f32;
import static dev.tersor.core.checkpoint.Fixtures.open;
import static dev.tersor.core.checkpoint.Fixtures.ramp;
import static dev.tersor.core.checkpoint.Fixtures.readAll;
import static dev.tersor.core.checkpoint.Fixtures.u16;
import static dev.tersor.core.checkpoint.TorchBytes.NONE;
import static dev.tersor.core.checkpoint.TorchBytes.dict;
import static dev.tersor.core.checkpoint.TorchBytes.global;
import static dev.tersor.core.checkpoint.TorchBytes.list;
import static dev.tersor.core.checkpoint.TorchBytes.number;
import static dev.tersor.core.checkpoint.TorchBytes.oldStorage;
import static dev.tersor.core.checkpoint.TorchBytes.ordered;
import static dev.tersor.core.checkpoint.TorchBytes.parameter;
import static dev.tersor.core.checkpoint.TorchBytes.pickle;
import static dev.tersor.core.checkpoint.TorchBytes.quantised;
import static dev.tersor.core.checkpoint.TorchBytes.real;
import static dev.tersor.core.checkpoint.TorchBytes.storage;
import static dev.tersor.core.checkpoint.TorchBytes.tensor;
import static dev.tersor.core.checkpoint.TorchBytes.text;
import static dev.tersor.core.checkpoint.TorchBytes.tuple;
import static dev.tersor.core.checkpoint.TorchBytes.typed;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.checkpoint.TorchBytes.Stored;
import dev.tersor.core.tensor.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TorchTest {
  private static final Stored TWELVE = new Stored("0", 12, f32(ramp(12)));

  private static long[] longs(long... values) {
    return values;
  }

  private static List<String> names(byte[] file) throws IOException {
    return open(file).tensors().stream().map(StoredTensor::name).toList();
  }

  /** One tensor over a storage, in both forms of file and compressed. */
  private static List<byte[]> forms(String body, Stored storage) throws IOException {
    return List.of(
        TorchBytes.zip(body, storage),
        TorchBytes.zip(true, null, pickle(body), storage),
        TorchBytes.old(pickle(body), storage));
  }

  @Test
  void everyFormGivesTheSame() throws IOException {
    String all =
        dict(
            text("epoch"),
            number(300),
            text("best"),
            real(91.78),
            text("args"),
            list(text("--lr"), real(0.1), NONE),
            text("state_dict"),
            ordered(
                text("fc.weight"),
                parameter(tensor(storage("FloatStorage", "0", 12), 0, longs(3, 4), longs(4, 1))),
                text("fc.bias"),
                tensor(storage("FloatStorage", "0", 12), 2, longs(3), longs(1))));
    for (byte[] file : forms(all, TWELVE)) {
      Checkpoint checkpoint = open(file);
      assertEquals(Checkpoint.Format.TORCH, checkpoint.format());
      assertEquals(List.of("fc.weight", "fc.bias"), names(file));
      StoredTensor weight = checkpoint.tensors().get(0);
      assertEquals(Shape.of(3, 4), weight.shape());
      assertEquals("float32", weight.dtypeName());
      assertTrue(weight.isWeights());
      assertArrayEquals(ramp(12), readAll(file, "fc.weight"));
      assertArrayEquals(new float[] {2, 3, 4}, readAll(file, "fc.bias"));
    }
  }

  @Test
  void viewsOfOneStorage() throws IOException {
    String one = storage("FloatStorage", "0", 12);
    String views =
        dict(
            text("whole"),
            tensor(one, 0, longs(3, 4), longs(4, 1)),
            text("tied"),
            tensor(one, 0, longs(3, 4), longs(4, 1)),
            text("transposed"),
            tensor(one, 0, longs(4, 3), longs(1, 4)),
            text("turned"),
            tensor(one, 0, longs(2, 2, 3), longs(1, 6, 2)),
            text("slice"),
            tensor(one, 1, longs(3, 2), longs(4, 2)),
            text("expanded"),
            tensor(one, 4, longs(2, 3, 2), longs(0, 1, 0)),
            text("scalar"),
            tensor(one, 7, longs(), longs()),
            text("empty"),
            tensor(one, 99, longs(0, 4), longs(4, 1)));
    for (byte[] file : forms(views, TWELVE)) {
      BytesSource source = new BytesSource("dir/file", file);
      Checkpoint checkpoint = Checkpoint.open(source);
      for (Object[] wanted :
          new Object[][] {
            {"whole", ramp(12)},
            {"tied", ramp(12)},
            {"transposed", new float[] {0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11}},
            {"turned", new float[] {0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11}},
            {"slice", new float[] {1, 3, 5, 7, 9, 11}},
            {"expanded", new float[] {4, 4, 5, 5, 6, 6, 4, 4, 5, 5, 6, 6}},
            {"scalar", new float[] {7}},
            {"empty", new float[0]}
          }) {
        StoredTensor tensor = checkpoint.find((String) wanted[0]).orElseThrow();
        assertRuns(tensor, source, (float[]) wanted[1]);
      }
    }
  }

  @Test
  void namesAreTheWayToATensor() throws IOException {
    String t = tensor(storage("FloatStorage", "0", 12), 0, longs(2), longs(1));
    assertEquals(List.of("tensor"), names(TorchBytes.zip(t, TWELVE)));
    assertEquals(List.of("w"), names(TorchBytes.zip(dict(text("w"), t), TWELVE)));
    assertEquals(List.of("0", "1"), names(TorchBytes.zip(list(t, t), TWELVE)));
    assertEquals(
        List.of("m.a", "m.b.1", "o.0.x"),
        names(
            TorchBytes.zip(
                dict(
                    text("m"),
                    dict(text("a"), t, text("b"), tuple(NONE, t)),
                    text("o"),
                    dict(number(0), ordered(text("x"), t))),
                TWELVE)));
    assertEquals(
        List.of("é.w"),
        names(
            TorchBytes.zip(
                dict(text("checkpoint"), dict(text("model"), dict(text("é.w"), t))), TWELVE)));
  }

  @Test
  void wrappersOfAllNamesAreNotInTheAlias() throws IOException {
    String t = tensor(storage("FloatStorage", "0", 12), 0, longs(2), longs(1));
    Checkpoint all =
        open(TorchBytes.zip(ordered(text("module.a"), t, text("module.b"), t), TWELVE));
    assertEquals("module.a", all.tensors().get(0).name());
    assertEquals("a", all.tensors().get(0).alias());
    assertEquals("module.b", all.find("b").orElseThrow().name());
    Checkpoint some = open(TorchBytes.zip(dict(text("module.a"), t, text("b"), t), TWELVE));
    assertEquals("module.a", some.tensors().get(0).alias());
  }

  /** Instructions of other protocols than the one that torch.save writes. */
  @Test
  void allThatPicklesAreWrittenWith() throws IOException {
    String storage =
        tuple(
                "\u008c\u0007storage",
                "\u008c\u0005torch\u008c\u000cFloatStorage\u0093",
                "\u008c\u00010",
                "\u008c\u0003cpu",
                number(12))
            + "Q";
    String t =
        "\u008c\u000ctorch._utils\u0094\u008c\u0012_rebuild_tensor_v2\u0094\u0093\u0094("
            + storage
            + "K\u0000K\u0003\u0085\u0094K\u0001\u0085\u0094\u0089}\u0094tR\u0094";
    String others =
        list(
            "I01\nI12\nL12L\nF1.5\nS'x'\nVx\nU\u0001xT\u0001\u0000\u0000\u0000x",
            "\u008d\u0001\u0000\u0000\u0000\u0000\u0000\u0000\u0000x",
            "B\u0001\u0000\u0000\u0000xC\u0001x",
            "\u008e\u0001\u0000\u0000\u0000\u0000\u0000\u0000\u0000x",
            "\u0096\u0001\u0000\u0000\u0000\u0000\u0000\u0000\u0000x",
            "\u008b\u0002\u0000\u0000\u0000\u0000\u0001\u008a\u0000",
            "\u008f\u0094(K\u0001\u0090(K\u0001\u0091(K\u0001l(K\u0001K\u0002d",
            "NN\u0086NNN\u0087N20(K\u000710",
            "Np5\n0g5\nNq\u00060h\u0006Nr\u0007\u0000\u0000\u00000j\u0007\u0000\u0000\u0000",
            global("__builtin__", "set") + "(" + list("K\u0001") + "tR",
            global("builtins", "frozenset") + ")R",
            global("_codecs", "encode") + tuple(text("ab"), text("latin1")) + "R",
            global("builtins", "bytearray") + ")R",
            global("torch", "Size") + "(" + tuple(3, 4) + "tR",
            global("torch", "device") + tuple(text("cpu")) + "R",
            global("torch", "bfloat16"),
            global("collections", "Counter") + tuple(dict(text("a"), number(1))) + "R",
            global("collections", "OrderedDict") + tuple(list(list(text("a"), NONE))) + "R",
            "]Na");
    String body =
        "\u0095\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000}\u0094(\u008c\u0001w\u0094"
            + t
            + text("more")
            + others
            + "u";
    byte[] pickle = pickle(body);
    pickle[1] = 5;
    byte[] file = TorchBytes.zip(false, "little", pickle, TWELVE);
    assertEquals(List.of("w"), names(file));
    assertArrayEquals(ramp(3), readAll(file, "w"));
  }

  @Test
  void types() throws IOException {
    Object[][] cases = {
      {"DoubleStorage", 8, "float64", true},
      {"HalfStorage", 2, "float16", true},
      {"BFloat16Storage", 2, "bfloat16", true},
      {"LongStorage", 8, "int64", false},
      {"IntStorage", 4, "int32", false},
      {"ShortStorage", 2, "int16", false},
      {"CharStorage", 1, "int8", false},
      {"ByteStorage", 1, "uint8", false},
      {"BoolStorage", 1, "bool", false},
    };
    for (Object[] one : cases) {
      int width = (int) one[1];
      String body = tensor(storage((String) one[0], "k", 2), 0, longs(2), longs(1));
      Stored stored = new Stored("k", 2, new byte[2 * width]);
      for (byte[] file : forms(body, stored)) {
        StoredTensor tensor = open(file).tensors().get(0);
        assertEquals(one[2], tensor.dtypeName());
        assertEquals(one[3], tensor.isWeights());
        assertEquals(2, readAll(file, "tensor").length);
      }
    }
    for (String dtype : List.of("float8_e4m3fn", "float8_e5m2", "float8_e8m0fnu", "uint16")) {
      String body = typed(storage("UntypedStorage", "k", 4), longs(2), longs(1), dtype);
      if (!dtype.equals("uint16")) {
        body = typed(storage("UntypedStorage", "k", 4), longs(4), longs(1), dtype);
      }
      byte[] file = TorchBytes.zip(body, new Stored("k", 4, new byte[4]));
      assertEquals(dtype, open(file).tensors().get(0).dtypeName());
    }
    StoredTensor complex =
        open(TorchBytes.zip(
                tensor(storage("ComplexFloatStorage", "k", 1), 0, longs(1), longs(1)),
                new Stored("k", 1, new byte[8])))
            .tensors()
            .get(0);
    assertEquals("complex64", complex.dtypeName());
    assertFalse(complex.isWeights());
    assertFalse(complex.holdsNoWeights());
  }

  @Test
  void eitherByteOrder() throws IOException {
    String body = tensor(storage("ShortStorage", "k", 2), 0, longs(2), longs(1));
    Stored stored = new Stored("k", 2, u16(0x0100, 0x0302));
    assertArrayEquals(new float[] {256, 770}, readAll(TorchBytes.zip(body, stored), "tensor"));
    byte[] big = TorchBytes.zip(false, "big", pickle(body), stored);
    assertArrayEquals(new float[] {1, 515}, readAll(big, "tensor"));
  }

  @Test
  void theOldFormHasViewsOfStorages() throws IOException {
    String view = oldStorage("FloatStorage", "0", 12, tuple(text("v"), number(4), number(5)));
    String body = tensor(view, 1, longs(2, 2), longs(1, 2));
    byte[] file = TorchBytes.old(pickle(body), TWELVE);
    assertArrayEquals(new float[] {5, 7, 6, 8}, readAll(file, "tensor"));
  }

  @Test
  void integersWithScalesStandForNumbers() throws IOException {
    Stored codes = new Stored("q", 6, new byte[] {0, 1, 2, -1, -2, 127});
    String one = global("torch", "per_tensor_affine");
    for (long zero : new long[] {0, 3, 300, -2}) {
      String body =
          quantised(
              storage("QInt8Storage", "q", 6),
              longs(2, 3),
              longs(3, 1),
              tuple(one, real(0.5), number(zero)));
      for (byte[] file : forms(body, codes)) {
        StoredTensor tensor = open(file).tensors().get(0);
        assertTrue(tensor.isWeights());
        assertEquals(zero == 0, tensor.quantisation().zeros() == null);
        float[] wanted = {0, 1, 2, -1, -2, 127};
        for (int i = 0; i < wanted.length; i++) {
          wanted[i] = (wanted[i] - zero) * 0.5f;
        }
        assertArrayEquals(wanted, readAll(file, "tensor"));
      }
    }
    String perRow =
        tuple(
            global("torch", "per_channel_affine"),
            tensor(storage("DoubleStorage", "s", 2), 0, longs(2), longs(1)),
            tensor(storage("LongStorage", "z", 2), 0, longs(2), longs(1)),
            number(0));
    byte[] scales = Fixtures.concat(doubles(0.5), doubles(2));
    byte[] zeros = Fixtures.concat(Fixtures.u64(0), Fixtures.u64(1));
    byte[] file =
        TorchBytes.zip(
            quantised(storage("QUInt8Storage", "q", 6), longs(2, 3), longs(3, 1), perRow),
            new Stored("q", 6, new byte[] {0, 1, 2, 3, 4, 5}),
            new Stored("s", 2, scales),
            new Stored("z", 2, zeros));
    assertArrayEquals(new float[] {0, .5f, 1, 4, 6, 8}, readAll(file, "tensor"));
    assertNull(open(TorchBytes.zip(dict(), TWELVE)).find("tensor").orElse(null));
  }

  private static byte[] doubles(double value) {
    return Fixtures.u64(Double.doubleToRawLongBits(value));
  }

  @Test
  void shardsByTheirIndex() throws IOException {
    String t = tensor(storage("FloatStorage", "0", 12), 3, longs(2), longs(1));
    String index = "{\"weight_map\": {\"a\": \"m-1.bin\", \"b\": \"m-2.bin\"}}";
    BytesSource source =
        new BytesSource(
            "m.bin.index.json",
            index.getBytes(StandardCharsets.UTF_8),
            index.length(),
            Map.of(
                "m-1.bin",
                TorchBytes.zip(dict(text("a"), t), TWELVE),
                "m-2.bin",
                TorchBytes.old(pickle(dict(text("b"), t)), TWELVE)));
    Checkpoint checkpoint = Checkpoint.open(source);
    assertEquals(List.of("a", "b"), checkpoint.tensors().stream().map(StoredTensor::name).toList());
    for (StoredTensor tensor : checkpoint.tensors()) {
      ByteSource shard = source.sibling(tensor.extent().file());
      assertArrayEquals(new float[] {3, 4}, Checkpoint.read(tensor, shard, 0, 2));
    }
  }

  /** Storages between which other members lie, as alignment makes them. */
  @Test
  void onlyTheTensorsBytesAreRead() throws IOException {
    byte[] large = new byte[1 << 20];
    String body =
        dict(
            text("a"),
            tensor(storage("ByteStorage", "a", large.length), 0, longs(1 << 20), longs(1)),
            text("b"),
            tensor(storage("FloatStorage", "0", 12), 0, longs(12), longs(1)));
    byte[] file = TorchBytes.zip(body, new Stored("a", large.length, large), TWELVE);
    BytesSource source = new BytesSource("dir/file", file);
    StoredTensor b = Checkpoint.open(source).find("b").orElseThrow();
    assertArrayEquals(ramp(12), Checkpoint.read(b, source, 0, 12));
    // Both directories may end with a comment of 64 KiB, for which each of two readers looks.
    assertTrue(source.bytesRead() < 200_000, source.bytesRead() + " bytes");
  }
}
