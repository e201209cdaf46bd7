package io.kvsinfer.store;

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
import org.jspecify.annotations.Nullable;

/** Events of one incident of a camera. */
final class TestEvents {
  static final Instant START = Instant.parse("2026-11-21T02:48:00.120Z");
  static final String INCIDENT = "abcdefghijklmnopqrstuvwxyz";

  private TestEvents() {}

  static IncidentEvent event(int sequence, Phase phase, double confidence) {
    return event(INCIDENT, sequence, phase, confidence, null, START);
  }

  static IncidentEvent event(
      String incidentId,
      int sequence,
      Phase phase,
      double confidence,
      @Nullable String plate,
      Instant start) {
    Instant at = start.plusSeconds(sequence);
    return new IncidentEvent(
        incidentId + "-" + sequence,
        incidentId,
        phase,
        sequence,
        "yard",
        null,
        "plates",
        "alpr",
        "plate",
        confidence,
        new Box(0.25, 0.5, 0.125, 0.1 + sequence / 100.0),
        new FrameSize(1920, 1080),
        List.of("gate"),
        7L,
        plate == null ? null : new Plate(plate, 0.93, 4, "DE", null),
        start,
        at,
        at.plusMillis(40),
        at.plusMillis(300),
        at.plusMillis(350),
        phase == Phase.CLOSED ? at : null,
        "91343852333181432392682062607743920143264032823",
        120L,
        new S3Object("bucket", "media/" + sequence + "-snapshot.jpg"),
        null,
        null,
        List.of(new ModelRef("detector", "plate-n", "ab".repeat(32))),
        "0123456789ab",
        "one",
        1L,
        false,
        Map.of());
  }
}
