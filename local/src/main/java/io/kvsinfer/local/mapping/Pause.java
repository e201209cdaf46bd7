package io.kvsinfer.local.mapping;

import java.time.Duration;

/** Waits before a retry. */
@FunctionalInterface
interface Pause {
  /** The wall clock's: from 200 ms on, doubled each time, at most 2 s; Lambda tells not its own. */
  Pause GROWING =
      attempt -> Thread.sleep(Duration.ofMillis(Math.min(2_000, 200L << Math.min(attempt, 4))));

  /**
   * Waits.
   *
   * @param attempt retries so far, from 0
   */
  void before(int attempt) throws InterruptedException;
}
