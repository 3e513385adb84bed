package dev.tersor.core.bench;

import dev.tersor.core.symbol.Coded;
import dev.tersor.core.symbol.Entropy;
import dev.tersor.core.symbol.Place;
import dev.tersor.core.symbol.SymbolCoder;
import dev.tersor.core.symbol.SymbolCoders;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Shape;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.StringTokenizer;
import java.util.stream.Stream;

/**
 * Sizes of the masks of the Deep Learning Matrix Collection (Gale et al., "Sparse GPU kernels for
 * deep learning", 2020) beside their order-0 entropy, N H(p) summed over tensors, and how many bits
 * of a mask are coded and decoded in a second of one core. A file {@code .smtx} is text: rows,
 * columns and non-zeros; row pointers; columns. Filters of ResNet-50 are rows there of (height,
 * width, input): those of {@code bottleneck_2} 3x3, that of {@code initial_conv} 7x7.
 *
 * <pre>
 * java -cp core/codec/target/classes:core/codec/target/test-classes:ZSTD_JNI.jar \
 *   dev.tersor.core.bench.MaskSizes dlmc/rn50/magnitude_pruning/0.9 ...
 * </pre>
 */
public final class MaskSizes {
  private static final List<String> CODERS = List.of("cabac", "context", "mix");

  private MaskSizes() {}

  /** A mask and where its bits lie. */
  private record Mask(Symbols symbols, Place place, double entropy) {}

  /** What a coder makes of a folder. */
  private static final class Total {
    private long bits;
    private long encoding;
    private long decoding;

    void add(SymbolCoder coder, Mask mask) {
      long start = System.nanoTime();
      Coded coded = coder.encode(mask.symbols(), mask.place());
      long middle = System.nanoTime();
      int count = mask.symbols().count();
      if (!coder.decode(coded, count, Byte.SIZE, mask.place()).equals(mask.symbols())) {
        throw new IllegalStateException(coder.name() + " decodes another mask");
      }
      decoding += System.nanoTime() - middle;
      encoding += middle - start;
      bits += Byte.SIZE * ((long) coded.table().length + coded.payload().length);
    }
  }

  public static void main(String[] folders) throws IOException {
    for (String folder : folders) {
      measure(Path.of(folder));
    }
  }

  private static void measure(Path folder) throws IOException {
    Total[] totals = new Total[CODERS.size()];
    Arrays.setAll(totals, i -> new Total());
    double entropy = 0;
    long weights = 0;
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> file.toString().endsWith(".smtx")).sorted().toList();
    }
    for (Path file : files) {
      Mask mask = read(file);
      entropy += mask.entropy();
      weights += mask.place().shape().size();
      for (int i = 0; i < totals.length; i++) {
        totals[i].add(SymbolCoders.ALL.get(CODERS.get(i)), mask);
      }
    }
    StringBuilder line = new StringBuilder();
    line.append(
        "%s: %d masks, %d positions, %.4f bits"
            .formatted(folder, files.size(), weights, entropy / weights));
    for (int i = 0; i < totals.length; i++) {
      line.append(
          "; %s %.4f of order-0, %.1f and %.1f Mbit/s"
              .formatted(
                  CODERS.get(i),
                  totals[i].bits / entropy,
                  1e3 * weights / totals[i].encoding,
                  1e3 * weights / totals[i].decoding));
    }
    System.out.println(line);
  }

  private static Mask read(Path file) throws IOException {
    try (BufferedReader in = Files.newBufferedReader(file)) {
      StringTokenizer sizes = new StringTokenizer(in.readLine(), ", ");
      int rows = Integer.parseInt(sizes.nextToken());
      int columns = Integer.parseInt(sizes.nextToken());
      int nonZeros = Integer.parseInt(sizes.nextToken());
      StringTokenizer pointers = new StringTokenizer(in.readLine());
      StringTokenizer indices = new StringTokenizer(in.readLine());
      byte[] mask = new byte[(rows * columns + 7) >>> 3];
      int end = Integer.parseInt(pointers.nextToken());
      for (int row = 0, at = end; row < rows; row++) {
        for (end = Integer.parseInt(pointers.nextToken()); at < end; at++) {
          int position = row * columns + Integer.parseInt(indices.nextToken());
          mask[position >>> 3] |= (byte) (1 << (position & 7));
        }
      }
      return new Mask(
          Symbols.ofBytes(mask, Byte.SIZE),
          Place.ofMask(shape(file.getFileName().toString(), rows, columns)),
          Entropy.bits(new long[] {nonZeros, (long) rows * columns - nonZeros}));
    }
  }

  private static Shape shape(String name, int rows, int columns) {
    int kernel = name.startsWith("bottleneck_2") ? 3 : name.startsWith("initial_conv") ? 7 : 1;
    return Shape.of(rows, kernel, kernel, columns / (kernel * kernel));
  }
}
