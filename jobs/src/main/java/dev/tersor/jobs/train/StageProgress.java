package dev.tersor.jobs.train;

import java.io.IOException;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Shows on the console where stages are, wherever their tasks run: they leave word in files. */
final class StageProgress implements AutoCloseable {
  private static final long EVERY_SECONDS = 5;

  private final StageFiles files;
  private final PrintStream console;
  private final Map<String, String> shown = new HashMap<>();
  private final ScheduledExecutorService clock;
  private volatile List<Stage> watched = List.of();

  @SuppressWarnings("FutureReturnValueIgnored") // what one round misses the next one shows
  StageProgress(StageFiles files, PrintStream console) {
    this.files = files;
    this.console = console;
    this.clock =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "tersor-progress");
              thread.setDaemon(true);
              return thread;
            });
    clock.scheduleAtFixedRate(this::show, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
  }

  void watch(List<Stage> stages) {
    show();
    watched = List.copyOf(stages);
  }

  private synchronized void show() {
    for (Stage stage : watched) {
      try {
        files
            .reported(stage.key())
            .filter(line -> !line.equals(shown.put(stage.key(), line)))
            .ifPresent(console::println);
      } catch (IOException e) {
        // A file that is being replaced; the next round finds it.
      }
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
    show();
  }
}
