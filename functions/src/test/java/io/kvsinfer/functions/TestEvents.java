package io.kvsinfer.functions;

import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.event.IncidentEvent.FrameSize;
import io.kvsinfer.contract.event.IncidentEvent.ModelRef;
import io.kvsinfer.contract.event.IncidentEvent.Phase;
import io.kvsinfer.contract.event.IncidentEvent.Plate;
import io.kvsinfer.contract.event.IncidentEvent.S3Object;
import io.kvsinfer.contract.geometry.Box;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Events of incidents of camera {@code yard}, with a plate that must not leak. */
public final class TestEvents {
  public static final Instant START = Instant.parse("2026-11-21T02:59:58.120Z");
  public static final String INCIDENT = "abcdefghijklmnopqrstuvwxyz";
  public static final String PLATE = "B-XY 123";

  private TestEvents() {}

  /** The event of that sequence; captured that many seconds after the start. */
  public static IncidentEvent event(int sequence, long generation) {
    return event(INCIDENT, sequence, generation);
  }

  public static IncidentEvent event(String incidentId, int sequence, long generation) {
    Instant at = START.plusSeconds(sequence);
    return new IncidentEvent(
        incidentId + "-" + sequence,
        incidentId,
        sequence == 0 ? Phase.OPENED : Phase.UPDATED,
        sequence,
        "yard",
        null,
        "plates",
        "alpr",
        "licence plate",
        0.875,
        new Box(0.25, 0.5, 0.125, 0.1),
        new FrameSize(1920, 1080),
        List.of("gate"),
        7L,
        new Plate(PLATE, 0.93, 4, "DE", null),
        START,
        at,
        null,
        at.plusMillis(300),
        at.plusMillis(350),
        null,
        "91343852333181432392682062607743920143264032823",
        120L,
        new S3Object("bucket", "media/" + sequence + "-snapshot.jpg"),
        null,
        null,
        List.of(new ModelRef("detector", "plate-n", "ab".repeat(32))),
        "0123456789ab",
        "l" + generation,
        generation,
        false,
        Map.of());
  }
}
