package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.CodedOutputStream;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.Checkpoints;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --bits file}: a network that is quantised already keeps its codes. */
class FileBitsTest {
  private static final int FLOAT = 1;
  private static final int INT8 = 3;
  private static final int ROWS = 24;
  private static final int COLUMNS = 50;

  @TempDir Path folder;

  /** Writes the fields of one message. */
  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] tensor(String name, int type, byte[] data, long... dims) {
    return message(
        out -> {
          for (long dim : dims) {
            out.writeInt64(1, dim);
          }
          out.writeInt32(2, type);
          out.writeString(8, name);
          out.writeByteArray(9, data);
        });
  }

  private static byte[] bytes(float... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer.array();
  }

  private static byte[] codes() {
    byte[] codes = new byte[ROWS * COLUMNS];
    Random random = new Random(5);
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) Math.max(-127, Math.min(127, Math.round(20 * random.nextGaussian())));
    }
    for (int row = 0; row < ROWS; row++) {
      codes[row * COLUMNS] = 127;
    }
    return codes;
  }

  private static float[] scales() {
    float[] scales = new float[ROWS];
    for (int row = 0; row < ROWS; row++) {
      scales[row] = 0.01f / (row + 3);
    }
    return scales;
  }

  private Path quantised() throws IOException {
    return quantised(codes(), scales());
  }

  /** Half the codes at twice the scale stand for the same weights, and are other cells. */
  @Test
  void theSameWeightsOfOtherCodesAreOtherCells() throws IOException {
    byte[] even = codes();
    byte[] half = new byte[even.length];
    for (int i = 0; i < even.length; i++) {
      half[i] = (byte) (even[i] >> 1);
      even[i] = (byte) (2 * half[i]);
    }
    float[] twice = scales();
    for (int row = 0; row < ROWS; row++) {
      twice[row] *= 2;
    }
    assertEquals(0, sweep(quantised(even, scales()), "--bits", "file").status);
    CommandLineRun run = sweep(quantised(half, twice), "--bits", "file");
    assertEquals(0, run.status, run::toString);
    assertTrue(run.out.contains("1 cells computed, 1 held before"), run::toString);
    assertTrue(run.err.contains("1 tensors are quantised in the file"), run::toString);
  }

  private Path quantised(byte[] codes, float[] scales) throws IOException {
    return quantised(codes, scales, 0);
  }

  /** A matrix of ONNX with inputs first has a scale a column: its outputs are swept as rows. */
  @Test
  void scalesOfColumnsAreThoseOfOutputs() throws IOException {
    float[] scales = Arrays.copyOf(scales(), COLUMNS);
    Arrays.fill(scales, ROWS, COLUMNS, 0.02f);
    CommandLineRun run = sweep(quantised(codes(), scales, 1), "--bits", "file");
    assertEquals(0, run.status, run::toString);
    String rows =
        ask(
            "SELECT concat_ws(',', tensor, shape, bits, codebook, verified, mse) AS row FROM cells"
                + " WHERE tensor = 'q'");
    assertTrue(rows.contains("q,50x24,8,file,true,0.0"), rows);
  }

  /** Four bits of GPTQ, groups of 32: the codes are those of the file. */
  @Test
  void codesOfGptqStayWhatTheyAre() throws IOException {
    int inputs = 64;
    int outputs = 16;
    Random random = new Random(2);
    ByteBuffer data = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < inputs / 8 * outputs; i++) {
      data.putInt(random.nextInt());
    }
    int zeros = data.position();
    for (int i = 0; i < 2 * outputs / 8; i++) {
      data.putInt(0x77777777);
    }
    int scales = data.position();
    for (int i = 0; i < 2 * outputs; i++) {
      data.putShort((short) (0x2400 + random.nextInt(256)));
    }
    String json =
        ("{\"m.qweight\":{\"dtype\":\"I32\",\"shape\":[8,16],\"data_offsets\":[0,%d]},"
                + "\"m.qzeros\":{\"dtype\":\"I32\",\"shape\":[2,2],\"data_offsets\":[%d,%d]},"
                + "\"m.scales\":{\"dtype\":\"F16\",\"shape\":[2,16],\"data_offsets\":[%d,%d]}}")
            .formatted(zeros, zeros, scales, scales, data.position());
    ByteBuffer file =
        ByteBuffer.allocate(8 + json.length() + data.position()).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(json.length()).put(json.getBytes(StandardCharsets.US_ASCII));
    file.put(data.array(), 0, data.position());
    Path gptq = Files.write(folder.resolve("model.safetensors"), file.array());
    Files.writeString(folder.resolve("config.json"), "{\"quantization_config\": {\"bits\": 4}}");
    CommandLineRun run = sweep(gptq, "--bits", "file");
    assertEquals(0, run.status, run::toString);
    String rows =
        ask(
            "SELECT concat_ws(',', tensor, shape, bits, codebook, verified, mse) AS row FROM cells");
    assertTrue(rows.contains("m.weight,16x64,4,file,true,0.0"), rows);
    Files.writeString(folder.resolve("config.json"), "{\"quantization_config\": {\"bits\": 8}}");
    CommandLineRun refused = sweep(gptq, "--bits", "file");
    assertEquals(2, refused.status, refused::toString);
    assertTrue(refused.err.contains("'m.qweight': has 4 bits"), refused::toString);
  }

  /** Sixteen levels of IQ4_NL are codes; points of a grid, as those of IQ2_XXS, are not. */
  @Test
  void blocksOfGgufAreCodesWhereTheirLevelsAreFixed() throws IOException {
    ByteBuffer gguf = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
    gguf.put("GGUF".getBytes(StandardCharsets.US_ASCII)).putInt(3).putLong(2).putLong(0);
    int[] types = {20, 16};
    long[] columns = {32, 256};
    long[] offsets = {0, 96};
    for (int i = 0; i < 2; i++) {
      gguf.putLong(1).put((byte) (i == 0 ? 'q' : 'w')).putInt(2);
      gguf.putLong(columns[i]).putLong(4).putInt(types[i]).putLong(offsets[i]);
    }
    int data = (gguf.position() + 31) / 32 * 32;
    Random random = new Random(3);
    byte[] codes = new byte[64];
    for (int block = 0; block < 4; block++) {
      random.nextBytes(codes);
      gguf.position(data + 18 * block).putShort((short) 0x2400).put(codes, 0, 16);
      gguf.position(data + 96 + 66 * block).putShort((short) 0x2400).put(codes);
    }
    Path file =
        Files.write(folder.resolve("m.gguf"), Arrays.copyOf(gguf.array(), data + 96 + 4 * 66));
    CommandLineRun run = sweep(file, "--bits", "file");
    assertEquals(0, run.status, run::toString);
    assertTrue(run.err.contains("1 tensors of IQ2_XXS are read as floats"), run::toString);
    String rows =
        ask("SELECT concat_ws(',', tensor, bits, codebook, verified, mse) AS row FROM cells");
    assertTrue(rows.contains("q,4,file,true,0.0"), rows);
    assertTrue(rows.contains("w,32,file,true,0.0"), rows);
  }

  private Path quantised(byte[] codes, float[] scales, int axis) throws IOException {
    byte[] node =
        message(
            out -> {
              for (String input : new String[] {"q", "s"}) {
                out.writeString(1, input);
              }
              out.writeString(2, "w");
              out.writeString(4, "DequantizeLinear");
              out.writeByteArray(
                  5,
                  message(
                      attribute -> {
                        attribute.writeString(1, "axis");
                        attribute.writeInt64(3, axis);
                        attribute.writeInt32(20, 2);
                      }));
            });
    byte[] model =
        message(
            out -> {
              out.writeInt64(1, 8);
              out.writeByteArray(
                  7,
                  message(
                      graph -> {
                        graph.writeByteArray(1, node);
                        graph.writeByteArray(5, tensor("q", INT8, codes, ROWS, COLUMNS));
                        graph.writeByteArray(5, tensor("s", FLOAT, bytes(scales), scales.length));
                        graph.writeByteArray(
                            5, tensor("f", FLOAT, bytes(Checkpoints.weights(64, 3)), 8, 8));
                      }));
            });
    return Files.write(folder.resolve("q.onnx"), model);
  }

  /** The same weights as floats, all multiples of the step of their row. */
  private Path floats() throws IOException {
    float[] weights = new float[ROWS * COLUMNS];
    byte[] codes = codes();
    for (int i = 0; i < weights.length; i++) {
      weights[i] = codes[i] * scales()[i / COLUMNS];
    }
    Path file = folder.resolve("f.safetensors");
    Checkpoints.write(file, Map.of("w", Shape.of(ROWS, COLUMNS)), Map.of("w", weights));
    return file;
  }

  private CommandLineRun sweep(Path file, String... more) {
    String[] options = {
      "--weights", "net=" + file, "--sparsities", "asis", "--encodings", "dense/rans"
    };
    String[] all = Arrays.copyOf(options, options.length + more.length);
    System.arraycopy(more, 0, all, options.length, more.length);
    return CommandLineRun.sweep(folder.resolve("out").toString(), all);
  }

  private String ask(String sql) {
    return CommandLineRun.query(folder.resolve("out").toString(), sql);
  }

  @Test
  void codesStayWhatTheyAreAndTheRestIsStoredWithoutLoss() throws IOException {
    CommandLineRun run = sweep(quantised(), "--bits", "file");
    assertEquals(0, run.status, run::toString);
    String rows =
        ask(
            "SELECT concat_ws(',', tensor, bits, setting, codebook, verified, mse) AS row"
                + " FROM cells ORDER BY tensor");
    assertTrue(rows.contains("f,32,file,file,true,0.0"), rows);
    assertTrue(rows.contains("q,8,file,file,true,0.0"), rows);
    assertEquals(0, sweep(floats(), "--bits", "8", "--codebooks", "uniform-channel").status);
    // Their codebooks take the same: the step of a row is its scale.
    assertEquals(
        1,
        CommandLineRun.number(
            folder.resolve("out").toString(),
            "SELECT count(DISTINCT total_bytes) FROM cells WHERE tensor IN ('q', 'w') AND bits = 8"));
  }

  @Test
  void aFileThatIsNotQuantisedIsSaidToBeNone() throws IOException {
    CommandLineRun run = sweep(floats(), "--bits", "file");
    assertEquals(2, run.status, run::toString);
    assertTrue(run.err.contains("bits: file: no tensor of net has integers"), run::toString);
  }
}
