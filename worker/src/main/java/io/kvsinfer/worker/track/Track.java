package io.kvsinfer.worker.track;

import io.kvsinfer.contract.geometry.Box;
import java.time.Instant;

/**
 * One object followed over frames, as it stands after a frame.
 *
 * @param id 1, 2, … in the order of first sight
 * @param box where it was last seen, in the space of the observations
 * @param predicted where it should be at the time of the frame; equals {@code box} when just seen
 * @param confidence of the newest observation, 0..1
 * @param observation index of its observation in the frame's list; -1 when it was not seen there
 * @param faint whether it was seen there too faintly to count, and only followed
 * @param misses frames in a row in which it was not seen
 * @param stands whether it has been in the same place for seconds
 */
public record Track(
    long id,
    String label,
    Box box,
    Box predicted,
    double confidence,
    int observation,
    boolean faint,
    Instant firstSeenAt,
    Instant lastSeenAt,
    int misses,
    boolean stands) {

  /** Whether it was seen in this frame. */
  public boolean seen() {
    return observation >= 0;
  }
}
