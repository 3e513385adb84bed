package dev.tersor.core.encode;

import dev.tersor.core.index.Access;
import dev.tersor.core.index.IndexScheme;
import dev.tersor.core.index.SharedWork;
import dev.tersor.core.index.Split;
import dev.tersor.core.index.Stream;
import dev.tersor.core.symbol.Place;
import dev.tersor.core.symbol.SymbolCoder;
import dev.tersor.core.symbol.SymbolCoders;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The smallest container so far of one tensor under a constraint. Splits are offered one after
 * another, so that whoever makes them anyway shares them. What cannot become smaller than the best
 * so far by the bounds of its streams ({@link SymbolCoder#leastBits}) is not encoded.
 */
public final class Choice {
  private static final int TIMINGS = 3;

  /** A recipe that could be the smallest, and the bytes that its container has at least. */
  private record Candidate(Recipe recipe, double leastBytes) {}

  private final Auto constraint;
  private final Content content;
  private final SharedWork work;

  /** By coder, of the codes of the non-zeros, which most schemes share. */
  private final Map<SymbolCoder, Double> leastBitsOfValues = new HashMap<>();

  private double copyNanos;

  /** The last copy; a copy that nobody could see might not be made. */
  private Object copied;

  private Recipe bestRecipe;
  private Encoded best;
  private Split bestSplit;

  Choice(Auto constraint, Content content, SharedWork work) {
    this.constraint = constraint;
    this.content = content;
    this.work = work;
  }

  /**
   * Takes a tensor's split by a scheme, with every coder that could make it the smallest. That of a
   * scheme which leaves out what is no zero is not taken.
   */
  public void offer(IndexScheme scheme, Split split) {
    if (!content.isFor(scheme)) {
      return;
    }
    List<Candidate> candidates = new ArrayList<>();
    // Where any access will do, a coder that is there for access is not what is looked for.
    boolean anyAccess = constraint.access() == Access.SEQUENTIAL;
    for (SymbolCoder coder : SymbolCoders.ALL.all()) {
      Recipe recipe = new Recipe(scheme, coder);
      if (coder.isStructure() && anyAccess) {
        continue;
      }
      // Contexts of two dimensions are slow to try, and of no use where nothing is known of them.
      if (coder.usesPlace() && !hasPlace(scheme, split)) {
        continue;
      }
      if (content.access(recipe).and(constraint.access()) == constraint.access()) {
        candidates.add(
            new Candidate(recipe, leastFrame(recipe, split) + leastBytes(recipe, split)));
      }
    }
    // The one that promises most comes first, so that the others need not be tried.
    candidates.sort(Comparator.comparingDouble(Candidate::leastBytes));
    for (Candidate candidate : candidates) {
      if (best != null && candidate.leastBytes() >= best.container().length) {
        break;
      }
      Encoded encoded = content.encode(candidate.recipe(), split, work);
      learn(candidate.recipe().coder(), split, encoded);
      if (isSmaller(encoded) && isFastEnough(encoded)) {
        best = encoded;
        bestRecipe = candidate.recipe();
        bestSplit = split;
      }
    }
  }

  private boolean hasPlace(IndexScheme scheme, Split split) {
    return split.streams().stream()
        .anyMatch(stream -> !Place.UNKNOWN.equals(content.place(scheme, stream)));
  }

  /** Bytes that the head of a container takes at least. */
  private static int leastFrame(Recipe recipe, Split split) {
    int bytes = Header.leastBytes(recipe.name());
    for (Stream stream : split.streams()) {
      bytes += Section.leastBytes(stream.name());
    }
    return bytes;
  }

  private boolean isSmaller(Encoded encoded) {
    return best == null || encoded.container().length < best.container().length;
  }

  /** A bound of the streams' bytes from below, whatever tables add. */
  private double leastBytes(Recipe recipe, Split split) {
    double bytes = 0;
    for (Stream stream : split.streams()) {
      SymbolCoder used =
          recipe.coder().accepts(stream.symbols()) ? recipe.coder() : SymbolCoders.PACKED;
      Place place = content.place(recipe.index(), stream);
      bytes += Math.floor(leastBits(used, stream, place) / Byte.SIZE);
    }
    return bytes;
  }

  private double leastBits(SymbolCoder coder, Stream stream, Place place) {
    return isOfAll(stream)
        ? leastBitsOfValues.computeIfAbsent(coder, c -> c.leastBits(stream.symbols(), place))
        : coder.leastBits(stream.symbols(), place);
  }

  /** Whether a stream is that of the codes of the non-zeros. */
  private boolean isOfAll(Stream stream) {
    return work.isOfCodes(content.codes(), IndexScheme.VALUES, stream);
  }

  /** From the first recipe with a coder on it is known what that makes of the shared codes. */
  private void learn(SymbolCoder coder, Split split, Encoded encoded) {
    for (int i = 0; i < split.streams().size(); i++) {
      if (isOfAll(split.streams().get(i))) {
        Encoded.CodedStream values = encoded.streams().get(i);
        double bytes = (double) values.tableBytes() + values.payloadBytes();
        leastBitsOfValues.put(coder, Byte.SIZE * bytes);
      }
    }
  }

  private boolean isFastEnough(Encoded encoded) {
    if (constraint.speed() == 0) {
      return true;
    }
    if (copyNanos == 0) {
      copyNanos = nanosOfCopy();
    }
    long fastest = Long.MAX_VALUE;
    for (int i = 0; i < TIMINGS; i++) {
      long start = System.nanoTime();
      Content.decode(encoded.container());
      fastest = Math.min(fastest, System.nanoTime() - start);
    }
    return copyNanos >= constraint.speed() * fastest;
  }

  private double nanosOfCopy() {
    long fastest = Long.MAX_VALUE;
    for (int i = 0; i < TIMINGS; i++) {
      long start = System.nanoTime();
      copied = content.copy();
      fastest = Math.min(fastest, System.nanoTime() - start);
      if (copied == null) {
        throw new AssertionError("no copy");
      }
    }
    return Math.max(1, fastest);
  }

  /**
   * The smallest container.
   *
   * @throws IllegalStateException if no recipe that was offered meets the constraint
   */
  public Encoded best() {
    if (best == null) {
      throw new IllegalStateException("no recipe meets " + constraint);
    }
    return best;
  }

  /** What {@link #best} was made with. */
  public Recipe recipe() {
    best();
    return bestRecipe;
  }

  /** The split that {@link #best} was made from. */
  public Split split() {
    best();
    return bestSplit;
  }
}
