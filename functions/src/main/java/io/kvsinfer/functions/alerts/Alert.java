package io.kvsinfer.functions.alerts;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.event.IncidentEvent.Plate;
import io.kvsinfer.contract.event.IncidentEvent.S3Object;
import io.kvsinfer.contract.time.Timestamps;
import io.kvsinfer.store.Incident;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;

/**
 * The SNS message of an incident that has opened or closed: JSON of schema {@value #SCHEMA} for
 * programs, text for people. Plate text is in it only where the camera's settings say so.
 *
 * @param message SNS's {@code json} message structure: {@code default} is the JSON, {@code email}
 *     and {@code sms} are text
 */
record Alert(String subject, String message, Map<String, MessageAttributeValue> attributes) {
  static final String SCHEMA = "kvs-infer.alert/1";

  private static final JsonMapper JSON = new JsonMapper();

  /** What SNS takes as a subject. */
  private static final int LONGEST_SUBJECT = 99;

  /** Of what in the life of an incident it tells. */
  enum Of {
    OPENED,
    CLOSED
  }

  /**
   * A link to the evidence.
   *
   * @param until when it stops working
   */
  record Link(String url, Instant until) {}

  /**
   * The alert of an incident.
   *
   * @param plate whether plate text may be in it
   * @param link null where none is asked for or there is no picture
   */
  static Alert of(Incident incident, Of of, boolean plate, @Nullable Link link) {
    // Who removes repeats by this id must not remove the end together with them.
    String dedupId = incident.incidentId() + (of == Of.CLOSED ? "-closed" : "");
    String phase = of.name().toLowerCase(Locale.ROOT);
    Plate shown = plate ? incident.plate() : null;
    String subject = subject(incident, of);
    ObjectNode json = JSON.createObjectNode();
    json.put("schema", SCHEMA);
    json.put("dedup_id", dedupId);
    json.put("phase", phase);
    describe(json, incident);
    if (shown != null) {
      json.put("plate", shown.text());
    }
    put(json, "snapshot", incident.evidence().snapshot());
    put(json, "annotated", incident.evidence().annotated());
    if (link != null) {
      json.put("link", link.url());
      json.put("link_until", Timestamps.format(link.until()));
    }
    ObjectNode byProtocol = JSON.createObjectNode();
    byProtocol.put("default", json.toString());
    byProtocol.put("email", text(incident, of, shown, link));
    byProtocol.put("sms", subject + ", " + Timestamps.format(incident.startedAt()));
    return new Alert(
        subject.substring(0, Math.min(subject.length(), LONGEST_SUBJECT)),
        byProtocol.toString(),
        attributes(incident, phase, dedupId));
  }

  /** What subscriptions filter by. The name of a plate's list is no plate text. */
  private static Map<String, MessageAttributeValue> attributes(
      Incident incident, String phase, String dedupId) {
    Map<String, MessageAttributeValue> attributes = new TreeMap<>();
    attributes.put("camera", attribute(incident.cameraId()));
    attributes.put("detector", attribute(incident.detector()));
    attributes.put("type", attribute(incident.type()));
    attributes.put("label", attribute(incident.label()));
    attributes.put("phase", attribute(phase));
    attributes.put("late", attribute(Boolean.toString(incident.late())));
    attributes.put("dedup_id", attribute(dedupId));
    String list = incident.plate() == null ? null : incident.plate().list();
    if (list != null) {
      attributes.put("plate_list", attribute(list));
    }
    return attributes;
  }

  private static void describe(ObjectNode json, Incident incident) {
    json.put("incident_id", incident.incidentId());
    json.put("camera_id", incident.cameraId());
    json.put("detector", incident.detector());
    json.put("type", incident.type());
    json.put("label", incident.label());
    json.put("confidence", incident.evidence().confidence());
    json.put("started_at", Timestamps.format(incident.startedAt()));
    json.put("captured_at", Timestamps.format(incident.evidence().capturedAt()));
    Instant endedAt = incident.endedAt();
    if (endedAt != null) {
      json.put("ended_at", Timestamps.format(endedAt));
    }
    json.put("late", incident.late());
    incident.regions().forEach(json.putArray("regions")::add);
  }

  private static String subject(Incident incident, Of of) {
    String what = incident.label() + " on camera " + incident.cameraId();
    return of == Of.CLOSED ? "Over: " + what : what;
  }

  private static String text(Incident incident, Of of, @Nullable Plate plate, @Nullable Link link) {
    StringBuilder text = new StringBuilder();
    text.append(subject(incident, of)).append("\n\n");
    Instant end = Objects.requireNonNullElse(incident.endedAt(), incident.capturedAt());
    if (of == Of.CLOSED) {
      Duration lasted = Duration.between(incident.startedAt(), end);
      line(
          text, "Seen", "from " + time(incident.startedAt()) + " for " + lasted.toSeconds() + " s");
    } else {
      line(text, "Since", time(incident.startedAt()));
    }
    line(text, "Sure", Math.round(incident.evidence().confidence() * 100) + " %");
    line(text, "Detector", incident.detector());
    if (!incident.regions().isEmpty()) {
      line(text, "Region", String.join(", ", incident.regions()));
    }
    if (plate != null) {
      line(text, "Plate", plate.text() + (plate.list() == null ? "" : " on list " + plate.list()));
    }
    if (incident.late()) {
      line(text, "Late", "found when the camera was read again, not live");
    }
    S3Object picture = picture(incident);
    if (link != null) {
      line(text, "Picture", link.url());
      line(text, "", "opens until " + time(link.until()));
    } else if (picture != null) {
      line(text, "Picture", "s3://" + picture.bucket() + "/" + picture.key());
    }
    line(text, "More", "kvs-infer events show --open " + incident.incidentId());
    return text.toString();
  }

  /** The picture that shows an incident best, its boxes drawn if there is such a one. */
  static @Nullable S3Object picture(Incident incident) {
    S3Object annotated = incident.evidence().annotated();
    return annotated != null ? annotated : incident.evidence().snapshot();
  }

  private static String time(Instant time) {
    return Timestamps.format(time).replace('T', ' ').substring(0, 19) + " UTC";
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format(Locale.ROOT, "%-10s%s%n", name, value));
  }

  private static void put(ObjectNode json, String name, @Nullable S3Object object) {
    if (object != null) {
      json.putObject(name).put("bucket", object.bucket()).put("key", object.key());
    }
  }

  private static MessageAttributeValue attribute(String value) {
    return MessageAttributeValue.builder().dataType("String").stringValue(value).build();
  }
}
