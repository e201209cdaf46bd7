package io.kvsinfer.worker.source;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Time as a source lives in it: what the clock on the wall says, how much has passed, and waiting.
 * Thread-safe.
 */
public interface SourceTime extends InstantSource {

  /** Nanoseconds since some moment, never going back. */
  long nanos();

  /**
   * Waits until {@code time} has passed or {@code end} has been counted down.
   *
   * @throws InterruptedException when the calling thread is interrupted
   */
  void await(Duration time, CountDownLatch end) throws InterruptedException;

  /** This machine's time, with {@code clock} on the wall. */
  static SourceTime of(InstantSource clock) {
    return new SourceTime() {
      @Override
      public Instant instant() {
        return clock.instant();
      }

      @Override
      public long nanos() {
        return System.nanoTime();
      }

      @Override
      public void await(Duration time, CountDownLatch end) throws InterruptedException {
        boolean _ = end.await(time.toNanos(), TimeUnit.NANOSECONDS);
      }
    };
  }
}
