package io.kvsinfer.worker.track;

import io.kvsinfer.contract.geometry.Box;
import java.time.Duration;
import java.time.Instant;

/** An object with a constant velocity of its centre. */
final class MovingObject {
  // Velocity is that of about the last so many seconds, whatever the frame rate: boxes tremble.
  private static final double VELOCITY_SECONDS = 0.25;
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
  private boolean faint;
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

  /** Moves on to a frame in which it was not seen. */
  void missed() {
    observation = -1;
    faint = false;
    misses++;
  }

  /** Moves on to a frame in which it was seen faintly: it is followed, its evidence stays. */
  void followed(Instant capturedAt, Observation seen) {
    double sure = confidence;
    moved(capturedAt, -1, seen);
    confidence = sure;
    faint = true;
  }

  /**
   * Moves on to a frame in which it was seen.
   *
   * @param index of the observation
   */
  void moved(Instant capturedAt, int index, Observation seen) {
    observation = index;
    faint = false;
    double dt = seconds(lastSeenAt, capturedAt);
    if (dt > 0) {
      double vx = (seen.box().center().x() - box.center().x()) / dt;
      double vy = (seen.box().center().y() - box.center().y()) / dt;
      // Over all of it while it is new, and over a gap as if it had been seen all along.
      double recent = 1 - StrictMath.exp(-dt / VELOCITY_SECONDS);
      double gain = Math.max(recent, dt / seconds(firstSeenAt, capturedAt));
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
        observation >= 0 || faint ? box : predicted(capturedAt),
        confidence,
        observation,
        faint,
        firstSeenAt,
        lastSeenAt,
        misses,
        seconds(placeSince, lastSeenAt) >= STANDS_SECONDS);
  }
}
