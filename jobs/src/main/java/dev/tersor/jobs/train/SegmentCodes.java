package dev.tersor.jobs.train;

import dev.tersor.core.quantize.CodebookFitter;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Segment;
import dev.tersor.core.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/** A tensor's codes and what they stand for, segment by segment as containers hold them. */
final class SegmentCodes {
  private final CodebookFitter fitter;
  private final Shape shape;
  private final List<Segment> segments;

  SegmentCodes(CodebookFitter fitter, Shape shape) {
    this.fitter = fitter;
    this.shape = shape;
    this.segments = Segment.cut(shape);
  }

  /** Gives weights their codes. */
  void assign(float[] weights, Codebook codebook, byte[] codes) {
    for (Segment segment : segments) {
      int from = Math.toIntExact(segment.offset());
      float[] own = Arrays.copyOfRange(weights, from, from + segment.length());
      byte[] part = fitter.codes(segment.shape(), own, part(codebook, segment));
      System.arraycopy(part, 0, codes, from, part.length);
    }
  }

  /** Looks up what codes stand for. */
  void decode(byte[] codes, Codebook codebook, float[] values) {
    for (Segment segment : segments) {
      int from = Math.toIntExact(segment.offset());
      byte[] own = Arrays.copyOfRange(codes, from, from + segment.length());
      float[] part = part(codebook, segment).weights(segment.shape(), own);
      System.arraycopy(part, 0, values, from, part.length);
    }
  }

  private Codebook part(Codebook codebook, Segment segment) {
    return codebook.part(segment, shape.rowLength());
  }
}
