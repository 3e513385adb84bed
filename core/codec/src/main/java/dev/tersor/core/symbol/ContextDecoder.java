package dev.tersor.core.symbol;

import dev.tersor.core.bits.MalformedInputException;
import dev.tersor.core.tensor.StateMachine;
import java.util.Arrays;

/** Reads the payload of {@link Context}. */
final class ContextDecoder {
  /** Words that a symbol takes at most. */
  private static final int WORDS = 3;

  private final byte[] payload;
  private final int position;
  private final PlacedCoder.Numbers numbers;
  private final ContextStream stream;

  ContextDecoder(Coded coded, PlacedCoder.Numbers numbers, ContextStream stream) {
    this.payload = coded.payload();
    this.position = coded.table().length;
    this.numbers = numbers;
    this.stream = stream;
  }

  /**
   * Decodes all of {@code values}.
   *
   * @throws MalformedInputException if the payload is not that of so many symbols
   */
  void decode(int[] values) {
    int count = values.length;
    int lanes = ContextStream.lanes(count);
    int end = payload.length;
    if (end < lanes * Rans.STATE_BYTES || end % Rans.WORD_BYTES != 0) {
      throw malformed("payload of " + end + " bytes", 0);
    }
    Binarisation binarisation = numbers.binarisation();
    StateMachine machine = numbers.place().machine();
    Axes axes = Axes.of(numbers.place().shape());
    Activity activity = new Activity(axes, Neighbours.mean(numbers.start()));
    SignContexts signs = numbers.expectsSigns(axes) ? new SignContexts(axes, count) : null;
    int sign = binarisation.hasSign() && signs == null ? 1 : 0;
    ContextClasses classes = stream.classes(machine, true);
    int[] ofLevel = stream.ofLevel(machine);
    int[] ofState = stream.ofState(machine);
    int[] symbols = binarisation.symbols();
    int half = symbols.length >> 1;
    int[] raws = new int[ContextClasses.MOST_TOKENS];
    int[] leasts = new int[ContextClasses.MOST_TOKENS];
    for (int token = 1; token < stream.tokens(); token++) {
      raws[token] = ContextClasses.low(token) + sign;
      leasts[token] = ContextClasses.least(token);
    }
    // So many words more that a symbol's may be read before it is known whether they are there.
    byte[] words = Arrays.copyOf(payload, end + WORDS * Rans.WORD_BYTES);
    long x = RansDecoder.state(payload, 0, position);
    long other = lanes == 1 ? Rans.LOW : RansDecoder.state(payload, Rans.STATE_BYTES, position);
    int at = lanes * Rans.STATE_BYTES;
    int state = 0;
    for (int i = 0; i < count; i++) {
      int ofClass = ofLevel[activity.level()] + ofState[state];
      int slot = (int) x & (ContextClasses.SLOTS - 1);
      int token = classes.token(ofClass, slot);
      int range = classes.range(ofClass, token);
      x = (range & 0xFFFF) * (x >>> ContextClasses.BITS) + slot - (range >>> 16);
      // Whether a state takes a word is as good as random, so it is computed, not branched on.
      long takes = (x - Rans.LOW) >> 63;
      x = x << (takes & 16) | (Rans.word(words, at) & takes);
      at -= (int) takes << 1;
      int bits = raws[token];
      int raw = (int) x & ((1 << bits) - 1);
      x >>>= bits;
      takes = (x - Rans.LOW) >> 63;
      x = x << (takes & 16) | (Rans.word(words, at) & takes);
      at -= (int) takes << 1;
      int magnitude = leasts[token] + (raw >>> sign);
      int negative = -(raw & sign);
      if (signs != null) {
        if (magnitude > 0) {
          int share = signs.negative();
          slot = (int) x & (ContextClasses.SLOTS - 1);
          negative = (slot - share) >> 31;
          int frequency = (share ^ ~negative) - ~negative + (ContextClasses.SLOTS & ~negative);
          x = frequency * (x >>> ContextClasses.BITS) + slot - (share & ~negative);
          takes = (x - Rans.LOW) >> 63;
          x = x << (takes & 16) | (Rans.word(words, at) & takes);
          at -= (int) takes << 1;
        }
        signs.add((magnitude ^ negative) - negative);
      }
      if (at > end) {
        throw malformed("payload ends before symbol " + i, end);
      }
      int place = half + ((magnitude ^ negative) - negative);
      int symbol = place < 0 || place >= symbols.length ? -1 : symbols[place];
      if (symbol < 0) {
        throw malformed("symbol " + i + " has no magnitude " + magnitude, at);
      }
      values[i] = symbol;
      classes.saw(ofClass, token);
      activity.add(magnitude);
      state = machine.next(state, symbol);
      if (lanes > 1) {
        long next = other;
        other = x;
        x = next;
      }
    }
    if (at != end) {
      throw malformed((end - at) + " bytes after the last symbol", at);
    }
    if (x != Rans.LOW || other != Rans.LOW) {
      throw malformed("the payload is not that of its symbols", at);
    }
  }

  private MalformedInputException malformed(String message, int where) {
    return new MalformedInputException(message, (long) position + where);
  }
}
