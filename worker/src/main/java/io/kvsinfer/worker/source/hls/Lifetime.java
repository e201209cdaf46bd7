package io.kvsinfer.worker.source.hls;

import io.kvsinfer.worker.source.SourceTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;

/** A source's time until its end: nobody waits beyond that. Thread-safe. */
final class Lifetime {
  private final SourceTime time;
  private final CountDownLatch end = new CountDownLatch(1);

  Lifetime(SourceTime time) {
    this.time = time;
  }

  /** Time on the wall. */
  Instant now() {
    return time.instant();
  }

  long nanos() {
    return time.nanos();
  }

  /** Whether the moment {@code nanos} has come. */
  boolean reached(long nanos) {
    return time.nanos() - nanos >= 0;
  }

  /** The moment that lies so far ahead. */
  long in(Duration wait) {
    return time.nanos() + wait.toNanos();
  }

  /** Waits, but not beyond the end; not at all for zero or less. */
  void await(Duration wait) throws InterruptedException {
    if (wait.isPositive()) {
      time.await(wait, end);
    }
  }

  void end() {
    end.countDown();
  }

  boolean ended() {
    return end.getCount() == 0;
  }
}
