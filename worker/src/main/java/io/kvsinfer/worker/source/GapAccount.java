package io.kvsinfer.worker.source;

import io.kvsinfer.worker.source.SourceEvent.Gap;
import io.kvsinfer.worker.source.SourceEvent.GapReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a source did not read, as it stood once: sums by reason since the source was made, and the
 * newest gaps one by one.
 *
 * @param byReason only reasons that occurred
 * @param newest oldest first, at most {@link #KEPT}
 */
public record GapAccount(Map<GapReason, Sum> byReason, List<Gap> newest) {
  /** How many single gaps are kept. */
  public static final int KEPT = 1000;

  /** Times and durations come in milliseconds, and sums of them are off by some. */
  private static final Duration ROUNDING = Duration.ofMillis(5);

  /** Nothing is missing. */
  public static final GapAccount NONE = new GapAccount(Map.of(), List.of());

  /**
   * Gaps of one reason.
   *
   * @param fragments known to be unread; more may lie in gaps where KVS told no number
   * @param time captured and not read, as far as both ends of a gap are known
   */
  public record Sum(long gaps, long fragments, Duration time) {}

  public GapAccount {
    byReason = Map.copyOf(byReason);
    newest = List.copyOf(newest);
  }

  /** Gaps of all reasons. */
  public long gaps() {
    return byReason.values().stream().mapToLong(Sum::gaps).sum();
  }

  /** Fragments known to be unread, of all reasons. */
  public long fragments() {
    return byReason.values().stream().mapToLong(Sum::fragments).sum();
  }

  /** Captured and not read, of all reasons. */
  public Duration time() {
    return byReason.values().stream().map(Sum::time).reduce(Duration.ZERO, Duration::plus);
  }

  /** Whether one of the newest gaps spans from {@code from} to {@code to}, both capture times. */
  public boolean names(Instant from, Instant to) {
    for (Gap gap : newest) {
      Instant begin = gap.from();
      Instant end = gap.to();
      if (end != null
          && !end.isBefore(to.minus(ROUNDING))
          && (begin == null || !begin.isAfter(from.plus(ROUNDING)))) {
        return true;
      }
    }
    return false;
  }
}
