package dev.tersor.jobs.sweep;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.util.LongAccumulator;

/**
 * A bar of cells done, on one line of a terminal that is drawn over; a line a wave where the output
 * is not a terminal.
 */
final class Progress implements AutoCloseable {
  private static final int BAR = 30;

  private final PrintStream out;
  private final boolean terminal;
  private final long cells;
  private final LongAccumulator done;
  private final long started = System.nanoTime();
  private final ScheduledExecutorService timer;
  private volatile String wave = "";

  @SuppressWarnings({"SystemConsoleNull", "FutureReturnValueIgnored"}) // Java 17; drawn for show
  Progress(PrintStream out, long cells, LongAccumulator done) {
    this.out = out;
    this.cells = cells;
    this.done = done;
    this.terminal = System.console() != null;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "tersor-progress");
              thread.setDaemon(true);
              return thread;
            });
    if (terminal) {
      timer.scheduleAtFixedRate(this::draw, 500, 500, TimeUnit.MILLISECONDS);
    }
  }

  void wave(int number, int of) {
    wave = "wave " + number + "/" + of;
  }

  void waveEnded() {
    if (!terminal) {
      out.println(line());
    }
  }

  private void draw() {
    out.print("\r" + line());
    out.flush();
  }

  private String line() {
    // A task that is run again counts its cells again.
    long now = Math.min(cells, done.value());
    int filled = cells == 0 ? BAR : (int) (BAR * now / cells);
    String head = filled < BAR ? ">" : "";
    return String.format(
        Locale.ROOT,
        "[%-" + BAR + "s] %3d %%  %,d/%,d cells  %s  %d s",
        "=".repeat(Math.max(0, filled - head.length())) + head,
        cells == 0 ? 100 : 100 * now / cells,
        now,
        cells,
        wave,
        (System.nanoTime() - started) / 1_000_000_000);
  }

  @Override
  public void close() {
    timer.shutdownNow();
    if (terminal) {
      draw();
      out.println();
    }
  }
}
