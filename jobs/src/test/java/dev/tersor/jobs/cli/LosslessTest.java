package dev.tersor.jobs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.Half;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.FileSource;
import dev.tersor.core.checkpoint.StoredTensor;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.tensor.FloatFormat;
import dev.tersor.jobs.Checkpoints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights that are not quantised, and selections by FPr, end to end. */
class LosslessTest {
  private static final int ROWS = 40;
  private static final int COLUMNS = 250;

  @TempDir Path folder;

  private String out() {
    return folder.resolve("out").toString();
  }

  private long number(String sql) {
    return CommandLineRun.number(out(), sql);
  }

  /** A checkpoint of one matrix of each format; what was negative is zero, one is -0.0. */
  private static Map<String, int[]> write(Path file) throws IOException {
    Map<String, int[]> tensors = new TreeMap<>();
    StringBuilder header = new StringBuilder("{");
    int at = 0;
    Map<FloatFormat, String> names =
        Map.of(FloatFormat.FP32, "F32", FloatFormat.FP16, "F16", FloatFormat.BF16, "BF16");
    ByteBuffer data = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    for (FloatFormat format : FloatFormat.values()) {
      float[] weights = Checkpoints.weights(ROWS * COLUMNS, format.mantissaBits());
      int[] bits = new int[weights.length];
      for (int i = 0; i < bits.length; i++) {
        if (weights[i] < 0.0001f) {
          continue;
        }
        int raw = Float.floatToRawIntBits(weights[i]);
        bits[i] =
            switch (format) {
              case FP32 -> raw;
              case FP16 -> Half.fromFloat(weights[i]) & 0xFFFF;
              case BF16 -> raw >>> 16;
            };
      }
      bits[7] = 1 << (format.bits() - 1);
      bits[9] = 3; // subnormal
      for (int number : bits) {
        if (format == FloatFormat.FP32) {
          data.putInt(number);
        } else {
          data.putShort((short) number);
        }
      }
      header.append(at == 0 ? "" : ",");
      header.append(
          "\"%s.weight\":{\"dtype\":\"%s\",\"shape\":[%d,%d],\"data_offsets\":[%d,%d]}"
              .formatted(format.label(), names.get(format), ROWS, COLUMNS, at, data.position()));
      at = data.position();
      tensors.put(format.label() + ".weight", bits);
    }
    byte[] json = header.append("}").toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer all = ByteBuffer.allocate(8 + json.length + at).order(ByteOrder.LITTLE_ENDIAN);
    all.putLong(json.length).put(json).put(data.array(), 0, at);
    Files.write(file, all.array());
    return tensors;
  }

  @Test
  void everyFormatIsStoredWithoutLossAndComesBack() throws IOException {
    Path file = folder.resolve("mixed.safetensors");
    Map<String, int[]> tensors = write(file);
    String[] options = {
      "--weights", "mixed=" + file,
      "--sparsities", "asis",
      "--bits", "32,4",
      "--codebooks", "uniform,exact",
      "--encodings", "dense/*,bitmap/*,relative4/rans,hybrid,ras-sparse/huffman,auto",
      "--keep", "auto"
    };
    CommandLineRun sweep = CommandLineRun.sweep(out(), options);
    assertEquals(0, sweep.status, sweep::toString);
    // One cell of each tensor and encoding, and not one for each codebook.
    long encodings = 2L * SymbolCoders.ALL.names().size() + 4;
    assertEquals(
        3 * encodings,
        number(
            "SELECT count(*) FROM cells WHERE bits = 32 AND codebook = 'none' AND verified"
                + " AND mse = 0 AND sqnr_db IS NULL AND codebook_bytes = 0"
                + " AND dtype || '.weight' = tensor AND abs(sparsity - 0.5) < 0.05"
                + " AND total_bytes > floor_bytes"
                + " AND abs(ratio_fp32 - 4 * params / total_bytes) < 1e-9"
                + " AND abs(ratio_packed - if(dtype = 'fp32', 4, 2) * params / total_bytes)"
                + " < 1e-9"));
    assertEquals(
        6 * encodings,
        number("SELECT count(*) FROM cells WHERE bits = 4 AND verified AND dtype IS NULL"));
    // A model of several formats is one row.
    assertEquals(
        encodings,
        number(
            "SELECT count(*) FROM models WHERE bits = 32 AND dtype = 'bf16+fp16+fp32'"
                + " AND abs(ratio_packed - params * 8 / 3 / total_bytes) < 1e-9"));
    assertTrue(sweep.out.contains("32 none"), sweep.out);

    CommandLineRun verify = CommandLineRun.of("verify", "--out", out());
    assertEquals(0, verify.status, verify::toString);
    assertTrue(verify.out.contains("9 stored containers read, 0 damaged"), verify.out);

    Path decoded = folder.resolve("decoded.safetensors");
    CommandLineRun decode =
        CommandLineRun.of(
            "decode",
            "--out",
            out(),
            "--model",
            "mixed",
            "--bits",
            "32",
            "--to",
            decoded.toString());
    assertEquals(0, decode.status, decode::toString);
    try (FileSource source = FileSource.open(decoded)) {
      Checkpoint checkpoint = Checkpoint.open(source);
      assertEquals(3, checkpoint.tensors().size());
      for (StoredTensor tensor : checkpoint.tensors()) {
        FloatFormat format =
            FloatFormat.valueOf(
                tensor.name().replace(".weight", "").toUpperCase(java.util.Locale.ROOT));
        float[] values = Checkpoint.read(tensor, source, 0, ROWS * COLUMNS);
        int[] expected = tensors.get(tensor.name());
        for (int i = 0; i < values.length; i++) {
          assertEquals(
              Float.floatToRawIntBits(format.toFloat(expected[i])),
              Float.floatToRawIntBits(values[i]),
              tensor.name() + " " + i);
        }
      }
    }

    CommandLineRun again = CommandLineRun.sweep(out(), options);
    assertTrue(again.out.contains("0 cells computed"), again.out);
  }

  /** LeNet-5 has a description; without one the kind of layer decides. */
  @Test
  void selectionsTakeBlocksOfConvolutions() throws IOException {
    Path file = folder.resolve("small.safetensors");
    Checkpoints.small(file);
    CommandLineRun sweep =
        CommandLineRun.sweep(
            out(),
            "--models",
            "lenet5",
            "--weights",
            "small=" + file,
            "--sparsities",
            "0.8",
            "--bits",
            "4,32",
            "--encodings",
            "ras/*,ras-sparse/huffman",
            "--keep",
            "ras/huffman",
            "--no-accuracy",
            "--tables");
    assertEquals(0, sweep.status, sweep::toString);
    assertTrue(sweep.out.contains("ras-sparse"), sweep.out);
    assertEquals(
        16L * (SymbolCoders.ALL.names().size() + 1),
        number(
            "SELECT count(*) FROM cells WHERE verified AND (macs IS NULL) = (model = 'small')"
                + " AND recipe = replace(encoding, 'ras', if(kind IN ('conv', 'depthwise'),"
                + " 'ras-block', 'ras-element'))"));
    assertEquals(
        8 * 2, number("SELECT count(*) FROM compressed WHERE recipe LIKE 'ras-%/huffman'"));
  }
}
