package io.kvsinfer.worker.track;

import io.kvsinfer.contract.geometry.Box;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An object with a constant velocity of its centre. */
final class MovingObject {
  // How much of a difference between expected and seen motion is believed.
  private static final double VELOCITY_GAIN = 0.6;
  // Motion is not carried on for longer than this.
  private static final double MAX_PREDICTION_SECONDS = 1.5;
  // What covers the same place for so long stands.
  private static final double STANDS_SECONDS = 3;
  private static final double STANDS_IOU = 0.6;

  private final long id;
  private final String label;
  private final Instant firstSeenAt;
  private Instant lastSeenAt;
  private Box box;
  private double confidence;
  private int observation;
  private int misses;
  private boolean moves;
  private double velocityX;
  private double velocityY;
  private Box place;
  private Instant placeSince;

  MovingObject(long id, Instant capturedAt, int index, Observation first) {
    this.id = id;
    this.label = first.label();
    this.firstSeenAt = capturedAt;
    this.lastSeenAt = capturedAt;
    this.box = first.box();
    this.place = first.box();
    this.placeSince = capturedAt;
    this.confidence = first.confidence();
    this.observation = index;
  }

  static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e9;
  }

  String label() {
    return label;
  }

  Box box() {
    return box;
  }

  Instant lastSeenAt() {
    return lastSeenAt;
  }

  int misses() {
    return misses;
  }

  /** Whether its velocity is known, from two sights or more. */
  boolean moves() {
    return moves;
  }

  Box predicted(Instant capturedAt) {
    double dt = Math.clamp(seconds(lastSeenAt, capturedAt), 0, MAX_PREDICTION_SECONDS);
    return new Box(box.x() + velocityX * dt, box.y() + velocityY * dt, box.width(), box.height());
  }

  /** Moves on to a frame in which it was seen as {@code seen}, or not at all. */
  void step(Instant capturedAt, int index, @Nullable Observation seen) {
    observation = index;
    if (seen == null) {
      misses++;
      return;
    }
    double dt = seconds(lastSeenAt, capturedAt);
    if (dt > 0) {
      double vx = (seen.box().center().x() - box.center().x()) / dt;
      double vy = (seen.box().center().y() - box.center().y()) / dt;
      double gain = moves ? VELOCITY_GAIN : 1;
      velocityX += gain * (vx - velocityX);
      velocityY += gain * (vy - velocityY);
      moves = true;
    }
    box = seen.box();
    if (place.iou(box) < STANDS_IOU) {
      place = box;
      placeSince = capturedAt;
    }
    confidence = seen.confidence();
    lastSeenAt = capturedAt;
    misses = 0;
  }

  Track track(Instant capturedAt) {
    return new Track(
        id,
        label,
        box,
        observation >= 0 ? box : predicted(capturedAt),
        confidence,
        observation,
        firstSeenAt,
        lastSeenAt,
        misses,
        seconds(placeSince, lastSeenAt) >= STANDS_SECONDS);
  }
}
