package io.kvsinfer.contract.state;

import io.kvsinfer.contract.event.IncidentEvent.FrameSize;
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
 * @param quietPlaces where incidents closed a short while ago; an older worker wrote none
 */
public record Checkpoint(
    @Nullable String fragmentNumber,
    Instant capturedAt,
    List<OpenIncident> openIncidents,
    List<QuietPlace> quietPlaces) {
  // Absent in what an older worker wrote.
  @SuppressWarnings("ConstantValue")
  public Checkpoint {
    openIncidents = List.copyOf(openIncidents);
    quietPlaces = quietPlaces == null ? List.of() : List.copyOf(quietPlaces);
  }

  /** A place in a stream at which nothing is quiet. */
  public Checkpoint(
      @Nullable String fragmentNumber, Instant capturedAt, List<OpenIncident> openIncidents) {
    this(fragmentNumber, capturedAt, openIncidents, List.of());
  }

  /** The same place in the stream with other open incidents. */
  public Checkpoint with(List<OpenIncident> open) {
    return new Checkpoint(fragmentNumber, capturedAt, open, quietPlaces);
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
   * @param frame size of the picture it was last seen in; null when written by an older worker
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
      @Nullable PlateVotes plateVotes,
      @Nullable FrameSize frame) {

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
          null,
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

  /**
   * Where an incident closed within its cooldown: what is seen there does not open another.
   *
   * @param box where its object was last seen, 0..1 of the picture
   * @param stationary whether it stood still there
   * @param plate its text; null where there was none
   * @param regions names of the include regions it stood in
   * @param until capture time from which the place is not quiet any more
   */
  public record QuietPlace(
      String detector,
      String label,
      Box box,
      boolean stationary,
      @Nullable String plate,
      List<String> regions,
      Instant until) {
    public QuietPlace {
      regions = List.copyOf(regions);
    }

    /** Without the plate's text, which stays out of logs. */
    @Override
    public String toString() {
      return "QuietPlace[detector=%s, label=%s, until=%s]".formatted(detector, label, until);
    }
  }
}
