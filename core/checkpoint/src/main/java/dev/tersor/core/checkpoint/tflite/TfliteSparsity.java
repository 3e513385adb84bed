package dev.tersor.core.checkpoint.tflite;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.HeaderChecks;
import dev.tersor.core.checkpoint.Sparsity;
import dev.tersor.core.checkpoint.StoredTensor;
import java.io.IOException;
import java.io.Serial;
import java.util.List;

/**
 * TFLite's sparse tensors (SparsityParameters of the schema): a tree with a level for each axis in
 * the order of traversal, those of blocks last. A dense level has all its indices below each node
 * of the one above; a sparse one has those from {@code segments[node]} to {@code segments[node +
 * 1]} of its own. The leaves are the stored elements, in order. So all is read once from the
 * beginning to the end.
 *
 * <p>Example: a 2x4 matrix with a dense level of 2 and a sparse one of segments 0, 1, 3 and indices
 * 3, 0, 2 has its three elements at [0][3], [1][0] and [1][2].
 *
 * @param levels outermost first
 * @param stored elements
 */
record TfliteSparsity(List<Level> levels, long stored) implements Sparsity {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * One level of the tree.
   *
   * @param size indices are below it
   * @param stride elements of the tensor from one index to the next
   * @param segments null of a dense level
   */
  record Level(long size, long stride, Indices segments, Indices indices)
      implements java.io.Serializable {
    @Serial private static final long serialVersionUID = 1L;
  }

  /**
   * Numbers in the file.
   *
   * @param at byte offset of the first
   * @param bytes of each: 1, 2 or 4
   */
  record Indices(long at, long count, int bytes) implements java.io.Serializable {
    @Serial private static final long serialVersionUID = 1L;
  }

  @Override
  public void scatter(
      StoredTensor tensor, ByteSource source, long first, float[] into, Elements elements)
      throws IOException {
    Walk walk = new Walk(tensor, source, first, into, elements);
    walk.below(0, 0);
    walk.checkEnd();
  }

  private final class Walk {
    private final StoredTensor tensor;
    private final long first;
    private final float[] into;
    private final Elements elements;
    private final Cursor[] segments = new Cursor[levels.size()];
    private final Cursor[] indices = new Cursor[levels.size()];
    private final long[] from = new long[levels.size()];

    Walk(StoredTensor tensor, ByteSource source, long first, float[] into, Elements elements)
        throws IOException {
      this.tensor = tensor;
      this.first = first;
      this.into = into;
      this.elements = elements;
      for (int i = 0; i < segments.length; i++) {
        Level level = levels.get(i);
        if (level.segments() != null) {
          segments[i] = new Cursor(source, level.segments());
          indices[i] = new Cursor(source, level.indices());
          if (segments[i].next() != 0) {
            throw malformed("segments that do not begin with 0", level.segments().at());
          }
        }
      }
    }

    /** Walks what is below a node whose first element is the {@code base}-th of the tensor. */
    void below(int depth, long base) throws IOException {
      if (depth == segments.length) {
        float value = elements.next();
        long at = base - first;
        if (at >= 0 && at < into.length) {
          into[(int) at] = value;
        }
        return;
      }
      Level level = levels.get(depth);
      if (level.segments() == null) {
        for (long i = 0; i < level.size(); i++) {
          below(depth + 1, base + i * level.stride());
        }
        return;
      }
      long to = segments[depth].next();
      if (to < from[depth] || to > level.indices().count()) {
        throw malformed(
            "a segment from %d to %d".formatted(from[depth], to), level.segments().at());
      }
      for (; from[depth] < to; from[depth]++) {
        long index = indices[depth].next();
        if (index >= level.size()) {
          throw malformed("index %d of %d".formatted(index, level.size()), level.indices().at());
        }
        below(depth + 1, base + index * level.stride());
      }
    }

    void checkEnd() {
      for (int i = 0; i < segments.length; i++) {
        Level level = levels.get(i);
        if (level.segments() != null && from[i] != level.indices().count()) {
          throw malformed(
              "segments of %d indices, there are %d".formatted(from[i], level.indices().count()),
              level.segments().at());
        }
      }
    }

    private MalformedInputException malformed(String message, long position) {
      return new HeaderChecks(tensor.extent().file())
          .malformed(tensor.name(), "sparse, with " + message, position);
    }
  }

  /** Numbers one after the other. */
  private static final class Cursor {
    private static final int BUFFER_BYTES = 1 << 12;

    private final ByteSource source;
    private final int bytes;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private long at;
    private long left;
    private int next;
    private int ready;

    Cursor(ByteSource source, Indices indices) {
      this.source = source;
      this.bytes = indices.bytes();
      this.at = indices.at();
      this.left = indices.count();
    }

    /** The next number, which is known to be there; a negative one becomes a large one. */
    long next() throws IOException {
      if (next == ready) {
        ready = (int) Math.min(BUFFER_BYTES, left * bytes);
        source.readFully(at, buffer, 0, ready);
        at += ready;
        left -= ready / bytes;
        next = 0;
      }
      int from = next;
      next += bytes;
      return switch (bytes) {
        case 1 -> buffer[from] & 0xFF;
        case 2 -> LittleEndian.getShort(buffer, from) & 0xFFFF;
        default -> LittleEndian.getInt(buffer, from) & 0xFFFFFFFFL;
      };
    }
  }
}
