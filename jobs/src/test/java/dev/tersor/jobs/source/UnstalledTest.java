package dev.tersor.jobs.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class UnstalledTest {
  /** Has a byte, and then nothing until it is closed: as a server that goes silent. */
  private static final class Silent extends InputStream {
    private final CountDownLatch closed = new CountDownLatch(1);
    private boolean first = true;

    @Override
    public int read() throws IOException {
      if (first) {
        first = false;
        return 7;
      }
      try {
        closed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int value = read();
      if (value < 0) {
        return -1;
      }
      into[offset] = (byte) value;
      return 1;
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }

  @Test
  void silenceIsAnErrorAndNotTheEnd() throws IOException {
    try (InputStream body = new Unstalled(new Silent(), Duration.ofMillis(40))) {
      assertEquals(7, body.read());
      IOException silence = assertThrows(IOException.class, body::read);
      assertTrue(silence.getMessage().startsWith("nothing came for"), silence.getMessage());
    }
  }

  @Test
  void aReaderMayTakeItsTime() throws Exception {
    try (InputStream body =
        new Unstalled(
            new ByteArrayInputStream(new byte[] {1, (byte) 200}), Duration.ofMillis(40))) {
      assertEquals(1, body.read());
      Thread.sleep(120);
      assertEquals(200, body.read());
      assertEquals(-1, body.read());
    }
  }
}
