package dev.tersor.core;

import dev.tersor.core.encode.Encoding;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.encode.RateMeter;
import dev.tersor.core.prune.Magnitude;
import dev.tersor.core.quantize.Calibration;
import dev.tersor.core.quantize.CodebookFitter;
import dev.tersor.core.quantize.CodebookFitters;
import dev.tersor.core.quantize.RatePoint;
import dev.tersor.core.quantize.SlopeSearch;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How a tensor is compressed: pruned by magnitude, quantised and encoded (Deep Compression, section
 * 2 and 3). Settings are those of {@link #DEFAULT} until they are named: {@code
 * Compression.DEFAULT.sparsity(0.9).bits(4).encoding("hybrid/rans")}.
 *
 * @param sparsity share of the weights that are set to zero, in [0, 1); 0 leaves them as they are
 * @param bits of a code, 1 to 8
 * @param codebook what fits the codebook
 * @param encoding a recipe, or the choice of one
 * @param half whether the codebook, and tensors that are stored as numbers, take 16 bits a number
 *     where 16 bits can hold them
 * @param seed of codebooks that draw
 */
public record Compression(
    double sparsity,
    int bits,
    CodebookFitter codebook,
    Encoding encoding,
    boolean half,
    long seed) {
  /** Nothing pruned, 8 bits, exact k-means, the smallest recipe, 32 bits a number, seed 1. */
  public static final Compression DEFAULT =
      new Compression(0, 8, CodebookFitters.parse("exact"), Encoding.parse("auto"), false, 1);

  public Compression {
    Magnitude.count(sparsity, 1);
    if (bits < 1 || bits > 8) {
      throw new IllegalArgumentException("bits: " + bits + " is not a whole number in 1..8");
    }
    codebook.checkBits(bits);
  }

  /**
   * @throws IllegalArgumentException if it is outside [0, 1)
   */
  public Compression sparsity(double share) {
    return new Compression(share, bits, codebook, encoding, half, seed);
  }

  /**
   * @throws IllegalArgumentException if they are outside 1..8, or codes of the codebook cannot have
   *     so many
   */
  public Compression bits(int number) {
    return new Compression(sparsity, number, codebook, encoding, half, seed);
  }

  /**
   * Also sets the bits, where codes of that codebook have one width alone.
   *
   * @param name such as {@code uniform} or {@code uniform-group(n=32)}
   * @throws IllegalArgumentException naming what there is, if there is no such codebook
   */
  public Compression codebook(String name) {
    CodebookFitter fitter = CodebookFitters.parse(name);
    return new Compression(sparsity, fitter.width().orElse(bits), fitter, encoding, half, seed);
  }

  /**
   * @param name such as {@code hybrid/rans} or {@code auto(access=random)}
   * @throws IllegalArgumentException naming what there is, if there is no such recipe or choice
   */
  public Compression encoding(String name) {
    return new Compression(sparsity, bits, codebook, Encoding.parse(name), half, seed);
  }

  /** With a lambda in place of the codebook's target. */
  public Compression at(double lambda) {
    return new Compression(sparsity, bits, codebook.at(lambda), encoding, half, seed);
  }

  /** Whether numbers take 16 bits. */
  public Compression half(boolean isHalf) {
    return new Compression(sparsity, bits, codebook, encoding, isHalf, seed);
  }

  /** The seed of codebooks that draw. */
  public Compression seed(long number) {
    return new Compression(sparsity, bits, codebook, encoding, half, number);
  }

  /**
   * Prunes, quantises and encodes a tensor.
   *
   * @param name any text of at most 65,535 bytes in UTF-8
   * @param weights in row-major order; not changed
   * @throws IllegalArgumentException if they do not fill the shape, one is not finite, or the
   *     recipe cannot hold such a tensor
   * @throws IllegalStateException if no recipe meets what a choice asks for
   */
  public NetworkTensor.Coded encode(String name, Shape shape, float[] weights) {
    return encode(name, shape, weights, Calibration.NONE);
  }

  /**
   * The same with what is known of the weights' errors.
   *
   * @throws IllegalArgumentException also if the codebook goes by something else
   */
  public NetworkTensor.Coded encode(String name, Shape shape, float[] weights, Calibration known) {
    check(shape, weights);
    float[] pruned = pruned(weights);
    CodebookFitter chosen = chosen(shape, pruned, weights, known);
    Codebook fitted = chosen.fit(shape, pruned, known, bits, seed);
    Codebook stored = half ? fitted.half() : fitted;
    List<Codes> segments = segments(chosen, shape, pruned, known, stored);
    return new NetworkTensor.Coded(name, shape, encoding.recipe(segments), segments);
  }

  /** A fitter that can fit: a target is reached by the tensor alone. */
  private CodebookFitter chosen(Shape shape, float[] pruned, float[] weights, Calibration known) {
    if (codebook.target().isEmpty()) {
      return codebook;
    }
    double power = 0;
    for (float weight : weights) {
      power += (double) weight * weight;
    }
    SlopeSearch search =
        new SlopeSearch(codebook.target().get(), power / Math.max(1, weights.length));
    while (!search.isDone()) {
      CodebookFitter tried = codebook.at(search.lambda());
      search.take(RateMeter.measure(tried, shape, pruned, weights, known, bits, seed));
    }
    if (!search.isReached()) {
      throw new IllegalArgumentException(search.nearest());
    }
    return codebook.at(search.lambda());
  }

  /**
   * What a tensor would take with a lambda in place of the codebook's target.
   *
   * @throws IllegalArgumentException as {@link #encode}
   */
  public RatePoint measure(double lambda, Shape shape, float[] weights, Calibration known) {
    check(shape, weights);
    return RateMeter.measure(
        codebook.at(lambda), shape, pruned(weights), weights, known, bits, seed);
  }

  private float[] pruned(float[] weights) {
    return Magnitude.threshold(weights, Magnitude.count(sparsity, weights.length)).apply(weights);
  }

  /** Segment by segment, since each of them is decoded alone. */
  private static List<Codes> segments(
      CodebookFitter chosen, Shape shape, float[] pruned, Calibration known, Codebook stored) {
    List<Codes> segments = new ArrayList<>();
    for (Segment segment : Segment.cut(shape)) {
      int from = Math.toIntExact(segment.offset());
      float[] part =
          segment.length() == pruned.length
              ? pruned
              : Arrays.copyOfRange(pruned, from, from + segment.length());
      Calibration own = known.part(segment, shape.rowLength());
      segments.add(
          chosen.quantise(segment.shape(), part, own, stored.part(segment, shape.rowLength())));
    }
    return segments;
  }

  /**
   * @throws IllegalArgumentException if the weights do not fill the shape, or one is not finite
   */
  public static void check(Shape shape, float[] weights) {
    if (weights.length != shape.size()) {
      throw new IllegalArgumentException(
          "%d weights do not fill shape %s of %d".formatted(weights.length, shape, shape.size()));
    }
    for (int i = 0; i < weights.length; i++) {
      if (!Float.isFinite(weights[i])) {
        throw new IllegalArgumentException("weight " + i + " is " + weights[i]);
      }
    }
  }
}
