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
   * @param nextSequence sequence of its next event; 0 = minted, and its opened event, decided at
   *     {@code lastSeenAt}, is not known to be published: a successor repeats it
   * @param box where it was last seen, 0..1 of the picture
   * @param bestConfidence of the best evidence published
   * @param plate text so far, if any
   * @param bestScore of the best evidence published, confidence × share of the picture; null when
   *     written by an older worker
   * @param updatedAt capture time of the last opened or updated event; null likewise
   * @param plateVotes readings behind {@code plate}; null where there are none
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
      @Nullable String plate,
      @Nullable Double bestScore,
      @Nullable Instant updatedAt,
      @Nullable PlateVotes plateVotes) {

    /** An incident without readings of a plate. */
    public OpenIncident(
        String incidentId,
        String detector,
        String type,
        String label,
        int nextSequence,
        Instant startedAt,
        Instant lastSeenAt,
        Box box,
        double bestConfidence,
        @Nullable String plate,
        @Nullable Double bestScore,
        @Nullable Instant updatedAt) {
      this(
          incidentId,
          detector,
          type,
          label,
          nextSequence,
          startedAt,
          lastSeenAt,
          box,
          bestConfidence,
          plate,
          bestScore,
          updatedAt,
          null);
    }

    /** An incident as an older worker wrote it. */
    public OpenIncident(
        String incidentId,
        String detector,
        String type,
        String label,
        int nextSequence,
        Instant startedAt,
        Instant lastSeenAt,
        Box box,
        double bestConfidence,
        @Nullable String plate) {
      this(
          incidentId,
          detector,
          type,
          label,
          nextSequence,
          startedAt,
          lastSeenAt,
          box,
          bestConfidence,
          plate,
          null,
          null,
          null);
    }

    /** Without the plate's text, which stays out of logs. */
    @Override
    public String toString() {
      return "OpenIncident[%s, detector=%s, label=%s, nextSequence=%d, lastSeenAt=%s]"
          .formatted(incidentId, detector, label, nextSequence, lastSeenAt);
    }
  }
}
