package dev.tersor.core.symbol;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.tensor.StateMachine;
import java.util.Arrays;

/**
 * Writes what {@link ContextDecoder} reads: it goes through the symbols as that will, to find what
 * each is coded with, and then codes them from the last to the first.
 */
final class ContextEncoder {
  private final int[] values;
  private final PlacedCoder.Numbers numbers;
  private final StateMachine machine;
  private final Axes axes;

  /** By symbol the number that it stands for. */
  private final int[] signed;

  /** By symbol the level of what was expected. */
  private final byte[] levels;

  /** By symbol how probable a negative one was; null where no sign is expected. */
  private final char[] negatives;

  ContextEncoder(int[] values, PlacedCoder.Numbers numbers) {
    this.values = values;
    this.numbers = numbers;
    this.machine = numbers.place().machine();
    this.axes = Axes.of(numbers.place().shape());
    this.signed = new int[values.length];
    this.levels = new byte[values.length];
    this.negatives = numbers.expectsSigns(axes) ? new char[values.length] : null;
  }

  Coded encode() {
    Activity activity = new Activity(axes, Neighbours.mean(numbers.start()));
    SignContexts signs = negatives == null ? null : new SignContexts(axes, values.length);
    int[] counts = new int[Neighbours.LEVELS * ContextClasses.MOST_TOKENS];
    int tokens = 2;
    for (int i = 0; i < values.length; i++) {
      int number = numbers.binarisation().magnitude(values[i]);
      int magnitude = Math.abs(number);
      signed[i] = number;
      levels[i] = (byte) activity.level();
      activity.add(magnitude);
      int token = ContextClasses.token(magnitude);
      counts[levels[i] * ContextClasses.MOST_TOKENS + token]++;
      tokens = Math.max(tokens, token + 1);
      if (signs != null) {
        negatives[i] = (char) signs.negative();
        signs.add(number);
      }
    }
    Coded best = encode(stream(false, counts, tokens));
    if (machine != StateMachine.NONE) {
      Coded byState = encode(stream(true, counts, tokens));
      int bytes = byState.table().length + byState.payload().length;
      best = bytes < best.table().length + best.payload().length ? byState : best;
    }
    return best;
  }

  private ContextStream stream(boolean byState, int[] counts, int tokens) {
    int each = byState ? machine.states() : machine == StateMachine.NONE ? 1 : 2;
    return new ContextStream(byState, tokens, LevelClasses.cut(counts, tokens, each));
  }

  private Coded encode(ContextStream stream) {
    return new Coded(stream.write(), payload(ranges(stream)));
  }

  /** By symbol the range of its token. */
  private int[] ranges(ContextStream stream) {
    ContextClasses classes = stream.classes(machine, false);
    int[] ofLevel = stream.ofLevel(machine);
    int[] ofState = stream.ofState(machine);
    int[] ranges = new int[values.length];
    int state = 0;
    for (int i = 0; i < values.length; i++) {
      int token = ContextClasses.token(Math.abs(signed[i]));
      int ofClass = ofLevel[levels[i]] + ofState[state];
      ranges[i] = classes.range(ofClass, token);
      classes.saw(ofClass, token);
      state = machine.next(state, values[i]);
    }
    return ranges;
  }

  private byte[] payload(int[] ranges) {
    int sign = numbers.binarisation().hasSign() && negatives == null ? 1 : 0;
    long[] lanes = new long[ContextStream.lanes(values.length)];
    Arrays.fill(lanes, Rans.LOW);
    RansWords out = new RansWords(3 * values.length, lanes.length);
    for (int i = values.length - 1; i >= 0; i--) {
      int lane = i % lanes.length;
      long x = lanes[lane];
      int magnitude = Math.abs(signed[i]);
      int negative = signed[i] >>> 31;
      if (magnitude > 0) {
        if (negatives != null) {
          int share = negatives[i];
          x =
              negative != 0
                  ? out.encode(x, 0, share, ContextClasses.BITS)
                  : out.encode(x, share, ContextClasses.SLOTS - share, ContextClasses.BITS);
        }
        int low = ContextClasses.low(ContextClasses.token(magnitude));
        int raw = (magnitude & ((1 << low) - 1)) << sign | (negative & sign);
        x = out.encode(x, raw, 1, low + sign);
      }
      x = out.encode(x, ranges[i] >>> 16, ranges[i] & 0xFFFF, ContextClasses.BITS);
      lanes[lane] = x;
    }
    return out.finish(lanes);
  }

  /** Words of rANS, written from the last to the first. */
  private static final class RansWords {
    private final byte[] out;
    private int at;

    /**
     * @param steps no step writes more than a word
     */
    RansWords(int steps, int lanes) {
      this.out = new byte[Rans.WORD_BYTES * steps + lanes * Rans.STATE_BYTES];
      this.at = out.length;
    }

    /** The state that a range of 2^bits leads to. */
    long encode(long state, int start, int frequency, int bits) {
      long x = state;
      if (x >= (long) frequency << (Integer.SIZE - bits)) {
        at -= Rans.WORD_BYTES;
        LittleEndian.putShort(out, at, (short) x);
        x >>>= Short.SIZE;
      }
      return ((x / frequency) << bits) + x % frequency + start;
    }

    byte[] finish(long[] lanes) {
      for (int lane = lanes.length - 1; lane >= 0; lane--) {
        at -= Rans.STATE_BYTES;
        LittleEndian.putInt(out, at, (int) lanes[lane]);
      }
      return Arrays.copyOfRange(out, at, out.length);
    }
  }
}
