package io.kvsinfer.cli;

import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.event.IncidentEvent.FrameSize;
import io.kvsinfer.contract.event.IncidentEvent.Phase;
import io.kvsinfer.contract.event.IncidentEvent.Plate;
import io.kvsinfer.contract.event.IncidentEvent.S3Object;
import io.kvsinfer.contract.geometry.Box;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Events as workers publish them. */
final class Seen {
  private Seen() {}

  static IncidentEvent event(
      String id,
      int sequence,
      Phase phase,
      String camera,
      String type,
      String label,
      double confidence,
      Instant startedAt,
      Instant capturedAt) {
    return event(
        id,
        sequence,
        phase,
        camera,
        type,
        label,
        confidence,
        startedAt,
        capturedAt,
        new S3Object("media", "key-" + sequence + ".jpg"));
  }

  static IncidentEvent event(
      String id,
      int sequence,
      Phase phase,
      String camera,
      String type,
      String label,
      double confidence,
      Instant startedAt,
      Instant capturedAt,
      S3Object snapshot) {
    @Nullable Plate plate = type.equals("alpr") ? new Plate("AB123CD", 0.9, 3, null, null) : null;
    return new IncidentEvent(
        id + "-" + sequence,
        id,
        phase,
        sequence,
        camera,
        null,
        type,
        type,
        label,
        confidence,
        new Box(0.25, 0.25, 0.5, 0.5),
        new FrameSize(640, 360),
        List.of(),
        null,
        plate,
        startedAt,
        capturedAt,
        null,
        capturedAt,
        null,
        phase == Phase.CLOSED ? capturedAt : null,
        "123",
        40L,
        snapshot,
        null,
        null,
        List.of(),
        "0123456789ab",
        null,
        null,
        false,
        Map.of());
  }
}
