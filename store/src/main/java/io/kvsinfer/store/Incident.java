package io.kvsinfer.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.event.IncidentEvent.FrameSize;
import io.kvsinfer.contract.event.IncidentEvent.ModelRef;
import io.kvsinfer.contract.event.IncidentEvent.Phase;
import io.kvsinfer.contract.event.IncidentEvent.Plate;
import io.kvsinfer.contract.event.IncidentEvent.S3Object;
import io.kvsinfer.contract.geometry.Box;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An incident as its events so far tell it. Everything but {@code evidence} and {@code plate} is of
 * the event with the highest sequence.
 *
 * @param phase of the newest event
 * @param sequence of the newest event
 * @param startedAt capture time of the first hit
 * @param capturedAt capture time of the newest event's frame
 * @param plate newest reading there is
 * @param evidence the best there is, see {@link Evidence}
 * @param alertedAt when an alert went out; null before
 * @param closeAlertedAt when it was told that it has closed; null before
 */
public record Incident(
    String incidentId,
    String cameraId,
    @Nullable String streamArn,
    String detector,
    String type,
    String label,
    Phase phase,
    int sequence,
    Instant startedAt,
    Instant capturedAt,
    @Nullable Instant endedAt,
    List<String> regions,
    @Nullable Plate plate,
    Evidence evidence,
    List<ModelRef> models,
    String settingsRevision,
    @Nullable String launch,
    @Nullable Long generation,
    boolean late,
    @Nullable Instant alertedAt,
    @Nullable Instant closeAlertedAt) {
  public Incident {
    regions = List.copyOf(regions);
    models = List.copyOf(models);
  }

  /**
   * The frame that shows an incident best: with a picture before without, then the surest, then the
   * earliest.
   *
   * @param box 0..1 of the picture
   */
  public record Evidence(
      int sequence,
      double confidence,
      Instant capturedAt,
      Box box,
      FrameSize frame,
      @Nullable String fragmentNumber,
      @Nullable Long fragmentOffsetMs,
      @Nullable S3Object snapshot,
      @Nullable S3Object annotated,
      @Nullable S3Object crop) {

    static Evidence of(IncidentEvent event) {
      return new Evidence(
          event.sequence(),
          event.confidence(),
          event.capturedAt(),
          event.box(),
          event.frame(),
          event.fragmentNumber(),
          event.fragmentOffsetMs(),
          event.snapshot(),
          event.annotated(),
          event.crop());
    }

    Evidence better(Evidence other) {
      if ((snapshot == null) != (other.snapshot == null)) {
        return snapshot == null ? other : this;
      }
      if (confidence != other.confidence) {
        return confidence < other.confidence ? other : this;
      }
      return other.sequence < sequence ? other : this;
    }
  }

  /** Whether it is still going on. */
  public boolean open() {
    return phase != Phase.CLOSED;
  }

  /** As JSON, absent values left out. */
  public JsonNode toJson() {
    return Records.tree(this);
  }

  /** The incident one event alone tells of. */
  public static Incident of(IncidentEvent event) {
    return of(event, event.plate(), Evidence.of(event), null, null);
  }

  /** This incident with what {@code event} adds; equal to this when that is nothing. */
  Incident merge(IncidentEvent event) {
    Evidence best = evidence.better(Evidence.of(event));
    boolean newer = event.sequence() > sequence;
    boolean takePlate = event.plate() != null && (newer || plate == null);
    Plate newestPlate = takePlate ? event.plate() : plate;
    if (newer) {
      return of(event, newestPlate, best, alertedAt, closeAlertedAt);
    }
    return new Incident(
        incidentId,
        cameraId,
        streamArn,
        detector,
        type,
        label,
        phase,
        sequence,
        startedAt,
        capturedAt,
        endedAt,
        regions,
        newestPlate,
        best,
        models,
        settingsRevision,
        launch,
        generation,
        late,
        alertedAt,
        closeAlertedAt);
  }

  private static Incident of(
      IncidentEvent event,
      @Nullable Plate plate,
      Evidence evidence,
      @Nullable Instant alertedAt,
      @Nullable Instant closeAlertedAt) {
    return new Incident(
        event.incidentId(),
        event.cameraId(),
        event.streamArn(),
        event.detector(),
        event.type(),
        event.label(),
        event.phase(),
        event.sequence(),
        event.startedAt(),
        event.capturedAt(),
        event.endedAt(),
        event.regions(),
        plate,
        evidence,
        event.models(),
        event.settingsRevision(),
        event.launch(),
        event.generation(),
        event.late(),
        alertedAt,
        closeAlertedAt);
  }
}
