package dev.tersor.jobs.plan;

import dev.tersor.core.encode.Auto;
import dev.tersor.core.encode.RasSelection;
import dev.tersor.core.encode.RateMeter;
import dev.tersor.core.encode.Recipe;
import dev.tersor.core.tensor.FloatFormat;
import dev.tersor.core.tensor.SyntheticWeights;
import dev.tersor.jobs.config.BitWidth;
import dev.tersor.jobs.config.GridSettings;
import dev.tersor.jobs.config.Measures;
import dev.tersor.jobs.config.Pruning;
import dev.tersor.jobs.source.TensorRef;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;

/**
 * Keys of cells: a hash of everything that a result depends on, the weights included, so that a
 * result is found again when, and only when, it would come out the same.
 */
public final class CellKeys {
  /** To be raised when pruning or fitting changes what a cell holds. */
  private static final int GENERATION = 1;

  /**
   * The same for cells whose streams are coded. 2: streams that coding would make larger are
   * packed.
   */
  private static final int CODED_GENERATION = 2;

  /** Coders that cut long payloads in chunks, which they did not always. */
  private static final List<String> CUT = List.of("/rans", "/huffman");

  /** The same for codebooks that are exact. 2: they are the optimum of any number of weights. */
  private static final int EXACT_GENERATION = 2;

  /**
   * The same for all codebooks that are fitted. 2: sums that no outlier takes the last bits of,
   * mirrored weights that have the mirrored codebook, steps above the full range, exact grids.
   */
  private static final int FITTED_GENERATION = 2;

  private static final int KEY_BYTES = 16;

  private CellKeys() {}

  /**
   * The key of a cell. What is measured beside the standard is part of it: a cell that asks for the
   * fastest of five runs, for a histogram or for products is not answered by one that has none. The
   * standard is not, so that keys are those of versions that measured nothing else. A setting is
   * part of it as well: rows of the models table are totals of cells of one setting.
   *
   * @param weightsHash of all weights that the mask and the codebook were fitted on
   * @param pruning of the tensor
   * @param bits of the tensor
   * @param fprThreshold what selections by FPr compare with; nothing to other encodings
   */
  public static String of(
      SegmentRef segment,
      String weightsHash,
      Pruning pruning,
      Setting setting,
      int bits,
      long seed,
      double fprThreshold,
      Measures measures) {
    TensorRef tensor = segment.tensor();
    String codebook = setting.codebook();
    String encoding = setting.encoding();
    List<Object> parts = new ArrayList<>();
    Collections.addAll(
        parts,
        "cell",
        encoding.endsWith("/packed") ? GENERATION : CODED_GENERATION,
        tensor.model(),
        tensor.name(),
        tensor.shape(),
        tensor.kind(),
        tensor.macs(),
        tensor.layout(),
        tensor.origin(),
        segment.segment().index(),
        segment.segment().offset(),
        segment.segment().shape(),
        weightsHash,
        pruning.label(),
        bits,
        codebook,
        seed,
        encoding);
    if (Auto.isAuto(encoding)) {
      // What is the smallest of all depends on all that there is.
      Recipe.all().forEach(recipe -> parts.add(recipe.name()));
    }
    if (Auto.isAuto(encoding) || CUT.stream().anyMatch(encoding::endsWith)) {
      parts.add("chunks");
    }
    if (RasSelection.isSelection(encoding)) {
      parts.add("fpr-threshold " + fprThreshold);
    }
    if (bits == BitWidth.LOSSLESS.fixed() && tensor.format() != FloatFormat.FP32) {
      // The same weights have the same hash in whatever format they are.
      parts.add("dtype " + tensor.format().label());
    }
    int layout = layout(encoding);
    if (layout > 1) {
      parts.add("layout " + layout);
    }
    if (setting.bits().setting() != null) {
      parts.add("setting " + setting.bits().setting());
    }
    if (!codebook.equals(GridSettings.NO_CODEBOOK)) {
      parts.add("fitted " + FITTED_GENERATION);
    }
    if (new CodebookId(bits, codebook).target().isPresent()) {
      parts.add("bits of " + RateMeter.RECIPE);
    }
    if (codebook.equals("exact")) {
      parts.add("exact " + EXACT_GENERATION);
    }
    if (measures.timingRuns() != Measures.STANDARD.timingRuns()) {
      parts.add("timing-runs " + measures.timingRuns());
    }
    if (measures.histograms() && hasHistograms(encoding)) {
      parts.add("histograms");
    }
    if (measures.products()) {
      parts.add("products");
    }
    return hash(parts.toArray());
  }

  /**
   * The version of containers that gave a cell's streams their layout, where coders see it: other
   * symbols have other code tables. Packed symbols take the same bytes in any order.
   */
  private static int layout(String encoding) {
    if (Auto.isAuto(encoding)) {
      return Recipe.all().stream().mapToInt(recipe -> recipe.index().since()).max().orElse(1);
    }
    return RasSelection.isSelection(encoding) || encoding.endsWith("/packed")
        ? 1
        : Recipe.parse(encoding).index().since();
  }

  private static boolean hasHistograms(String encoding) {
    return !Auto.isAuto(encoding)
        && !RasSelection.isSelection(encoding)
        && !Recipe.parse(encoding).index().histograms().isEmpty();
  }

  /**
   * The key of a row of the codebooks table.
   *
   * @param weightsHash of all weights that the mask and the codebook were fitted on
   */
  public static String ofCodebook(
      TensorRef tensor, String weightsHash, Pruning pruning, CodebookId id, long seed, int runs) {
    return hash(
        "codebook",
        GENERATION,
        EXACT_GENERATION,
        FITTED_GENERATION,
        tensor.model(),
        tensor.name(),
        tensor.shape(),
        tensor.origin(),
        weightsHash,
        pruning.label(),
        id.bits(),
        id.fitter(),
        seed,
        runs);
  }

  /**
   * The key of a row of the sequences table.
   *
   * @param weightsHash of all swept weights of the model
   * @param tensors that are swept, in order
   */
  public static String ofSequence(
      String model,
      String weightsHash,
      List<TensorRef> tensors,
      Setting setting,
      long seed,
      double fprThreshold,
      int runs) {
    List<Object> parts = new ArrayList<>();
    Collections.addAll(
        parts,
        "sequence",
        GENERATION,
        EXACT_GENERATION,
        FITTED_GENERATION,
        model,
        weightsHash,
        setting.pruning().label(),
        setting.bits(),
        setting.codebook(),
        setting.encoding(),
        seed,
        fprThreshold,
        runs);
    for (TensorRef tensor : tensors) {
      Collections.addAll(
          parts,
          tensor.name(),
          tensor.shape(),
          tensor.kind(),
          tensor.macs(),
          tensor.origin(),
          TensorSettings.bits(setting.bits(), tensor),
          TensorSettings.pruning(setting.pruning(), tensor).label());
    }
    return hash(parts.toArray());
  }

  /**
   * The key of a row of the device table.
   *
   * @param cell the key of the cell that has the same codes in the same recipe
   * @param programs what decodes and counts
   * @param ram bytes that codes may take
   */
  public static String ofDevice(String cell, String programs, long ram) {
    return hash("device", GENERATION, cell, programs, ram);
  }

  /** The hash of synthetic weights, known without drawing them. */
  public static String ofSynthetic(TensorRef tensor) {
    return hash(
        "synthetic", SyntheticWeights.VERSION, tensor.seed(), tensor.name(), tensor.shape());
  }

  /** The hash of a tensor from those of its segments, or of a model from those of its tensors. */
  public static String ofParts(Collection<String> parts) {
    return hash(parts.toArray());
  }

  /** The hash of weights. */
  public static String ofWeights(float[] weights) {
    MessageDigest digest = sha256();
    byte[] chunk = new byte[1 << 14];
    java.nio.ByteBuffer buffer =
        java.nio.ByteBuffer.wrap(chunk).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    int perChunk = chunk.length / Float.BYTES;
    for (int from = 0; from < weights.length; from += perChunk) {
      int count = Math.min(perChunk, weights.length - from);
      buffer.clear();
      buffer.asFloatBuffer().put(weights, from, count);
      digest.update(chunk, 0, count * Float.BYTES);
    }
    return shortened(digest);
  }

  private static String hash(Object... parts) {
    Running running = new Running();
    for (Object part : parts) {
      running.add(part);
    }
    return running.end();
  }

  /** The hash of parts that come one by one, the same as {@link #ofParts} has for all of them. */
  public static final class Running {
    private final MessageDigest digest = sha256();

    /** Adds a part; what it is comes as its text. */
    public void add(Object part) {
      // Length first, so that no two lists of parts run together to the same text.
      byte[] text = String.valueOf(part).getBytes(StandardCharsets.UTF_8);
      digest.update((text.length + ":").getBytes(StandardCharsets.US_ASCII));
      digest.update(text);
    }

    /** The hash; to be asked for once, after the last part. */
    public String end() {
      return shortened(digest);
    }
  }

  private static String shortened(MessageDigest digest) {
    return HexFormat.of().formatHex(Arrays.copyOf(digest.digest(), KEY_BYTES));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
