package dev.tersor.core.network;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Work on all processors whose results are wanted in order. What is under way is bounded by its
 * memory, so that a file of any length takes no more than a share of what there is.
 */
final class InOrder<T> implements AutoCloseable {
  /** Takes the results, on the thread that adds work. */
  interface Sink<T> {
    void take(T result) throws IOException;
  }

  private record Task<T>(Future<T> future, long bytes) {}

  /** The share of memory for what is under way. */
  private static final int SHARE_OF_MEMORY = 3;

  private static final int TASKS_OF_A_PROCESSOR = 2;

  private final int mostTasks;
  private final long mostBytes;
  private final Sink<T> sink;
  private final ExecutorService threads;
  private final Deque<Task<T>> waiting = new ArrayDeque<>();
  private long bytes;

  InOrder(Sink<T> sink) {
    int processors = Runtime.getRuntime().availableProcessors();
    this.sink = sink;
    this.mostTasks = TASKS_OF_A_PROCESSOR * processors;
    this.mostBytes = Runtime.getRuntime().maxMemory() / SHARE_OF_MEMORY;
    this.threads = Executors.newFixedThreadPool(processors);
  }

  /**
   * Adds work, once there is room for it; one that is larger than all room is done alone.
   *
   * @param memory bytes that it takes, with its result
   * @throws IOException of the work, or of the sink
   */
  void add(long memory, Callable<T> work) throws IOException {
    while (!waiting.isEmpty() && (waiting.size() >= mostTasks || bytes + memory > mostBytes)) {
      takeOne();
    }
    bytes += memory;
    waiting.add(new Task<>(threads.submit(work), memory));
  }

  /** Hands on what is left. */
  void finish() throws IOException {
    while (!waiting.isEmpty()) {
      takeOne();
    }
  }

  private void takeOne() throws IOException {
    Task<T> task = waiting.remove();
    try {
      sink.take(task.future().get());
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    bytes -= task.bytes();
  }

  /** What is thrown as it is; anything else is returned. */
  private static RuntimeException failure(Throwable cause) throws IOException {
    if (cause instanceof IOException failure) {
      throw failure;
    }
    if (cause instanceof Error failure) {
      throw failure;
    }
    return cause instanceof RuntimeException failure ? failure : new IllegalStateException(cause);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
