package io.kvsinfer.contract.state;

import io.kvsinfer.contract.geometry.Box;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a camera was watched, with everything of it published.
 *
 * @param fragmentNumber last fragment done; null where the source has none
 * @param capturedAt capture time of its last frame
 * @param openIncidents incidents a successor takes over
 */
public record Checkpoint(
    @Nullable String fragmentNumber, Instant capturedAt, List<OpenIncident> openIncidents) {
  public Checkpoint {
    openIncidents = List.copyOf(openIncidents);
  }

  /**
   * An incident not yet closed.
   *
   * @param nextSequence sequence of its next event
   * @param box where it was last seen, 0..1 of the picture
   * @param bestConfidence of the best evidence published
   * @param plate text so far, if any
   */
  public record OpenIncident(
      String incidentId,
      String detector,
      String type,
      String label,
      int nextSequence,
      Instant startedAt,
      Instant lastSeenAt,
      Box box,
      double bestConfidence,
      @Nullable String plate) {}
}
