package dev.tersor.core.encode;

import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.FloatFormat;
import dev.tersor.core.tensor.IntegerFormat;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import java.util.List;
import java.util.Optional;

/** A tensor of a network file as the file describes it; its weights are not decoded. */
public final class NetworkEntry {
  private final String name;
  private final Shape shape;
  private final FloatFormat format;
  private final IntegerFormat integers;
  private final Recipe recipe;
  private final Codebook codebook;
  private final List<Part> parts;

  /**
   * A segment as it lies in the file.
   *
   * @param bytes that it takes; of the first one with the tensor's head and codebook
   * @param at where its numbers or sections begin
   * @param names how many names references had brought before
   */
  public record Part(Segment segment, int bytes, int at, int names) {}

  private NetworkEntry(
      String name,
      Shape shape,
      FloatFormat format,
      IntegerFormat integers,
      Recipe recipe,
      Codebook codebook,
      List<Part> parts) {
    this.name = name;
    this.shape = shape;
    this.format = format;
    this.integers = integers;
    this.recipe = recipe;
    this.codebook = codebook;
    this.parts = List.copyOf(parts);
  }

  static NetworkEntry plain(String name, Shape shape, FloatFormat format, List<Part> parts) {
    return new NetworkEntry(name, shape, format, null, null, null, parts);
  }

  static NetworkEntry integers(String name, Shape shape, IntegerFormat integers, List<Part> parts) {
    return new NetworkEntry(name, shape, null, integers, null, null, parts);
  }

  static NetworkEntry coded(
      String name, Shape shape, Recipe recipe, Codebook codebook, List<Part> parts) {
    return new NetworkEntry(name, shape, null, null, recipe, codebook, parts);
  }

  public String name() {
    return name;
  }

  public Shape shape() {
    return shape;
  }

  /** What numbers it is stored as; none where it is quantised or holds no weights. */
  public Optional<FloatFormat> format() {
    return Optional.ofNullable(format);
  }

  /** What integers it holds; none where it holds weights. */
  public Optional<IntegerFormat> integers() {
    return Optional.ofNullable(integers);
  }

  /** How it is encoded; none where it is stored as numbers. */
  public Optional<Recipe> recipe() {
    return Optional.ofNullable(recipe);
  }

  /** Bits of a code, or of a number. */
  public int bits() {
    return codebook != null
        ? codebook.bits()
        : format != null ? format.bits() : Byte.SIZE * integers.bytes();
  }

  /** Its segments, in order. */
  public List<Part> parts() {
    return parts;
  }

  /** Of all its rows; only of a quantised tensor. */
  Codebook codebook() {
    return codebook;
  }
}
