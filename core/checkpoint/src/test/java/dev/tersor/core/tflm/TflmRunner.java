package dev.tersor.core.tflm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A program of {@code run.cc} and a build of TensorFlow Lite Micro, which runs models. */
final class TflmRunner {
  /** The environment variable that names a checkout in which its library is built. */
  static final String HOME = "TFLM_HOME";

  private static final String DOWNLOADS = "tensorflow/lite/micro/tools/make/downloads/";

  private final Path program;

  private TflmRunner(Path program) {
    this.program = program;
  }

  /** What a run printed. */
  record Run(long arena, List<String> outputs) {}

  /** Compiles the program into a folder, with TensorFlow Lite Micro's own DECODE. */
  static TflmRunner compile(Path folder) throws IOException, InterruptedException {
    return compile(folder, List.of());
  }

  /** The same with the DECODE that knows custom types, from the files that an export writes. */
  static TflmRunner withDecoders(Path folder) throws IOException, InterruptedException {
    List<String> more = new ArrayList<>(List.of("-DTERSOR_DECODE", "-I", folder.toString()));
    for (Map.Entry<String, byte[]> file : TflmDecoders.files().entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.write(path, file.getValue());
      if (file.getKey().endsWith(".c")) {
        String object = path + ".o";
        run(List.of("gcc", "-std=c99", "-O1", "-c", path.toString(), "-o", object), folder);
        more.add(object);
      } else if (file.getKey().endsWith(".cc")) {
        more.add(path.toString());
      }
    }
    return compile(folder, more);
  }

  private static TflmRunner compile(Path folder, List<String> more)
      throws IOException, InterruptedException {
    Path home = Path.of(System.getenv(HOME));
    Path library;
    try (Stream<Path> files = Files.walk(home.resolve("gen"))) {
      library =
          files
              .filter(file -> file.endsWith("libtensorflow-microlite.a"))
              .findFirst()
              .orElseThrow(() -> new IOException(home + "/gen has no library"));
    }
    Path source = folder.resolve("run.cc");
    try (InputStream in = TflmRunner.class.getResourceAsStream("/tflm/run.cc")) {
      Files.copy(in, source);
    }
    Path program = folder.resolve("run");
    List<String> command =
        new ArrayList<>(
            List.of("g++", "-std=c++17", "-O1", "-fno-rtti", "-DTF_LITE_STATIC_MEMORY"));
    for (String headers :
        List.of("", DOWNLOADS + "flatbuffers/include", DOWNLOADS + "gemmlowp", DOWNLOADS + "ruy")) {
      command.addAll(List.of("-isystem", home.resolve(headers).toString()));
    }
    command.add(source.toString());
    command.addAll(more);
    command.addAll(List.of(library.toString(), "-o", program.toString()));
    run(command, folder);
    return new TflmRunner(program);
  }

  /**
   * Runs a model.
   *
   * @param inputs so many: zeros, a ramp, then random ones
   * @param spare bytes for decoded weights outside of the arena; 0 for none
   */
  Run run(byte[] model, int inputs, long spare) throws IOException, InterruptedException {
    Path folder = program.getParent();
    Path file = folder.resolve("model.tflite");
    Files.write(file, model);
    List<String> command =
        new ArrayList<>(
            List.of(program.toString(), file.toString(), Integer.toString(inputs), "22"));
    if (spare > 0) {
      command.add(Long.toString(spare));
    }
    List<String> lines = run(command, folder).lines().toList();
    long arena = Long.parseLong(lines.get(0).substring("arena ".length()));
    return new Run(arena, lines.subList(1, lines.size()));
  }

  private static String run(List<String> command, Path folder)
      throws IOException, InterruptedException {
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    int status =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start()
            .waitFor();
    if (status != 0) {
      throw new IOException(
          "%s: status %d: %s"
              .formatted(command, status, Files.readString(err, StandardCharsets.UTF_8)));
    }
    return Files.readString(out, StandardCharsets.UTF_8);
  }
}
