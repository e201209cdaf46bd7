package io.kvsinfer.store;

import java.time.Duration;
import java.time.Instant;

/**
 * How long rows stay, by kind, from when their newest event was detected.
 *
 * @param events of events and incidents
 * @param plates of events and incidents that hold a plate, when that is shorter
 */
public record Retention(Duration events, Duration plates) {
  /** The same for every kind. */
  public static Retention of(Duration all) {
    return new Retention(all, all);
  }

  /** When a row goes, in seconds since the epoch as DynamoDB's TTL wants them. */
  long expiry(Instant detectedAt, boolean withPlate) {
    boolean shorter = withPlate && plates.compareTo(events) < 0;
    return detectedAt.plus(shorter ? plates : events).getEpochSecond();
  }
}
