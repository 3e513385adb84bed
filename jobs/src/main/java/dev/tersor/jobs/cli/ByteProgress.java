package dev.tersor.jobs.cli;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** Says how much of a long file is done, every few seconds. */
final class ByteProgress implements LongConsumer {
  private static final long INTERVAL = TimeUnit.SECONDS.toNanos(2);

  private final String doing;
  private final PrintStream to;
  private long said = System.nanoTime();

  /**
   * @param doing what is done, and with which file
   */
  ByteProgress(String doing, PrintStream to) {
    this.doing = doing;
    this.to = to;
  }

  @Override
  public void accept(long done) {
    long now = System.nanoTime();
    if (now - said >= INTERVAL) {
      said = now;
      to.println(String.format(Locale.ROOT, "%s: %,d bytes", doing, done));
    }
  }
}
