package dev.tersor.core;

import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Damaged inputs, one after the other, each told by its number: a failure names it and has its
 * bytes, so that it becomes a test. {@code -Dmutations=N} sets how many there are in all tests
 * together: a third each of containers, network files and checkpoints.
 */
public final class Mutations {
  private static final int ALL = Integer.getInteger("mutations", 72_000);
  private static final long SLOWEST = TimeUnit.SECONDS.toNanos(60);

  /** Reads an input, or throws what says that it is damaged. */
  public interface Reader {
    /** Reads the input of a number. */
    void read(int number) throws IOException;
  }

  /** Makes the input of a number once more, for the message. */
  public interface Input {
    byte[] of(int number);
  }

  private Mutations() {}

  /** Inputs of each of the three kinds. */
  public static int third() {
    return ALL / 3;
  }

  /** Some bytes changed, or the end left out. */
  public static byte[] damage(byte[] file, Random random) {
    byte[] damaged = file.clone();
    int kind = random.nextInt(4);
    if (kind == 0) {
      return Arrays.copyOf(damaged, random.nextInt(file.length));
    }
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = random.nextInt(file.length);
      damaged[at] =
          (byte)
              switch (kind) {
                case 1 -> damaged[at] ^ 1 << random.nextInt(8);
                case 2 -> random.nextInt(256);
                default -> random.nextBoolean() ? 0xFF : 0;
              };
    }
    return damaged;
  }

  /** Reads inputs that nothing but damage may come of: no other exception, no hang, no memory. */
  public static void run(String what, int count, Input input, Reader reader) {
    int[] number = new int[1];
    long[] started = {System.nanoTime()};
    Throwable[] failure = new Throwable[1];
    Thread thread =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < count; i++) {
                  number[0] = i;
                  started[0] = System.nanoTime();
                  reader.read(i);
                }
              } catch (Throwable e) {
                failure[0] = e;
              }
            },
            "mutations of " + what);
    thread.setDaemon(true);
    thread.start();
    try {
      while (thread.isAlive()) {
        thread.join(200);
        if (thread.isAlive() && System.nanoTime() - started[0] > SLOWEST) {
          throw new AssertionError(message(what, number[0], input) + " takes a minute and more");
        }
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    if (failure[0] != null) {
      throw new AssertionError(message(what, number[0], input), failure[0]);
    }
  }

  private static String message(String what, int number, Input input) {
    return what + " " + number + ": " + HexFormat.of().formatHex(input.of(number));
  }
}
