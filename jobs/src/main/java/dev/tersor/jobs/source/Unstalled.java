package dev.tersor.jobs.source;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A body that fails where nothing comes for a while. The timeout of a request ends with its
 * headers; a server that goes silent after them would be waited for forever.
 */
final class Unstalled extends FilterInputStream {
  private static final long NOT_WAITING = Long.MIN_VALUE;

  private final Duration patience;
  private final ScheduledExecutorService watch;
  private volatile long waitingSince = NOT_WAITING;
  private volatile boolean stalled;

  @SuppressWarnings("FutureReturnValueIgnored") // it ends with the stream
  Unstalled(InputStream body, Duration patience) {
    super(body);
    this.patience = patience;
    watch =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "tersor-download");
              thread.setDaemon(true);
              return thread;
            });
    long period = patience.toMillis() / 4 + 1;
    watch.scheduleWithFixedDelay(this::look, period, period, TimeUnit.MILLISECONDS);
  }

  private void look() {
    // What a slow disk takes between two reads is not the server's silence.
    long since = waitingSince;
    if (since != NOT_WAITING && System.nanoTime() - since > patience.toNanos()) {
      stalled = true;
      try {
        // Wakes the reader.
        in.close();
      } catch (IOException e) {
        // The reader tells of the silence.
      }
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    waitingSince = System.nanoTime();
    try {
      int read = in.read(into, offset, length);
      if (!stalled) {
        return read;
      }
    } catch (IOException e) {
      if (!stalled) {
        throw e;
      }
    } finally {
      waitingSince = NOT_WAITING;
    }
    throw new IOException("nothing came for " + patience.toSeconds() + " seconds");
  }

  @Override
  public void close() throws IOException {
    watch.shutdownNow();
    in.close();
  }
}
