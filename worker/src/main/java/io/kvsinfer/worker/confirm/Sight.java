package io.kvsinfer.worker.confirm;

import io.kvsinfer.contract.geometry.Box;
import java.time.Instant;

/**
 * A track's observation in the frame at hand, if it counts.
 *
 * @param box 0..1 of the picture
 * @param ordinal of the box among those of its label in the frame, from left to right
 */
record Sight(long trackId, String label, Box box, double confidence, Instant at, int ordinal) {
  /** What makes evidence good: sure and large. */
  double score() {
    return confidence * box.area();
  }
}
