package io.kvsinfer.worker.source;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try: within a second the first time, then the reconnect delay,
 * growing by a factor up to a cap, with jitter of 80–120 % applied after the cap. Not thread-safe.
 */
public final class Backoff {
  private static final double FIRST_SECONDS = 1.0;

  private final double reconnectSeconds;
  private final double capSeconds;
  private final double multiplier;
  private final RandomGenerator random;
  private int failures;

  /**
   * @param reconnectSeconds delay of the second retry before jitter, more than 0
   * @param capSeconds longest delay before jitter
   * @param multiplier factor from one delay to the next, at least 1
   */
  public Backoff(
      double reconnectSeconds, double capSeconds, double multiplier, RandomGenerator random) {
    if (!(reconnectSeconds > 0) || !(capSeconds > 0) || !(multiplier >= 1)) {
      throw new IllegalArgumentException(
          "delays must be above 0 s and the multiplier at least 1, not %s, %s and %s"
              .formatted(reconnectSeconds, capSeconds, multiplier));
    }
    this.reconnectSeconds = reconnectSeconds;
    this.capSeconds = capSeconds;
    this.multiplier = multiplier;
    this.random = random;
  }

  /** Counts a failure and says how long to wait before the next try. */
  public Duration next() {
    int retry = failures++;
    double seconds =
        retry == 0
            ? Math.min(FIRST_SECONDS, Math.min(reconnectSeconds, capSeconds))
                * random.nextDouble(0.1, 1.0)
            : Math.min(capSeconds, reconnectSeconds * Math.pow(multiplier, retry - 1))
                * random.nextDouble(0.8, 1.2);
    return Duration.ofNanos(Math.round(seconds * 1e9));
  }

  /** A good frame: the next failure is the first again. */
  public void reset() {
    failures = 0;
  }

  /** Failures in a row so far. */
  public int failures() {
    return failures;
  }
}
