package io.kvsinfer.store;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import io.kvsinfer.contract.time.Timestamps;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A row of the incidents table: the incident and the keys of its indexes. */
final class IncidentRow {
  static final String ID = "incident_id";
  static final String CAMERA_ID = "camera_id";
  static final String STARTED_AT = "started_at";
  static final String DAY = "day";
  static final String PLATE_TEXT = "plate_text";
  static final String OPEN = "open";
  static final String EXPIRES_AT = "expires_at";
  static final String ALERTED_AT = "alerted_at";
  static final String CLOSE_ALERTED_AT = "close_alerted_at";

  /** Attributes that a later event can make absent. */
  static final Set<String> REMOVABLE = Set.of(OPEN, "ended_at");

  private static final int DAY_LENGTH = "2026-11-21".length();

  private IncidentRow() {}

  /** All attributes but the marks of the alerts function, which are its own to write. */
  static Map<String, AttributeValue> write(Incident incident) {
    Map<String, AttributeValue> row = Items.toItem(incident.toJson());
    row.remove(ALERTED_AT);
    row.remove(CLOSE_ALERTED_AT);
    row.put(DAY, fromS(Timestamps.format(incident.startedAt()).substring(0, DAY_LENGTH)));
    var plate = incident.plate();
    if (plate != null && !plate.text().isEmpty()) {
      row.put(PLATE_TEXT, fromS(plate.text()));
    }
    if (incident.open()) {
      row.put(OPEN, fromS(incident.cameraId()));
    }
    return row;
  }

  static Incident read(Map<String, AttributeValue> row) {
    var tree = Items.toTree(row);
    return Records.read(tree, Incident.class, "incident " + tree.path(ID).asText());
  }
}
