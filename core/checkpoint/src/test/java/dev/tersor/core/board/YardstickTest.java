package dev.tersor.core.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.device.CompiledC;
import dev.tersor.core.device.DeviceFiles;
import dev.tersor.core.model.Architecture;
import dev.tersor.core.model.Kind;
import dev.tersor.core.model.TensorSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Instructions of a Cortex-M55 that the layers of a described model take in int8 by vectors,
 * counted in QEMU: what extraction is held against. Output positions are those that the model's
 * multiply-accumulates come to; a layer with a stride is counted as one without on a smaller input.
 */
class YardstickTest {
  private static final Path MODELS = Path.of("..", "..", "conf", "models");
  private static final double INSTRUCTIONS_A_TICK = 31.25;
  private static final Pattern COUNTED = Pattern.compile("int8 (\\S+) ticks (\\d+)");

  @TempDir Path folder;

  private record Dims(long filters, long channels, long rows, long columns, long positions) {
    static Dims of(TensorSpec spec) {
      long[] dims = spec.shape().dims();
      boolean isWindow = dims.length == 4;
      long channels = spec.kind() == Kind.DEPTHWISE ? dims[0] : dims[1];
      return new Dims(
          dims[0],
          channels,
          isWindow ? dims[2] : 1,
          isWindow ? dims[3] : 1,
          spec.macs() / spec.shape().size());
    }

    long side() {
      long side = Math.round(Math.sqrt((double) positions));
      return side * side == positions ? side : 1;
    }

    String row(TensorSpec spec) {
      return "  {\"%s\", %d, %d, %d, %d, %d, 1, %d, %d, %d, %d, %d},%n"
          .formatted(
              spec.name(),
              channels,
              side(),
              positions / side(),
              rows,
              columns,
              rows / 2,
              side(),
              positions / side(),
              filters,
              spec.kind() == Kind.DEPTHWISE ? 1 : 0);
    }
  }

  private static String shapes(List<TensorSpec> specs) {
    StringBuilder rows = new StringBuilder();
    long weights = 0;
    long values = 0;
    long columns = 0;
    long filters = 0;
    for (TensorSpec spec : specs) {
      Dims dims = Dims.of(spec);
      rows.append(dims.row(spec));
      weights = Math.max(weights, spec.shape().size());
      values = Math.max(values, dims.channels() * dims.positions());
      columns = Math.max(columns, dims.channels() * dims.rows() * dims.columns());
      filters = Math.max(filters, dims.filters());
    }
    return """
        #include <stdint.h>
        #define SHAPES %d
        #define SHAPES_WEIGHTS %d
        #define SHAPES_VALUES %d
        #define SHAPES_COLUMNS %d
        #define SHAPES_FILTERS %d
        typedef struct {
          const char *name;
          uint32_t channels, height, width, rows, columns, stride, padding, out_height, out_width, filters;
          uint32_t is_depthwise;
        } shape;
        static const shape shapes[SHAPES] = {
        %s};
        """
        .formatted(specs.size(), weights, values, columns, filters, rows);
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet8", "mobilenetv2", "mobilevit-xxs"})
  void instructionsOfInference(String model) throws Exception {
    for (String program : List.of("arm-none-eabi-gcc", "qemu-system-arm")) {
      CompiledC.assumeThereIs(program);
    }
    String file = model + ".conf";
    List<TensorSpec> specs =
        Architecture.parse(Files.readString(MODELS.resolve(file)), file).tensors();
    Files.writeString(folder.resolve("shapes.h"), shapes(specs), StandardCharsets.UTF_8);
    for (String source :
        List.of(
            "board.c",
            "board.h",
            "board.ld",
            "tersor_stream.c",
            "tersor_stream.h",
            "tersor_vectors.h",
            "tersor_dcsr.c",
            "tersor_dcsr.h",
            "tersor_dcsr_mve.c",
            "tersor_products.h",
            "tersor_products.c",
            "tersor_products_mve.c")) {
      Files.write(folder.resolve(source), DeviceFiles.read(source));
    }
    Files.copy(
        Path.of("src", "test", "resources", "board", "yardstick.c"), folder.resolve("yardstick.c"));
    String elf = folder.resolve("yardstick.elf").toString();
    CompiledC.run(
        List.of(
            "sh",
            "-c",
            "cd "
                + folder
                + " && arm-none-eabi-gcc -std=c99 -O2 -mcpu=cortex-m55 -mthumb -mfloat-abi=hard"
                + " -DTERSOR_BOARD -DTERSOR_TRUSTED -DTERSOR_MVE -nostartfiles -T board.ld"
                + " -Wl,--gc-sections -ffunction-sections *.c -o yardstick.elf"));
    String said =
        CompiledC.run(
            List.of(
                "qemu-system-arm",
                "-M",
                "mps3-an547",
                "-nographic",
                "-semihosting",
                "-icount",
                "shift=0",
                "-kernel",
                elf));
    Matcher counted = COUNTED.matcher(said);
    double instructions = 0;
    long macs = 0;
    for (TensorSpec spec : specs) {
      assertTrue(counted.find(), said);
      assertEquals(spec.name(), counted.group(1));
      double own = INSTRUCTIONS_A_TICK * Long.parseLong(counted.group(2));
      macs += spec.macs();
      instructions += own;
      // A vector has 16 products, of a depthwise one 4, in about two instructions.
      double least = spec.kind() == Kind.DEPTHWISE ? 0.5 : 0.1;
      assertTrue(own >= least * spec.macs() && own <= 4.0 * spec.macs(), counted.group());
    }
    System.out.printf(
        Locale.ROOT,
        "%s: %.0f instructions in int8, %.3f a multiply-accumulate of %d%n",
        model,
        instructions,
        instructions / macs,
        macs);
  }
}
