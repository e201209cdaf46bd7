package io.kvsinfer.worker.confirm;

import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.worker.detect.PlateReading;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A track's observation in the frame at hand, if it counts.
 *
 * @param box 0..1 of the picture
 * @param ordinal of the box among those of its label in the frame, from left to right
 * @param reading of a plate; null where nobody tried to read
 */
record Sight(
    long trackId,
    String label,
    Box box,
    double confidence,
    Instant at,
    int ordinal,
    @Nullable PlateReading reading) {
  private static final double UNREAD = 0.1;

  /** What makes evidence good: sure and large, and of a plate, legible. */
  double score() {
    double legible = reading == null ? 1 : UNREAD + (1 - UNREAD) * reading.confidence();
    return confidence * box.area() * legible;
  }
}
