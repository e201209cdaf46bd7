package io.kvsinfer.store;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A span of time, cut to milliseconds.
 *
 * @param from first moment inside
 * @param until first moment no longer inside
 */
public record TimeRange(Instant from, Instant until) {
  /** All times that can be stored. */
  public static final TimeRange ALL =
      new TimeRange(Instant.EPOCH, Instant.parse("9999-01-01T00:00:00Z"));

  public TimeRange {
    from = from.truncatedTo(ChronoUnit.MILLIS);
    until = until.truncatedTo(ChronoUnit.MILLIS);
    if (!from.isBefore(until)) {
      throw new IllegalArgumentException(from + " must be before " + until);
    }
  }

  /** From a moment on. */
  public static TimeRange since(Instant from) {
    return new TimeRange(from, ALL.until);
  }
}
