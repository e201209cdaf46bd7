package io.kvsinfer.functions.scheduler;

import java.time.Duration;

/**
 * Numbers that {@link Reconcile} goes by.
 *
 * @param starts tasks started in one invocation at most; the rest follows in the next
 * @param firstDelay before the second launch of a camera whose worker ended badly; doubled each
 *     time
 * @param longestDelay where doubling ends
 * @param ranWell a worker that ran this long takes the camera's attempts back to 1
 * @param unanswered a launch without a task after this long is asked for again
 * @param tokenLife how long ECS remembers a client token, with a margin
 * @param unknown a task that ECS does not know this long after its launch is gone
 * @param renewal how often a worker renews its lease
 * @param drift how far a lease counter may be from its expected value before it is noted anew
 * @param standstill a lease counter unchanged for this long means a hanging worker: three ticks of
 *     the minute schedule
 * @param patience an invocation that sets a launch's time this near waits for it, since the
 *     schedule is slower
 * @param leaseWithin a running worker must hold the lease after this long
 */
public record Limits(
    int starts,
    Duration firstDelay,
    Duration longestDelay,
    Duration ranWell,
    Duration unanswered,
    Duration tokenLife,
    Duration unknown,
    Duration renewal,
    Duration drift,
    Duration standstill,
    Duration patience,
    Duration leaseWithin) {
  /** What the product runs with. */
  public static final Limits DEFAULT =
      new Limits(
          200,
          Duration.ofSeconds(5),
          Duration.ofSeconds(300),
          Duration.ofSeconds(60),
          Duration.ofSeconds(30),
          Duration.ofHours(12),
          Duration.ofSeconds(60),
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(170),
          Duration.ofSeconds(15),
          Duration.ofMinutes(10));

  /** Delay after launch number {@code attempt} (from 1) failed. */
  Duration delay(int attempt) {
    Duration delay = firstDelay;
    for (int i = 1; i < attempt && delay.compareTo(longestDelay) < 0; i++) {
      delay = delay.multipliedBy(2);
    }
    return delay.compareTo(longestDelay) < 0 ? delay : longestDelay;
  }
}
