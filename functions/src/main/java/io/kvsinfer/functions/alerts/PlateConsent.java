package io.kvsinfer.functions.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.kvsinfer.store.CameraTable;
import io.kvsinfer.store.Incident;
import java.util.HashMap;
import java.util.Map;

/**
 * Whether a detector's settings let alerts carry plate text ({@code params.plate_text_in_alerts}).
 * Whatever is not plainly true there means no. For one batch: settings are read once.
 */
final class PlateConsent {
  private final CameraTable cameras;
  private final Map<String, JsonNode> items = new HashMap<>();

  PlateConsent(CameraTable cameras) {
    this.cameras = cameras;
  }

  boolean given(Incident incident) {
    if (incident.plate() == null) {
      return false;
    }
    JsonNode item =
        items.computeIfAbsent(
            incident.cameraId(),
            id -> cameras.get(id).<JsonNode>map(c -> c.tree()).orElse(MissingNode.getInstance()));
    for (JsonNode detector : item.path("detectors")) {
      String name = detector.path("name").asText(detector.path("type").asText());
      if (name.equals(incident.detector())) {
        return detector.path("params").path("plate_text_in_alerts").asBoolean(false);
      }
    }
    return false;
  }
}
