package io.kvsinfer.contract.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvsinfer.contract.geometry.Box;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One step in the life of an incident, schema {@value #SCHEMA}. Absent values are left out of the
 * JSON, never null; unknown fields are kept.
 *
 * @param eventId {@code incidentId-sequence}
 * @param incidentId 26 characters, see {@link IncidentId}
 * @param sequence 0, 1, … within the incident
 * @param type detector type; {@code detector} is its name in the camera
 * @param box 0..1 of the picture
 * @param trackId number of the track in its worker's run
 * @param startedAt capture time of the first hit
 * @param capturedAt capture time of the frame this event shows
 * @param fragmentOffsetMs of that frame in its fragment
 * @param settingsRevision first 12 hex digits of the settings' hash
 * @param late caught up or back-filled, not seen live
 * @param unknown fields of a newer schema, kept; under the name of a known object only what is
 *     unknown in it (of {@code models} by index)
 */
public record IncidentEvent(
    String eventId,
    String incidentId,
    Phase phase,
    int sequence,
    String cameraId,
    @Nullable String streamArn,
    String detector,
    String type,
    String label,
    double confidence,
    Box box,
    FrameSize frame,
    List<String> regions,
    @Nullable Long trackId,
    @Nullable Plate plate,
    Instant startedAt,
    Instant capturedAt,
    @Nullable Instant serverAt,
    Instant detectedAt,
    @Nullable Instant publishedAt,
    @Nullable Instant endedAt,
    @Nullable String fragmentNumber,
    @Nullable Long fragmentOffsetMs,
    @Nullable S3Object snapshot,
    @Nullable S3Object annotated,
    @Nullable S3Object crop,
    List<ModelRef> models,
    String settingsRevision,
    @Nullable String launch,
    @Nullable Long generation,
    boolean late,
    Map<String, JsonNode> unknown)
    implements StreamRecord {

  /** The value of {@code schema}. */
  public static final String SCHEMA = "kvs-infer.event/1";

  public IncidentEvent {
    regions = List.copyOf(regions);
    models = List.copyOf(models);
    unknown = Map.copyOf(unknown);
  }

  /**
   * This event as it goes out.
   *
   * @param lease of its publisher, whose launch and generation it carries from now on; null leaves
   *     both as they are
   */
  public IncidentEvent stamped(@Nullable LeaseRecord lease, Instant publication) {
    return with(
        publication,
        snapshot,
        annotated,
        crop,
        lease == null ? launch : lease.launch(),
        lease == null ? generation : Long.valueOf(lease.generation()),
        unknown);
  }

  /** This event without the pictures it names. */
  public IncidentEvent withoutPictures() {
    return with(publishedAt, null, null, null, launch, generation, unknown);
  }

  /** This event with other fields of a newer schema. */
  IncidentEvent withUnknown(Map<String, JsonNode> others) {
    return with(publishedAt, snapshot, annotated, crop, launch, generation, others);
  }

  private IncidentEvent with(
      @Nullable Instant publication,
      @Nullable S3Object whole,
      @Nullable S3Object marked,
      @Nullable S3Object part,
      @Nullable String publisher,
      @Nullable Long publisherGeneration,
      Map<String, JsonNode> others) {
    return new IncidentEvent(
        eventId,
        incidentId,
        phase,
        sequence,
        cameraId,
        streamArn,
        detector,
        type,
        label,
        confidence,
        box,
        frame,
        regions,
        trackId,
        plate,
        startedAt,
        capturedAt,
        serverAt,
        detectedAt,
        publication,
        endedAt,
        fragmentNumber,
        fragmentOffsetMs,
        whole,
        marked,
        part,
        models,
        settingsRevision,
        publisher,
        publisherGeneration,
        late,
        others);
  }

  /** Where in the life of its incident an event stands. */
  public enum Phase {
    OPENED,
    UPDATED,
    CLOSED
  }

  /** Size of the decoded picture in pixels. */
  public record FrameSize(int width, int height) {}

  /** An object in S3. */
  public record S3Object(String bucket, String key) {}

  /**
   * A model that took part.
   *
   * @param role {@code detector} or {@code reader}
   */
  public record ModelRef(String role, String name, String sha256) {}

  /**
   * A licence plate as read over the frames of one track.
   *
   * @param reads how many readings voted
   * @param list name of the allow, deny or watch list it is on
   */
  public record Plate(
      String text, double confidence, int reads, @Nullable String country, @Nullable String list) {

    /** Without the text, which stays out of logs. */
    @Override
    public String toString() {
      return "Plate[characters=%d, confidence=%s, reads=%d, country=%s]"
          .formatted(text.length(), confidence, reads, country);
    }
  }
}
