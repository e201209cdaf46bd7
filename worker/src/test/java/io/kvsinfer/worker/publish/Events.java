package io.kvsinfer.worker.publish;

import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.event.IncidentEvent.FrameSize;
import io.kvsinfer.contract.event.IncidentEvent.Phase;
import io.kvsinfer.contract.event.IncidentEvent.S3Object;
import io.kvsinfer.contract.event.IncidentId;
import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.worker.LocalAws;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Events to publish. */
final class Events {
  static final Instant T = Instant.parse("2026-11-21T02:48:00Z");

  private Events() {}

  /** Incident {@code n}'s event of that phase, with pictures of {@code bytes} bytes if any. */
  static OutgoingEvent event(int n, Phase phase, int bytes) {
    int sequence =
        switch (phase) {
          case OPENED -> 0;
          case UPDATED -> 1;
          case CLOSED -> 2;
        };
    String id = IncidentId.of("yard", "objects", "car", "1", T, n, 0);
    String key = "media/camera=yard/dt=2026-11-21/%s/%d-snapshot.jpg".formatted(id, sequence);
    S3Object object = bytes > 0 ? new S3Object(LocalAws.BUCKET, key) : null;
    List<Picture> pictures = new ArrayList<>();
    if (object != null) {
      byte[] jpeg = new byte[bytes];
      Arrays.fill(jpeg, (byte) n);
      pictures.add(new Picture(object, jpeg));
    }
    return new OutgoingEvent(event(id, phase, sequence, n, object), pictures);
  }

  static OutgoingEvent opened(int n) {
    return event(n, Phase.OPENED, 1000);
  }

  private static IncidentEvent event(
      String id, Phase phase, int sequence, int n, @Nullable S3Object snapshot) {
    return new IncidentEvent(
        id + "-" + sequence,
        id,
        phase,
        sequence,
        "yard",
        null,
        "objects",
        "objects",
        "car",
        0.8,
        new Box(0.1, 0.2, 0.3, 0.4),
        new FrameSize(640, 360),
        List.of(),
        (long) n,
        null,
        T.plusSeconds(n),
        T.plusSeconds(n + sequence),
        null,
        T.plusSeconds(n + sequence).plusMillis(400),
        null,
        phase == Phase.CLOSED ? T.plusSeconds(n + sequence) : null,
        "1",
        (long) n,
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
