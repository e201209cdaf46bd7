package io.kvsinfer.functions.scheduler;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Lets so many through in a second, after a first second's worth at once. Thread-safe. */
final class Pace {
  private static final long SECOND = 1_000_000_000L;

  private final long interval;
  private final long burst;
  private final LongSupplier nanoTime;
  private final Scheduler.Pause pause;
  private long next;
  private boolean begun;

  Pace(int perSecond, LongSupplier nanoTime, Scheduler.Pause pause) {
    this.interval = SECOND / perSecond;
    this.burst = SECOND;
    this.nanoTime = nanoTime;
    this.pause = pause;
  }

  /** Returns when it is the caller's turn. */
  void await() {
    long wait = turn();
    if (wait > 0) {
      pause.await(Duration.ofNanos(wait));
    }
  }

  private synchronized long turn() {
    long now = nanoTime.getAsLong();
    if (!begun || next - (now - burst) < 0) {
      begun = true;
      next = now - burst;
    }
    next += interval;
    return next - now;
  }
}
