package io.kvsinfer.local;

import io.kvsinfer.local.kvs.Fed;
import io.kvsinfer.local.scene.Scene;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What really happened in front of a rendered camera, in capture time. */
final class GroundTruth {
  /** An incident may begin this long after its happening went out of sight. */
  private static final Duration SLACK = Duration.ofMillis(1500);

  /** A happening must stay clear for so long before an incident can be expected of it. */
  private static final Duration NEEDED = Duration.ofMillis(1500);

  private GroundTruth() {}

  /**
   * One real event.
   *
   * @param from first visible
   * @param clear from here on a detector can be expected to see it
   * @param to last visible
   */
  record Real(String label, String text, Instant from, Instant clear, Instant to) {
    /** Whether somebody who looked from {@code begin} to {@code end} must have seen it. */
    boolean expectedWithin(Instant begin, Instant end) {
      return !clear.isBefore(begin) && !clear.plus(NEEDED).isAfter(end);
    }

    /** Whether an incident of that label which began then is this one. */
    boolean explains(String seenLabel, Instant startedAt) {
      return seenLabel.equals(label)
          && !startedAt.isBefore(from.minus(SLACK))
          && !startedAt.isAfter(to.plus(SLACK));
    }
  }

  /** The happenings of {@code scene} for every time it was played. */
  static List<Real> of(Scene scene, List<Fed> fed) {
    Map<Integer, Instant> starts = new LinkedHashMap<>();
    for (Fed fragment : fed) {
      starts.putIfAbsent(
          fragment.loop(), plus(fragment.producerTimestamp(), -fragment.clipSeconds()));
    }
    List<Real> real = new ArrayList<>();
    for (Instant start : starts.values()) {
      for (Scene.Happening happening : scene.truth()) {
        real.add(
            new Real(
                happening.label(),
                happening.text(),
                plus(start, happening.fromSeconds()),
                plus(start, happening.clearSeconds()),
                plus(start, happening.toSeconds())));
      }
    }
    return real;
  }

  private static Instant plus(Instant time, double seconds) {
    return time.plusNanos(Math.round(seconds * 1e9));
  }
}
