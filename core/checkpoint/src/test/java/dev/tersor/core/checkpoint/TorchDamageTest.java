package dev.tersor.core.checkpoint;

import static dev.tersor.core.checkpoint.Fixtures.assertMalformed;
import static dev.tersor.core.checkpoint.Fixtures.f32;
import static dev.tersor.core.checkpoint.Fixtures.ramp;
import static dev.tersor.core.checkpoint.TorchBytes.NONE;
import static dev.tersor.core.checkpoint.TorchBytes.dict;
import static dev.tersor.core.checkpoint.TorchBytes.global;
import static dev.tersor.core.checkpoint.TorchBytes.list;
import static dev.tersor.core.checkpoint.TorchBytes.number;
import static dev.tersor.core.checkpoint.TorchBytes.oldStorage;
import static dev.tersor.core.checkpoint.TorchBytes.pickle;
import static dev.tersor.core.checkpoint.TorchBytes.quantised;
import static dev.tersor.core.checkpoint.TorchBytes.real;
import static dev.tersor.core.checkpoint.TorchBytes.storage;
import static dev.tersor.core.checkpoint.TorchBytes.tensor;
import static dev.tersor.core.checkpoint.TorchBytes.text;
import static dev.tersor.core.checkpoint.TorchBytes.tuple;
import static dev.tersor.core.checkpoint.TorchBytes.typed;

import dev.tersor.core.Mutations;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.TorchBytes.Stored;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pickles that import, storages that lie, and other files that no one should open. */
class TorchDamageTest {
  private static final Stored FOUR = new Stored("0", 4, f32(ramp(4)));

  private static long[] longs(long... values) {
    return values;
  }

  private static void assertRefused(String body, String... parts) throws IOException {
    assertMalformed(TorchBytes.zip(body, FOUR), parts);
    assertMalformed(TorchBytes.old(pickle(body), FOUR), parts);
  }

  private static String view(long offset, long[] dims, long[] strides) {
    return tensor(storage("FloatStorage", "0", 4), offset, dims, strides);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "os.system",
        "posix.system",
        "builtins.eval",
        "__builtin__.exec",
        "builtins.getattr",
        "subprocess.Popen",
        "torch.storage._load_from_bytes",
        "torch._utils._rebuild_sparse_tensor",
        "torch.nn.modules.linear.Linear",
        "numpy.core.multiarray._reconstruct",
        "argparse.Namespace",
        "__torch__.Net"
      })
  void whatPicklesImportIsNamedAndNotRun(String global) throws IOException {
    String module = global.substring(0, global.lastIndexOf('.'));
    String name = global.substring(global.lastIndexOf('.') + 1);
    String arguments = tuple(text("touch /tmp/owned"));
    String[] parts = {"asks for " + global, "nothing of a file is run"};
    assertRefused(global(module, name) + arguments + "R", parts);
    assertRefused(text(module) + text(name) + "\u0093" + arguments + "R", parts);
    assertRefused("(" + text("ls") + "i" + module + "\n" + name + "\n", parts);
    // Also where nothing is made of it.
    assertRefused(dict(text("w"), view(0, longs(4), longs(1)), text("x"), global(module, name)));
  }

  @Test
  void instructionsThatMakeObjectsOrReadElsewhereAreRefused() throws IOException {
    assertRefused("(" + global("collections", "OrderedDict") + "o", "0x6f");
    assertRefused(global("collections", "OrderedDict") + ")}\u0092", "0x92");
    assertRefused("\u0082\u0001", "0x82");
    assertRefused("\u0097", "0x97");
    assertRefused("P0\n", "0x50");
    assertRefused(global("torch", "float32") + ")R", "calls type");
    assertRefused(global("torch", "per_tensor_affine") + ")R", "per_tensor_affine");
    assertRefused("NNb", "sets attributes of none");
    assertRefused("NQ", "persistent id");
    assertRefused("S'\\x41'\n", "escaped");
  }

  @Test
  void viewsOutsideTheirStorageAreRefused() throws IOException {
    assertRefused(view(0, longs(5), longs(1)), "'tensor'", "not within its storage of 4");
    assertRefused(view(1, longs(4), longs(1)), "not within");
    assertRefused(view(0, longs(2, 2), longs(3, 1)), "not within");
    assertRefused(view(4, longs(1), longs(1)), "not within");
    assertRefused(view(0, longs(1L << 40, 2), longs(1L << 40, 1L << 40)), "not within");
    assertRefused(view(1L << 61, longs(2), longs(1L << 61)), "not within");
    assertRefused(view(0, longs(1L << 40, 1L << 40), longs(0, 0)), "more than 2^63 elements");
    assertRefused(view(0, longs(1L << 30), longs(0)), "at most 16777216 of repeated ones");
    assertRefused(view(0, longs(2, 2), longs(1)), "2 dimensions with 1 strides");
    assertRefused(view(0, longs(2), longs(-1)), "-1 elements");
    assertRefused(view(-1, longs(2), longs(1)), "-1 elements");
    long[] many = new long[65];
    Arrays.fill(many, 1);
    assertRefused(view(0, many, many), "65 dimensions");
    String part = oldStorage("FloatStorage", "0", 4, tuple(text("v"), number(2), number(3)));
    assertMalformed(
        TorchBytes.old(pickle(tensor(part, 0, longs(1), longs(1))), FOUR), "elements 2 to 5");
  }

  @Test
  void storagesThatLieAreRefused() throws IOException {
    String w = view(0, longs(4), longs(1));
    assertMalformed(TorchBytes.zip(w), "storage '0' is not in the file");
    assertMalformed(
        TorchBytes.zip(w, new Stored("0", 4, new byte[12])), "4 float32 elements has 12 bytes");
    assertMalformed(TorchBytes.zip(w, new Stored("0", 4, new byte[17])), "has 17 bytes");
    assertMalformed(TorchBytes.old(pickle(w)), "not in the file");
    assertMalformed(TorchBytes.old(pickle(w), new Stored("0", 5, f32(ramp(5)))), "it has 5");
    assertMalformed(TorchBytes.old(pickle(w), new Stored("0", -4, f32(ramp(4)))), "it has -4");
    assertMalformed(TorchBytes.old(pickle(w), new Stored("0", 4, new byte[15])), "in 15 bytes");
    assertMalformed(TorchBytes.old(pickle(w), FOUR, FOUR), "there twice");
    assertMalformed(TorchBytes.old(pickle(w), new Stored("x", 4, f32(ramp(4)))), "no tensor");
    String huge = tensor(storage("FloatStorage", "0", 1L << 60), 0, longs(1L << 60), longs(1));
    assertMalformed(TorchBytes.zip(huge, FOUR), "has 16 bytes");
    assertMalformed(
        TorchBytes.old(pickle(huge), new Stored("0", 1L << 60, new byte[16])), "in 16 bytes");
    assertRefused(typed(storage("FloatStorage", "0", 4), longs(4), longs(1), "uint16"), "float32");
    assertMalformed(
        TorchBytes.zip(
            typed(storage("UntypedStorage", "0", 15), longs(4), longs(1), "uint16"),
            new Stored("0", 15, new byte[15])),
        "15 untyped elements");
  }

  @Test
  void zipFilesThatLieAreRefused() throws IOException {
    byte[] pickle = pickle(view(0, longs(4), longs(1)));
    assertMalformed(Fixtures.zip(false, "a/data.pkl", pickle, "b/data.pkl", pickle), "2 pickles");
    assertMalformed(TorchBytes.zip(false, "middle", pickle, FOUR), "byte order");
    // A bomb: bytes that say they are more than they can be.
    byte[] file = TorchBytes.zip(true, null, pickle, new Stored("0", 4, new byte[1 << 20]));
    int record = find(file, "net/data/0".getBytes(StandardCharsets.US_ASCII)) - 46;
    byte[] bomb = file.clone();
    bomb[record + 27] = 0x7F;
    assertMalformed(bomb, "cannot hold");
    assertMalformed(file, "has 1048576 bytes");
    String overlapping = tensor(storage("FloatStorage", "0", 4), 0, longs(3, 2), longs(1, 1));
    assertMalformed(
        TorchBytes.zip(true, null, pickle(overlapping), FOUR), "overlapping", "compressed");
  }

  /** The last place: that of the directory. */
  private static int find(byte[] bytes, byte[] wanted) {
    for (int at = bytes.length - wanted.length; at >= 0; at--) {
      if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
        return at;
      }
    }
    throw new AssertionError("not there");
  }

  @Test
  void countsThatLieAreRefused() throws IOException {
    assertRefused("X\u00ff\u00ff\u00ff\u007fab", "bytes are wanted");
    assertRefused("\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff", "bytes are wanted");
    assertRefused("\u008b\u00ff\u00ff\u00ff\u007f", "integer of 2147483647 bytes");
    assertRefused("I" + "9".repeat(2000) + "\n", "a number that is none");
    assertRefused("L" + "9".repeat(70_000) + "\n", "a line of more than 65536 bytes");
    assertRefused("g" + "9".repeat(20) + "\n", "an index that is no number");
    assertRefused("h\u0007", "nothing is remembered as 7");
    assertRefused("t", "without its mark");
    assertRefused("(0R", "without its value");
    assertRefused("K", "");
    assertRefused(dict(text("w")), "puts 1 values");
    assertRefused("]" + text("x") + NONE + "s", "puts 2 values into items");
    assertRefused("}Na", "appends to dict");
  }

  @Test
  void whatGrowsIsBounded() throws IOException {
    // A dict that holds itself.
    assertRefused("}q\u0000" + text("x") + "h\u0000s", "deeper than 64");
    // Twice the one before, sixty times.
    StringBuilder doubling = new StringBuilder(list() + "q\u0000");
    for (int i = 0; i < 60; i++) {
      doubling.append("0](h\u0000h\u0000eq\u0000");
    }
    assertRefused(doubling.toString(), "more than 268435456 bytes");
    // A tensor in ten places of what is in ten places, and so on.
    StringBuilder places = new StringBuilder(view(0, longs(4), longs(1)) + "q\u0000");
    for (int i = 0; i < 5; i++) {
      String[] ten = new String[20];
      for (int key = 0; key < 10; key++) {
        ten[2 * key] = text("k" + key);
        ten[2 * key + 1] = "h\u0000";
      }
      places.append('0').append(dict(ten)).append("q\u0000");
    }
    assertRefused(places.toString(), "in many places");
    // A list that is put into sets again and again.
    StringBuilder sets = new StringBuilder(list("K\u0001".repeat(100_000)) + "q\u0000");
    for (int i = 0; i < 60; i++) {
      sets.append(global("builtins", "set")).append("h\u0000\u0085R0");
    }
    assertRefused(sets.toString(), "more than 268435456 bytes");
    assertRefused("K\u0001".repeat((1 << 20) + 1), "values on its stack");
    assertRefused("(".repeat((1 << 20) + 1), "marks");
  }

  @Test
  void namesThatMeanNothingAreRefused() throws IOException {
    String w = view(0, longs(4), longs(1));
    assertRefused(dict(NONE, w), "a key that is no text");
    assertRefused(dict(text("a"), dict(text("b"), w), text("a.b"), w), "'a.b'", "named twice");
    assertRefused(dict(text("__metadata__"), w), "keeps for itself");
    String flagged =
        global("torch._utils", "_rebuild_tensor_v2")
            + tuple(
                storage("FloatStorage", "0", 4),
                number(0),
                tuple(4),
                tuple(1),
                NONE,
                NONE,
                dict(text("neg"), "\u0088"))
            + "R";
    assertRefused(flagged, "conjugated or negated");
  }

  @Test
  void scalesThatAreNoneAreRefused() throws IOException {
    Stored codes = new Stored("0", 4, new byte[4]);
    String stored = storage("QInt8Storage", "0", 4);
    String affine = global("torch", "per_tensor_affine");
    for (double scale : new double[] {0, Double.NaN, -1, Double.POSITIVE_INFINITY}) {
      String body = quantised(stored, longs(4), longs(1), tuple(affine, real(scale), number(0)));
      assertMalformed(TorchBytes.zip(body, codes), "a scale of " + scale);
    }
    String far = tuple(affine, real(1), number(1L << 40));
    assertMalformed(
        TorchBytes.zip(quantised(stored, longs(4), longs(1), far), codes), "zero point");
    String channels =
        tuple(
            global("torch", "per_channel_affine"),
            tensor(storage("DoubleStorage", "s", 2), 0, longs(2), longs(1)),
            tensor(storage("LongStorage", "s", 2), 0, longs(2), longs(1)),
            number(0));
    Stored scales = new Stored("s", 2, new byte[16]);
    assertMalformed(
        TorchBytes.zip(quantised(stored, longs(4), longs(1), channels), codes, scales),
        "scales of shape 2");
    assertRefused(
        quantised(
            storage("FloatStorage", "0", 4), longs(4), longs(1), tuple(affine, real(1), number(0))),
        "a quantised tensor of float32");
    String floats = tuple(global("torch", "per_channel_affine_float_qparams"), NONE, NONE, NONE);
    assertMalformed(
        TorchBytes.zip(quantised(stored, longs(4), longs(1), floats), codes),
        "asks for torch.per_channel_affine_float_qparams");
  }

  @Test
  void otherPicklesAreNotTorch() {
    byte[] bare = pickle(dict(text("w"), number(1)));
    assertMalformed(bare, "a pickle that torch.save did not write");
    byte[] magicAlone = Arrays.copyOf(TorchBytes.old(bare), 15);
    assertMalformed(magicAlone, "ends early");
  }

  /** The zip around a damaged pickle is whole, so that the damage comes through. */
  @Test
  void damagedPickles() {
    byte[] pickle =
        pickle(
            dict(
                text("w"),
                view(0, longs(2, 2), longs(1, 2)),
                text("v"),
                TorchBytes.parameter(view(1, longs(3), longs(1))),
                text("q"),
                quantised(
                    storage("QInt8Storage", "q", 4),
                    longs(2, 2),
                    longs(2, 1),
                    tuple(global("torch", "per_tensor_affine"), real(2), number(1))),
                text("more"),
                list(real(1), NONE, tuple(number(7), number(70_000)))));
    Mutations.run(
        "pickle",
        Mutations.third() / 8,
        seed -> Mutations.damage(pickle, new Random(seed)),
        seed -> {
          byte[] damaged = Mutations.damage(pickle, new Random(seed));
          Stored codes = new Stored("q", 4, new byte[] {1, 2, 3, 4});
          for (byte[] file :
              new byte[][] {
                TorchBytes.zip((seed & 1) == 0, "little", damaged, FOUR, codes),
                TorchBytes.old(damaged, FOUR, codes)
              }) {
            try {
              CheckpointFuzzTest.openAndRead(new BytesSource("fuzzed", file));
            } catch (MalformedInputException e) {
              // As it should be.
            }
          }
        });
  }
}
