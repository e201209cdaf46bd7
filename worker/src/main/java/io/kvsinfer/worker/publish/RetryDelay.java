package io.kvsinfer.worker.publish;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long to wait after a failure: doubling, bounded, with jitter applied after the bound. */
final class RetryDelay {
  private static final double LEAST_JITTER = 0.8;
  private static final double MOST_JITTER = 1.2;

  private final Duration first;
  private final Duration most;
  private Duration next;

  RetryDelay(Duration first, Duration most) {
    this.first = first;
    this.most = most;
    this.next = first;
  }

  long nextNanos() {
    Duration delay = next;
    Duration doubled = delay.multipliedBy(2);
    next = doubled.compareTo(most) > 0 ? most : doubled;
    return Math.round(
        delay.toNanos() * ThreadLocalRandom.current().nextDouble(LEAST_JITTER, MOST_JITTER));
  }

  void reset() {
    next = first;
  }
}
