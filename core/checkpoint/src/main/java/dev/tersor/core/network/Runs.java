package dev.tersor.core.network;

import dev.tersor.core.exact.Effort;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Cuts stretches in the runs that are stored as a chunk each. Tensors get chunks of their own,
 * whose numbers are alike; small ones, which would be half overhead, share one.
 */
final class Runs {
  /** Bytes of the longest run that is quick to decode, and not deflated. */
  static final int MOST = 1 << 20;

  /** The same of elements of two bytes: as many numbers then share a table. */
  private static final int MOST_NARROW = 1 << 19;

  private static final int NARROW = 2;

  /** Of the longest run where size goes first: what adapts learns of more bytes. */
  private static final int MOST_SMALL = 1 << 22;

  /** A stretch of so many bytes has chunks of its own. */
  static final int LARGE = 1 << 15;

  private static final int ALIGNMENT = 8;

  private final Effort effort;
  private final Consumer<Stretch> to;

  /** Small ones that wait for more. */
  private final List<Stretch> small = new ArrayList<>();

  private long smallBytes;

  private Runs(Effort effort, Consumer<Stretch> to) {
    this.effort = effort;
    this.to = to;
  }

  /** Hands on runs end to end; large deflated stretches stay whole. */
  static void cut(List<Stretch> stretches, Effort effort, Consumer<Stretch> to) {
    Runs runs = new Runs(effort, to);
    stretches.forEach(runs::add);
    runs.flush();
  }

  private void add(Stretch stretch) {
    if (stretch.length() >= LARGE) {
      flush();
      cut(stretch);
      return;
    }
    boolean isLike =
        small.isEmpty()
            || (small.get(0).hasBase() == stretch.hasBase()
                && (!stretch.hasBase() || small.get(0).shift() == stretch.shift()));
    if (!isLike || smallBytes + stretch.length() > MOST) {
      flush();
    }
    small.add(stretch);
    smallBytes += stretch.length();
  }

  private void cut(Stretch stretch) {
    if (stretch.isDeflated()) {
      to.accept(stretch);
      return;
    }
    int most = most(stretch);
    long parts = (stretch.length() + most - 1) / most;
    long each = (stretch.length() + parts - 1) / parts;
    each = Math.min(most, (each + ALIGNMENT - 1) & -ALIGNMENT);
    for (long at = 0; at < stretch.length(); at += each) {
      to.accept(
          new Stretch(
              stretch.from() + at,
              Math.min(each, stretch.length() - at),
              stretch.width(),
              false,
              stretch.hasBase() ? stretch.base() + at : -1));
    }
  }

  private int most(Stretch stretch) {
    if (effort == Effort.SMALLEST) {
      return MOST_SMALL;
    }
    return stretch.width() == NARROW ? MOST_NARROW : MOST;
  }

  private void flush() {
    if (small.isEmpty()) {
      return;
    }
    Stretch first = small.get(0);
    boolean isOfOneWidth = true;
    for (Stretch stretch : small) {
      isOfOneWidth &=
          !stretch.isDeflated()
              && stretch.width() == first.width()
              && (first.width() == 0 || (stretch.from() - first.from()) % first.width() == 0);
    }
    int width = isOfOneWidth ? first.width() : 0;
    to.accept(new Stretch(first.from(), smallBytes, width, false, first.base()));
    small.clear();
    smallBytes = 0;
  }
}
