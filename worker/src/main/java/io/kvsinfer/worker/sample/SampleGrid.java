package io.kvsinfer.worker.sample;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;

/**
 * The grid of capture time on which looked-at frames lie: a frame is looked at when it is the first
 * one of its slot {@code floor(t · fps)}, {@code t} in seconds since the epoch. Slots are computed
 * in integers, so they do not drift and every worker that sees the same media looks at the same
 * frames; arrival time plays no part.
 *
 * @param numerator of the frames per second, a whole number
 * @param denominator of the frames per second, at most a thousand million
 */
public record SampleGrid(long numerator, long denominator) {
  private static final long NANOS = 1_000_000_000L;
  private static final int DECIMALS = 6;
  // Products of these with nanoseconds, and with seconds since the epoch, fit a long.
  private static final long MAX_DENOMINATOR = 1_000_000_000;
  private static final double MAX_FPS = 1000;
  private static final double MAX_SECONDS = 1_000_000;

  public SampleGrid {
    if (numerator <= 0
        || denominator <= 0
        || denominator > MAX_DENOMINATOR
        || numerator > MAX_DENOMINATOR
        || (double) numerator / denominator > MAX_FPS) {
      throw new IllegalArgumentException(
          "frames per second = %d/%d: must be greater than 0, at most %s"
              .formatted(numerator, denominator, MAX_FPS));
    }
  }

  /**
   * A grid of {@code fps} slots per second, taken to six decimals.
   *
   * @param fps greater than 0, at most 1000
   */
  public static SampleGrid of(double fps) {
    if (!(fps > 0 && fps <= MAX_FPS)) {
      throw new IllegalArgumentException(
          "frames per second = %s: must be greater than 0, at most %s".formatted(fps, MAX_FPS));
    }
    BigDecimal exact = BigDecimal.valueOf(fps);
    BigDecimal rounded =
        exact.scale() > DECIMALS ? exact.setScale(DECIMALS, RoundingMode.HALF_EVEN) : exact;
    int scale = Math.max(0, rounded.stripTrailingZeros().scale());
    return new SampleGrid(
        rounded.setScale(scale).unscaledValue().longValueExact(),
        BigDecimal.TEN.pow(scale).longValueExact());
  }

  /**
   * A grid of one slot in {@code seconds}, taken to milliseconds.
   *
   * @param seconds greater than 0, at most a million
   */
  public static SampleGrid everySeconds(double seconds) {
    if (!(seconds > 0 && seconds <= MAX_SECONDS)) {
      throw new IllegalArgumentException(
          "seconds = %s: must be greater than 0, at most %s".formatted(seconds, MAX_SECONDS));
    }
    return new SampleGrid(1000, Math.max(1, Math.round(seconds * 1000)));
  }

  /**
   * The grid of a detector that takes every {@code (skip + 1)}-th looked-at frame: the first of
   * each {@code skip + 1} slots. It is a grid rather than a count, so that a worker that resumes
   * takes the same frames.
   *
   * @param skip not negative
   */
  public SampleGrid every(int skip) {
    if (skip < 0 || skip >= MAX_DENOMINATOR / denominator) {
      throw new IllegalArgumentException(
          "skip_frames = %d: must be 0 to %d".formatted(skip, MAX_DENOMINATOR / denominator - 1));
    }
    return new SampleGrid(numerator, denominator * (skip + 1));
  }

  /** The grid with slots twice as long, or the same where they cannot be longer. */
  public SampleGrid half() {
    return denominator > MAX_DENOMINATOR / 2 ? this : every(1);
  }

  /** Number of the slot that holds {@code capturedAt}. */
  public long slot(Instant capturedAt) {
    long whole = Math.multiplyExact(capturedAt.getEpochSecond(), numerator);
    long rest = Math.floorMod(whole, denominator);
    long part = Math.floorDiv(rest * NANOS + capturedAt.getNano() * numerator, denominator * NANOS);
    return Math.floorDiv(whole, denominator) + part;
  }

  /** Length of a slot in seconds. */
  public double slotSeconds() {
    return (double) denominator / numerator;
  }
}
