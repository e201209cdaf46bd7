package io.kvsinfer.contract.event;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.event.IncidentEvent.FrameSize;
import io.kvsinfer.contract.event.IncidentEvent.ModelRef;
import io.kvsinfer.contract.event.IncidentEvent.Phase;
import io.kvsinfer.contract.event.IncidentEvent.Plate;
import io.kvsinfer.contract.event.IncidentEvent.S3Object;
import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.contract.settings.Names;
import io.kvsinfer.contract.time.Timestamps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** JSON of an incident's event. */
final class IncidentEventJson {
  private static final Pattern INCIDENT_ID = Pattern.compile("[a-z2-7]{26}");
  private static final Pattern ROLE = Pattern.compile("detector|reader");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern REVISION = Pattern.compile("[0-9a-f]{12}");
  private static final String A_NAME = "a name of letters, digits, spaces, _ and -";

  private IncidentEventJson() {}

  static ObjectNode write(IncidentEvent event) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("schema", IncidentEvent.SCHEMA);
    json.put("event_id", event.eventId());
    json.put("incident_id", event.incidentId());
    json.put("phase", event.phase().name().toLowerCase(Locale.ROOT));
    json.put("sequence", event.sequence());
    json.put("camera_id", event.cameraId());
    putIfGiven(json, "stream_arn", event.streamArn());
    json.put("detector", event.detector());
    json.put("type", event.type());
    json.put("label", event.label());
    json.put("confidence", event.confidence());
    Box box = event.box();
    json.putObject("box")
        .put("x", box.x())
        .put("y", box.y())
        .put("width", box.width())
        .put("height", box.height());
    json.putObject("frame")
        .put("width", event.frame().width())
        .put("height", event.frame().height());
    ArrayNode regions = json.putArray("regions");
    event.regions().forEach(regions::add);
    putIfGiven(json, "track_id", event.trackId());
    if (event.plate() != null) {
      writePlate(json.putObject("plate"), event.plate());
    }
    json.put("started_at", Timestamps.format(event.startedAt()));
    json.put("captured_at", Timestamps.format(event.capturedAt()));
    putIfGiven(json, "server_at", event.serverAt());
    json.put("detected_at", Timestamps.format(event.detectedAt()));
    putIfGiven(json, "published_at", event.publishedAt());
    putIfGiven(json, "ended_at", event.endedAt());
    putIfGiven(json, "fragment_number", event.fragmentNumber());
    putIfGiven(json, "fragment_offset_ms", event.fragmentOffsetMs());
    putIfGiven(json, "snapshot", event.snapshot());
    putIfGiven(json, "annotated", event.annotated());
    putIfGiven(json, "crop", event.crop());
    ArrayNode models = json.putArray("models");
    for (ModelRef model : event.models()) {
      models
          .addObject()
          .put("role", model.role())
          .put("name", model.name())
          .put("sha256", model.sha256());
    }
    json.put("settings_revision", event.settingsRevision());
    putIfGiven(json, "launch", event.launch());
    putIfGiven(json, "generation", event.generation());
    json.put("late", event.late());
    UnknownFields.writeBack(event.unknown(), json);
    return json;
  }

  static IncidentEvent read(FieldReader in) throws EventFormatException {
    UnknownFields unknown = new UnknownFields();
    String incidentId = in.text("incident_id", INCIDENT_ID, "26 characters a-z and 2-7");
    int sequence = in.whole("sequence", 0);
    String eventId = in.text("event_id");
    if (!eventId.equals(incidentId + "-" + sequence)) {
      throw in.broken("event_id", "must be incident_id-sequence");
    }
    return new IncidentEvent(
        eventId,
        incidentId,
        phase(in),
        sequence,
        in.text("camera_id", Names.CAMERA_ID, "a camera id"),
        in.optionalText("stream_arn"),
        in.text("detector", Names.NAME, A_NAME),
        in.text("type", Names.NAME, A_NAME),
        in.text("label", Names.NAME, A_NAME),
        in.number("confidence", 0, 1),
        box(in, unknown),
        frame(in, unknown),
        in.texts("regions", Names.NAME, A_NAME),
        in.optionalWhole("track_id"),
        plate(in, unknown),
        in.time("started_at"),
        in.time("captured_at"),
        in.optionalTime("server_at"),
        in.time("detected_at"),
        in.optionalTime("published_at"),
        in.optionalTime("ended_at"),
        in.optionalText("fragment_number"),
        in.optionalWhole("fragment_offset_ms"),
        s3Object(in, "snapshot", unknown),
        s3Object(in, "annotated", unknown),
        s3Object(in, "crop", unknown),
        models(in, unknown),
        in.text("settings_revision", REVISION, "12 hex digits"),
        in.optionalText("launch"),
        in.optionalWhole("generation"),
        in.flag("late"),
        // Last, when every known field was taken.
        unknown.with(in.rest()));
  }

  private static Phase phase(FieldReader in) throws EventFormatException {
    return switch (in.text("phase")) {
      case "opened" -> Phase.OPENED;
      case "updated" -> Phase.UPDATED;
      case "closed" -> Phase.CLOSED;
      default -> throw in.broken("phase", "must be opened, updated or closed");
    };
  }

  private static Box box(FieldReader in, UnknownFields unknown) throws EventFormatException {
    FieldReader box = in.fields("box");
    Box read =
        new Box(
            box.number("x", -1, 2),
            box.number("y", -1, 2),
            box.number("width", 0, 3),
            box.number("height", 0, 3));
    unknown.add("box", box.rest());
    return read;
  }

  private static FrameSize frame(FieldReader in, UnknownFields unknown)
      throws EventFormatException {
    FieldReader frame = in.fields("frame");
    FrameSize read = new FrameSize(frame.whole("width", 1), frame.whole("height", 1));
    unknown.add("frame", frame.rest());
    return read;
  }

  private static void writePlate(ObjectNode json, Plate plate) {
    json.put("text", plate.text())
        .put("confidence", plate.confidence())
        .put("reads", plate.reads());
    putIfGiven(json, "country", plate.country());
    putIfGiven(json, "list", plate.list());
  }

  private static @Nullable Plate plate(FieldReader in, UnknownFields unknown)
      throws EventFormatException {
    FieldReader plate = in.optionalFields("plate");
    if (plate == null) {
      return null;
    }
    Plate read =
        new Plate(
            plate.text("text"),
            plate.number("confidence", 0, 1),
            plate.whole("reads", 0),
            plate.optionalText("country"),
            plate.optionalText("list"));
    unknown.add("plate", plate.rest());
    return read;
  }

  private static @Nullable S3Object s3Object(FieldReader in, String name, UnknownFields unknown)
      throws EventFormatException {
    FieldReader object = in.optionalFields(name);
    if (object == null) {
      return null;
    }
    S3Object read = new S3Object(object.text("bucket"), object.text("key"));
    unknown.add(name, object.rest());
    return read;
  }

  private static List<ModelRef> models(FieldReader in, UnknownFields unknown)
      throws EventFormatException {
    List<ModelRef> models = new ArrayList<>();
    ObjectNode rest = JsonNodeFactory.instance.objectNode();
    for (FieldReader model : in.listOfFields("models")) {
      String index = Integer.toString(models.size());
      models.add(
          new ModelRef(
              model.text("role", ROLE, "detector or reader"),
              model.text("name"),
              model.text("sha256", SHA256, "64 hex digits")));
      if (!model.rest().isEmpty()) {
        rest.set(index, model.rest());
      }
    }
    unknown.add("models", rest);
    return models;
  }

  private static void putIfGiven(ObjectNode json, String name, @Nullable String value) {
    if (value != null) {
      json.put(name, value);
    }
  }

  private static void putIfGiven(ObjectNode json, String name, @Nullable Long value) {
    if (value != null) {
      json.put(name, value);
    }
  }

  private static void putIfGiven(ObjectNode json, String name, @Nullable Instant value) {
    if (value != null) {
      json.put(name, Timestamps.format(value));
    }
  }

  private static void putIfGiven(ObjectNode json, String name, @Nullable S3Object value) {
    if (value != null) {
      json.putObject(name).put("bucket", value.bucket()).put("key", value.key());
    }
  }
}
