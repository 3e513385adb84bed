package dev.tersor.core.index;

import dev.tersor.core.bits.PackedInts;
import dev.tersor.core.symbol.Symbols;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.NameWithParameters;
import dev.tersor.core.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Groups of equidistant elements, and another scheme for those that are in none ("Smaller
 * together", sections III-B and III-C). {@code hybrid} is the paper's: sizes 16, 12, 8, 4, strides
 * 1 to 16, occupancy 0.8 as in Table II, and dCSR for the remainder. {@code groupwise} is the
 * groups alone, the elements that are in no larger one as groups of one. {@code groupwise-best} has
 * the layout of {@code hybrid} and groups that were chosen by what they cost, {@link
 * CostAwareFinder}.
 *
 * <p>Streams: {@code groups}, the number of groups of each size, largest first, 32 bits each; the
 * streams of each size as {@link GroupStreams} has them; then the streams of the other scheme over
 * the elements left. With G_s groups of size s {@code 4*sizes + sum(starts + ceil(G_s/2) +
 * ceil(s*G_s*b/8))} bytes and the remainder.
 *
 * <p>A lane of a group that is no element may be one of another group or of the remainder. Every
 * lane therefore stores the value that the tensor has at its position, so that groups can be
 * decoded in any order.
 *
 * <p>Example: 16 non-zeros in a row from position 3 on are, as a hybrid, groups 1 0 0 0, starts-16
 * 3, strides-16 0 0, lanes-16 the 16 values, and an empty remainder.
 *
 * <p>Parameters: {@code sizes=16+8}, {@code strides=1..4}, {@code theta=0.7}, {@code
 * order=round-robin}, {@code each-stride} or {@code global-best}, {@code remainder=} any other
 * scheme. Sizes and remainder are needed to decode, so that all of them are in the scheme's name.
 */
public final class Groupwise implements IndexScheme {
  private static final String GROUPS = "groups";
  private static final String REMAINDER = "remainder";

  /** What the name alone means; this scheme itself where it has no parameters. */
  private final Groupwise standard;

  private final String name;
  private final GroupFinder finder;
  private final IndexScheme remainder;

  /**
   * @param remainder the scheme of the elements that are in no group; null where there are none
   */
  private Groupwise(String name, GroupFinder finder, IndexScheme remainder) {
    this.standard = this;
    this.name = name;
    this.finder = finder;
    this.remainder = remainder;
  }

  private Groupwise(Groupwise standard, GroupFinder finder, IndexScheme remainder) {
    this.standard = standard;
    this.finder = finder;
    this.remainder = remainder;
    Map<String, String> differences = new LinkedHashMap<>(finder.differences(standard.finder));
    if (remainder != null && !remainder.name().equals(standard.remainder.name())) {
      differences.put(REMAINDER, remainder.name());
    }
    this.name = new NameWithParameters(standard.name, differences).toString();
  }

  /** Groups and dCSR. */
  static Groupwise hybrid() {
    return new Groupwise("hybrid", new GreedyFinder(GroupParameters.PAPER), Dcsr.incremental());
  }

  /** The paper's groups and a bitmap. */
  static Groupwise hybridBitmap() {
    return new Groupwise("hybrid-bitmap", new GreedyFinder(GroupParameters.PAPER), new Bitmap());
  }

  /** Groups alone. */
  static Groupwise groupsAlone() {
    Map<String, String> sizes = new LinkedHashMap<>(Map.of("sizes", "16+12+8+4+1"));
    return new Groupwise("groupwise", new GreedyFinder(GroupParameters.PAPER.with(sizes)), null);
  }

  /** Groups by cost, and dCSR. */
  static Groupwise best() {
    return new Groupwise("groupwise-best", CostAwareFinder.STANDARD, Dcsr.incremental());
  }

  @Override
  public IndexScheme with(Map<String, String> parameters) {
    Map<String, String> left = new LinkedHashMap<>(parameters);
    GroupFinder changed = finder.with(left);
    IndexScheme other = remainder;
    if (remainder != null && left.containsKey(REMAINDER)) {
      other = remainder(left.remove(REMAINDER));
    }
    if (!left.isEmpty()) {
      throw new IllegalArgumentException(
          standard.name + " has no parameter '" + left.keySet().iterator().next() + "'");
    }
    if (remainder == null && !changed.sizes().contains(1)) {
      throw new IllegalArgumentException(
          standard.name
              + ": sizes without 1 leave elements that are in no group, and there is no remainder");
    }
    return new Groupwise(standard, changed, other);
  }

  private static IndexScheme remainder(String name) {
    IndexScheme scheme = IndexSchemes.ALL.get(name);
    if (scheme instanceof Groupwise) {
      throw new IllegalArgumentException("remainder: " + name + " has groups itself");
    }
    return scheme;
  }

  @Override
  public String name() {
    return name;
  }

  /** The sizes of groups that there are streams for, largest first. */
  public List<Integer> sizes() {
    return finder.sizes();
  }

  /** The scheme of the elements that are in no group, if there may be any. */
  public Optional<IndexScheme> remainder() {
    return Optional.ofNullable(remainder);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Groupwise that && name.equals(that.name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public int since() {
    return remainder == null ? 1 : remainder.since();
  }

  @Override
  public IndexScheme asOf(int version) {
    return version < since() ? new Groupwise(standard, finder, remainder.asOf(version)) : this;
  }

  @Override
  public boolean isGeneral() {
    return remainder == null || remainder.isGeneral();
  }

  @Override
  public Access access() {
    return remainder == null ? Access.PARALLEL : remainder.access().and(Access.PARALLEL);
  }

  @Override
  public boolean isInOrder() {
    return false;
  }

  @Override
  public Split split(Codes codes, SharedWork work) {
    Split smallest = null;
    for (GroupFinder.Grouping grouping : finder.find(codes, work, () -> remainderBytes(codes))) {
      Split split = split(grouping, codes);
      if (smallest == null || bytes(split.streams()) < bytes(smallest.streams())) {
        smallest = split;
      }
    }
    return smallest;
  }

  private Split split(GroupFinder.Grouping grouping, Codes codes) {
    List<Stream> streams = new ArrayList<>();
    int[] counts = new int[grouping.groups().size()];
    Map<Integer, Integer> bySize = new TreeMap<>();
    streams.add(new Stream(GROUPS, Role.INDEX, new Symbols(counts, 32)));
    for (int i = 0; i < counts.length; i++) {
      FoundGroups found = grouping.groups().get(i);
      counts[i] = found.count();
      bySize.put(found.lanes(), found.count());
      GroupStreams.add(found, codes, streams);
    }
    if (remainder != null) {
      streams.addAll(remainder.splitSome(grouping.rest(), codes));
    }
    return new Split(streams, bySize);
  }

  /** Bytes of packed streams. */
  private static long bytes(List<Stream> streams) {
    return streams.stream()
        .map(Stream::symbols)
        .mapToLong(symbols -> PackedInts.bytes(symbols.count(), symbols.width()))
        .sum();
  }

  /** What a non-zero costs in the remainder if all of them are there. */
  private double remainderBytes(Codes codes) {
    int[] all = codes.nonZeroPositions();
    if (remainder == null || all.length == 0) {
      return Double.POSITIVE_INFINITY;
    }
    long none = bytes(remainder.splitSome(new int[0], codes));
    return (bytes(remainder.splitSome(all, codes)) - none) / (double) all.length;
  }

  @Override
  public byte[] join(Shape shape, int bits, Split split) {
    byte[] codes =
        remainder == null ? new byte[(int) shape.size()] : remainder.join(shape, bits, split);
    List<Integer> sizes = finder.sizes();
    int[] counts = split.values(GROUPS, Role.INDEX, 32, sizes.size());
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] < 0 || counts[i] > codes.length) {
        throw Elements.outside(GROUPS, i, counts[i], codes.length);
      }
      GroupStreams.place(codes, bits, sizes.get(i), counts[i], split);
    }
    return codes;
  }
}
