package io.kvsinfer.worker.confirm;

import io.kvsinfer.media.frame.FrameTime;
import io.kvsinfer.worker.detect.plate.PlateBallot;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The last looked-at frames of one track: in which of them it counted, and where that began. */
final class Candidate {
  private final int window;
  private final Deque<Boolean> hits = new ArrayDeque<>();
  private int count;
  private @Nullable FrameTime firstHit;
  private int firstOrdinal;
  private PlateBallot readings = new PlateBallot();

  Candidate(int window) {
    this.window = window;
  }

  void hit(FrameTime time, int ordinal) {
    if (firstHit == null) {
      firstHit = time;
      firstOrdinal = ordinal;
    }
    add(true);
  }

  void miss() {
    add(false);
    if (count == 0) {
      firstHit = null;
    }
  }

  /** What was read of it while it belonged to no incident. */
  PlateBallot readings() {
    return readings;
  }

  /** Forgets what was; the next hit is the first. */
  void clear() {
    readings = new PlateBallot();
    hits.clear();
    count = 0;
    firstHit = null;
  }

  boolean confirmed(int needed, double minSeconds, FrameTime now) {
    return firstHit != null
        && count >= needed
        && Duration.between(firstHit.capturedAt(), now.capturedAt()).toNanos() >= minSeconds * 1e9;
  }

  /** Whether it counted in one of the last frames. */
  boolean pending() {
    return count > 0;
  }

  /** The frame of the first hit. */
  FrameTime firstHit() {
    if (firstHit == null) {
      throw new IllegalStateException("a track without a hit");
    }
    return firstHit;
  }

  int firstOrdinal() {
    return firstOrdinal;
  }

  private void add(boolean hit) {
    hits.addLast(hit);
    count += hit ? 1 : 0;
    if (hits.size() > window) {
      count -= hits.removeFirst() ? 1 : 0;
    }
  }
}
