package dev.tersor.core.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SegmentTest {
  /** Segments follow one another, fill the tensor, and are whole rows where a row fits. */
  private static void assertCovers(Shape shape, int most, List<Segment> segments) {
    long at = 0;
    for (int i = 0; i < segments.size(); i++) {
      Segment segment = segments.get(i);
      assertEquals(i, segment.index());
      assertEquals(at, segment.offset());
      assertTrue(segment.length() <= most, segment + " is longer than " + most);
      if (shape.rowLength() <= most) {
        assertEquals(shape.rowLength(), segment.shape().rowLength());
        assertEquals(0, shape.rowLength() == 0 ? 0 : at % shape.rowLength());
      } else {
        long firstRow = at / shape.rowLength();
        assertEquals(firstRow, (at + segment.length() - 1) / shape.rowLength(), "one row only");
      }
      at += segment.length();
    }
    assertEquals(shape.size(), at);
  }

  @Property(tries = 500)
  void segmentsCoverATensorExactly(
      @ForAll @Size(max = 4) List<@LongRange(min = 0, max = 40) Long> dims,
      @ForAll @IntRange(min = 1, max = 3000) int most) {
    Shape shape = Shape.of(dims.stream().mapToLong(Long::longValue).toArray());
    List<Segment> segments = Segment.cut(shape, most);
    assertCovers(shape, most, segments);
    if (shape.size() <= most) {
      assertEquals(List.of(new Segment(0, 0, shape)), segments);
    } else {
      assertTrue(segments.stream().allMatch(segment -> segment.length() > 0));
    }
  }

  /** No two neighbours would have fitted into one. */
  @Property(tries = 200)
  void segmentsAreAsLongAsRowsAllow(
      @ForAll @IntRange(min = 1, max = 500) int rows,
      @ForAll @IntRange(min = 1, max = 200) int columns,
      @ForAll @IntRange(min = 200, max = 3000) int most) {
    List<Segment> segments = Segment.cut(Shape.of(rows, columns), most);
    long rowsEach = most / columns;
    assertEquals((rows + rowsEach - 1) / rowsEach, segments.size());
  }

  @Test
  void tensorsOfThePapersAreOneSegment() {
    for (Shape shape :
        List.of(Shape.of(512, 512, 3, 3), Shape.of(1000, 2048), Shape.of(2048, 2048))) {
      assertEquals(List.of(new Segment(0, 0, shape)), Segment.cut(shape));
    }
  }

  @Test
  void aLargeLayerIsCutOnRows() {
    Shape fc6 = Shape.of(4096, 25_088);
    List<Segment> segments = Segment.cut(fc6);
    assertCovers(fc6, Segment.MAX_WEIGHTS, segments);
    assertEquals(25, segments.size());
    assertEquals(Shape.of(167, 25_088), segments.get(0).shape());
    assertEquals(Shape.of(4096 - 24 * 167, 25_088), segments.get(24).shape());
  }

  @Test
  void innerDimensionsAreKept() {
    List<Segment> segments = Segment.cut(Shape.of(5, 2, 3), 12);
    assertEquals(
        List.of(
            new Segment(0, 0, Shape.of(2, 2, 3)),
            new Segment(1, 12, Shape.of(2, 2, 3)),
            new Segment(2, 24, Shape.of(1, 2, 3))),
        segments);
  }

  @Test
  void longRowsAreCutWithin() {
    assertEquals(
        List.of(
            new Segment(0, 0, Shape.of(1, 4)),
            new Segment(1, 4, Shape.of(1, 3)),
            new Segment(2, 7, Shape.of(1, 4)),
            new Segment(3, 11, Shape.of(1, 3))),
        Segment.cut(Shape.of(2, 7), 4));
    assertCovers(Shape.of(10), 4, Segment.cut(Shape.of(10), 4));
  }

  @Test
  void tensorsAboveTwoToThe31WeightsAreCut() {
    Shape embedding = Shape.of(1L << 18, 1L << 14);
    List<Segment> segments = Segment.cut(embedding);
    assertCovers(embedding, Segment.MAX_WEIGHTS, segments);
    assertEquals(1024, segments.size());
    assertEquals((1L << 32) - (1L << 22), segments.get(1023).offset());
    Shape flat = Shape.of(5L << 30);
    assertCovers(flat, Segment.MAX_WEIGHTS, Segment.cut(flat));
  }

  @Test
  void emptyTensorsAreOneEmptySegment() {
    for (Shape shape : List.of(Shape.of(0), Shape.of(0, 5), Shape.of(5, 0), Shape.of(3, 0, 2))) {
      assertEquals(List.of(new Segment(0, 0, shape)), Segment.cut(shape));
    }
  }
}
