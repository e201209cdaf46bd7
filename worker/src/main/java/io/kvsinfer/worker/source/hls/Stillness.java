package io.kvsinfer.worker.source.hls;

import java.time.Duration;

/** How long a playlist has listed nothing new. Written by the thread that reads, read by any. */
final class Stillness {
  private static final int TARGETS = 3;

  private final Lifetime life;
  private final Duration least;
  private volatile long movedAt;
  private volatile Duration allowed;

  /**
   * @param least a playlist that moved within it does not stand still
   */
  Stillness(Lifetime life, Duration least) {
    this.life = life;
    this.least = least;
    this.allowed = least;
    this.movedAt = life.nanos();
  }

  /** The playlist listed something new, or another one is read. */
  void moved(Duration target) {
    movedAt = life.nanos();
    Duration targets = target.multipliedBy(TARGETS);
    allowed = targets.compareTo(least) > 0 ? targets : least;
  }

  Duration since() {
    return Duration.ofNanos(life.nanos() - movedAt);
  }

  /** Whether the playlist stands still: three target durations and the least time have passed. */
  boolean lasting() {
    return since().compareTo(allowed) > 0;
  }
}
