package io.kvsinfer.functions.scheduler;

import java.time.Duration;

/**
 * Numbers that {@link Reconcile} goes by.
 *
 * @param starts tasks started in one invocation at most; the rest follows in the next
 * @param startsPerSecond what ECS takes of RunTask
 * @param replacements tasks replaced in one invocation with nothing wrong, for their age or a new
 *     worker version
 * @param firstDelay before the second launch of a camera whose worker ended badly; doubled each
 *     time
 * @param longestDelay where doubling ends
 * @param ranWell a worker that ran this long takes the camera's attempts back to 1
 * @param unanswered a launch without a task after this long is asked for again
 * @param tokenLife how long ECS remembers a client token, with a margin
 * @param unknown a task that ECS does not know for this long is gone; for a shorter while its
 *     answers may lag
 * @param renewal how often a worker renews its lease
 * @param drift how far a lease counter may be from its expected value before it is noted anew
 * @param standstill a lease counter unchanged for this long means a hanging worker: three ticks of
 *     the minute schedule
 * @param patience an invocation that sets a launch's time this near waits for it, since the
 *     schedule is slower
 * @param leaseWithin a running worker must hold the lease after this long
 * @param longestRun a worker is replaced before it has run this long: ECS drains instances after 14
 *     days, at a time of its own choice
 * @param spread over which those replacements are spread, before {@code longestRun}
 * @param canaryFor how long a new worker version is tried
 */
public record Limits(
    int starts,
    int startsPerSecond,
    int replacements,
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
    Duration leaseWithin,
    Duration longestRun,
    Duration spread,
    Duration canaryFor) {
  /** What the product runs with. */
  public static final Limits DEFAULT =
      new Limits(
          1000,
          40,
          100,
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
          Duration.ofMinutes(4),
          Duration.ofDays(13),
          Duration.ofDays(2),
          Duration.ofMinutes(15));

  /** Delay after launch number {@code attempt} (from 1) failed. */
  Duration delay(int attempt) {
    Duration delay = firstDelay;
    for (int i = 1; i < attempt && delay.compareTo(longestDelay) < 0; i++) {
      delay = delay.multipliedBy(2);
    }
    return delay.compareTo(longestDelay) < 0 ? delay : longestDelay;
  }

  /** How old the task of a camera may become; not all the same, lest all are replaced at once. */
  Duration oldest(String cameraId) {
    long seconds = Math.max(1, spread.toSeconds());
    return longestRun.minusSeconds(Math.floorMod(cameraId.hashCode() * 2_654_435_761L, seconds));
  }
}
