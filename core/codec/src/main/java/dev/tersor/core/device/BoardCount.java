package dev.tersor.core.device;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code count.c} says of a layer that it decoded on the board: a line {@code counted NAME
 * weights N ticks T stack B}, T of SysTick in QEMU with {@code -icount shift=0}.
 *
 * @param name of the tensor
 * @param ticks of 31.25 instructions each; the last one is not full
 * @param stack bytes that were touched below the caller
 */
public record BoardCount(String name, long weights, long ticks, int stack) {
  /** A tick of SysTick is so many nanoseconds, and an instruction is one. */
  private static final double INSTRUCTIONS_A_TICK = 31.25;

  private static final Pattern COUNTED =
      Pattern.compile("counted (\\S+) weights (\\d+) ticks (\\d+) stack (\\d+)");

  /** All that is counted in what the program said, in order. */
  public static List<BoardCount> parse(String said) {
    List<BoardCount> counts = new ArrayList<>();
    Matcher counted = COUNTED.matcher(said);
    while (counted.find()) {
      counts.add(
          new BoardCount(
              counted.group(1),
              Long.parseLong(counted.group(2)),
              Long.parseLong(counted.group(3)),
              Integer.parseInt(counted.group(4))));
    }
    return counts;
  }

  /** Instructions of decoding all of it, up to 31 too few. */
  public double instructions() {
    return INSTRUCTIONS_A_TICK * ticks;
  }

  /** Instructions for each weight, zeros included. */
  public double instructionsPerWeight() {
    return instructions() / weights;
  }
}
