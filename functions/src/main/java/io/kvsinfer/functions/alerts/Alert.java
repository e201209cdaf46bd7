package io.kvsinfer.functions.alerts;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.event.IncidentEvent.S3Object;
import io.kvsinfer.contract.time.Timestamps;
import io.kvsinfer.store.Incident;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;

/** The SNS message of an opened incident, schema {@value #SCHEMA}. It never holds plate text. */
record Alert(String subject, String message, Map<String, MessageAttributeValue> attributes) {
  static final String SCHEMA = "kvs-infer.alert/1";

  private static final JsonMapper JSON = new JsonMapper();

  /** What SNS takes as a subject. */
  private static final int LONGEST_SUBJECT = 99;

  static Alert of(Incident incident) {
    ObjectNode json = JSON.createObjectNode();
    json.put("schema", SCHEMA);
    json.put("dedup_id", incident.incidentId());
    json.put("incident_id", incident.incidentId());
    json.put("camera_id", incident.cameraId());
    json.put("detector", incident.detector());
    json.put("type", incident.type());
    json.put("label", incident.label());
    json.put("confidence", incident.evidence().confidence());
    json.put("started_at", Timestamps.format(incident.startedAt()));
    json.put("captured_at", Timestamps.format(incident.evidence().capturedAt()));
    json.put("late", incident.late());
    incident.regions().forEach(json.putArray("regions")::add);
    put(json, "snapshot", incident.evidence().snapshot());
    put(json, "annotated", incident.evidence().annotated());
    String subject = incident.label() + " on camera " + incident.cameraId();
    return new Alert(
        subject.substring(0, Math.min(subject.length(), LONGEST_SUBJECT)),
        json.toString(),
        Map.of(
            "camera", text(incident.cameraId()),
            "detector", text(incident.detector()),
            "label", text(incident.label()),
            "dedup_id", text(incident.incidentId())));
  }

  private static void put(ObjectNode json, String name, @Nullable S3Object object) {
    if (object != null) {
      json.putObject(name).put("bucket", object.bucket()).put("key", object.key());
    }
  }

  private static MessageAttributeValue text(String value) {
    return MessageAttributeValue.builder().dataType("String").stringValue(value).build();
  }
}
