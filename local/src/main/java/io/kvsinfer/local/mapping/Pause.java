package io.kvsinfer.local.mapping;

import java.time.Duration;

/** Waits before a retry. */
@FunctionalInterface
interface Pause {
  /** The wall clock's: from 200 ms on, doubled each time, at most 10 s. */
  Pause GROWING =
      attempt -> Thread.sleep(Duration.ofMillis(Math.min(10_000, 200L << Math.min(attempt, 6))));

  /**
   * Waits.
   *
   * @param attempt retries so far, from 0
   */
  void before(int attempt) throws InterruptedException;
}
