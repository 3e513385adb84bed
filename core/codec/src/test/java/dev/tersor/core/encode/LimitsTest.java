package dev.tersor.core.encode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.index.IndexSchemes;
import dev.tersor.core.index.Role;
import dev.tersor.core.index.SharedWork;
import dev.tersor.core.index.Split;
import dev.tersor.core.index.Stream;
import dev.tersor.core.symbol.Coded;
import dev.tersor.core.symbol.Huffman;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Centroids;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What no reader takes, no writer writes. */
class LimitsTest {
  private static void assertRefused(Shape shape, Codebook codebook) {
    Codes codes = new Codes(shape, new byte[(int) shape.size()], codebook);
    for (String recipe : new String[] {"dense", "bitmap/huffman", "gap4"}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> Container.encode(codes, Recipe.parse(recipe)),
          recipe + " " + shape);
    }
  }

  @Test
  void shapesThatNoHeaderHoldsAreRefused() {
    Codebook codebook = new Step(4, 1);
    long[] ones = new long[17];
    Arrays.fill(ones, 1);
    assertRefused(Shape.of(ones), codebook);
    assertRefused(Shape.of(5_000_000, 0), codebook);
    assertRefused(Shape.of(0, 1L << 31), codebook);
    assertRefused(Shape.of(1L << 40, 0), codebook);
  }

  @Test
  void streamsThatNoReaderTakesAreRefused() {
    Codes codes = SampleTensors.filled(8, i -> i % 20 == 0 ? 1 : 0, 1000);
    Recipe recipe = Recipe.parse("dense");
    Split split =
        new Split(List.of(new Stream("values", Role.VALUE, new Symbols(new int[6000], 8))));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Container.encode(codes, recipe, split, new SharedWork()));
    assertTrue(e.getMessage().contains("'values' of dense has 6000 symbols"), e.getMessage());
  }

  @Test
  void sixteenDimensionsAreHeld() {
    long[] ones = new long[16];
    Arrays.fill(ones, 1);
    Codes codes = new Codes(Shape.of(ones), new byte[] {1}, new Step(4, 1));
    byte[] container = Container.encode(codes, Recipe.parse("dense")).container();
    assertEquals(codes, Container.decode(container));
  }

  @Test
  void codebooksAreFinite() {
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      assertThrows(IllegalArgumentException.class, () -> new Step(4, value));
      assertThrows(IllegalArgumentException.class, () -> new Centroids(4, new float[] {1, value}));
    }
    assertThrows(IllegalArgumentException.class, () -> new Step(8, Float.MAX_VALUE));
  }

  @Test
  void aNegativeZeroCentroidComesBack() {
    Codebook codebook = new Centroids(2, new float[] {1, -0f});
    Codes codes = new Codes(Shape.of(1), new byte[] {1}, codebook);
    byte[] container = Container.encode(codes, Recipe.parse("dense")).container();
    assertEquals(codes, Container.decode(container));
  }

  @Test
  void huffmansFillingBitsAreZero() {
    Coded coded = new Huffman().encode(new Symbols(new int[] {0, 0, 1, 2}, 2));
    coded.payload()[0] |= (byte) 0x80;
    assertThrows(MalformedInputException.class, () -> new Huffman().decode(coded, 4, 2));
    Coded table = new Huffman().encode(new Symbols(new int[] {0, 0, 1, 2}, 2));
    table.table()[3] |= (byte) 0x80;
    assertThrows(MalformedInputException.class, () -> new Huffman().decode(table, 4, 2));
  }

  @Test
  void registriesCannotBeChanged() {
    assertThrows(UnsupportedOperationException.class, () -> IndexSchemes.ALL.all().clear());
    assertThrows(UnsupportedOperationException.class, () -> IndexSchemes.ALL.names().clear());
  }

  /** Starts of groups that add up beyond an int lead outside the tensor, not into its past. */
  @Test
  void groupStartsDoNotWrapAround() {
    int[] starts = new int[8_421_600];
    java.util.Arrays.fill(starts, 255);
    List<dev.tersor.core.index.Stream> streams = new java.util.ArrayList<>();
    dev.tersor.core.index.IndexScheme hybrid = dev.tersor.core.index.IndexSchemes.ALL.get("hybrid");
    Codes empty = SampleTensors.filled(8, i -> 0, 1 << 22);
    for (Stream stream : hybrid.split(empty).streams()) {
      int[] values =
          switch (stream.name()) {
            case "groups" -> new int[] {1, 0, 0, 0};
            case "starts-16" -> starts;
            case "strides-16" -> new int[2];
            case "lanes-16" -> new int[16];
            default -> stream.symbols().values();
          };
      streams.add(
          new Stream(
              stream.name(),
              stream.role(),
              new dev.tersor.core.symbol.Symbols(values, stream.symbols().width())));
    }
    assertThrows(
        dev.tersor.core.bits.MalformedInputException.class,
        () -> hybrid.join(empty.shape(), 8, new Split(streams)));
  }

  /** Constant streams cost no bytes, so a header of a kilobyte could ask for gigabytes. */
  @Test
  void manyLargeConstantStreamsAreRefused() {
    Codes codes = new Codes(Shape.of(100_000), new byte[100_000], new Step(8, 1));
    List<Stream> streams = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      streams.add(new Stream("s" + i, Role.INDEX, new Symbols(new int[400_000], 8)));
    }
    byte[] container =
        Container.encode(codes, Recipe.parse("dense/rans"), new Split(streams), new SharedWork())
            .container();
    MalformedInputException e =
        assertThrows(MalformedInputException.class, () -> Container.decode(container));
    assertTrue(e.getMessage().contains("symbols, at most"), e.getMessage());
  }

  @Test
  void aSecondStreamOfANameIsRefused() {
    Codes codes = SampleTensors.filled(8, i -> i, 50);
    Stream values = IndexSchemes.ALL.get("dense").split(codes).streams().get(0);
    byte[] container =
        Container.encode(
                codes, Recipe.parse("dense"), new Split(List.of(values, values)), new SharedWork())
            .container();
    assertThrows(MalformedInputException.class, () -> Container.decode(container));
  }
}
