package io.kvsinfer.functions.calls;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.event.EventCodec;
import io.kvsinfer.contract.event.EventFormatException;
import io.kvsinfer.contract.event.IncidentEvent;
import java.nio.charset.StandardCharsets;

/** What functions go through before SnapStart's snapshot is taken; none of it is ever stored. */
public final class Samples {
  /** Key of a row that is asked for and not there. */
  public static final String NOBODY = "priming";

  private static final String EVENT =
      """
      {"schema": "kvs-infer.event/1", "event_id": "aaaaaaaaaaaaaaaaaaaaaaaaaa-0",
        "incident_id": "aaaaaaaaaaaaaaaaaaaaaaaaaa", "phase": "opened", "sequence": 0,
        "camera_id": "priming", "detector": "fire_smoke", "type": "fire_smoke", "label": "fire",
        "confidence": 0.5, "box": {"x": 0.1, "y": 0.1, "width": 0.2, "height": 0.2},
        "frame": {"width": 640, "height": 360}, "started_at": "2026-11-21T02:48:00.123Z",
        "captured_at": "2026-11-21T02:48:00.123Z", "detected_at": "2026-11-21T02:48:00.123Z",
        "fragment_number": "1", "fragment_offset_ms": 0, "settings_revision": "0123456789ab",
        "late": false}
      """;

  private static final String CAMERA =
      """
      {"id": "priming", "stream_name": "priming", "fps_target": 5,
        "detectors": [{"type": "fire_smoke"}]}
      """;

  private Samples() {}

  /** An event, read as one of a batch. */
  public static IncidentEvent event() {
    try {
      if (EventCodec.read(EVENT.getBytes(StandardCharsets.UTF_8)) instanceof IncidentEvent event) {
        return event;
      }
    } catch (EventFormatException e) {
      throw new IllegalStateException("the sample is an event", e);
    }
    throw new IllegalStateException("the sample is an event");
  }

  /** An item of the cameras table. */
  public static ObjectNode camera() {
    try {
      return (ObjectNode) new JsonMapper().readTree(CAMERA);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the sample is an item", e);
    }
  }
}
