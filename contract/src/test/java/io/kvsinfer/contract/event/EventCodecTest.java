package io.kvsinfer.contract.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.event.IncidentEvent.FrameSize;
import io.kvsinfer.contract.event.IncidentEvent.ModelRef;
import io.kvsinfer.contract.event.IncidentEvent.Phase;
import io.kvsinfer.contract.event.IncidentEvent.Plate;
import io.kvsinfer.contract.event.IncidentEvent.S3Object;
import io.kvsinfer.contract.geometry.Box;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EventCodecTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ID = "3q2abcdefghijklmnopqrstuvw";

  private static IncidentEvent full() {
    return new IncidentEvent(
        ID + "-1",
        ID,
        Phase.UPDATED,
        1,
        "gate-1",
        "arn:aws:kinesisvideo:eu-central-1:123456789012:stream/gate-1/1700000000000",
        "plates",
        "alpr",
        "license plate",
        0.875,
        new Box(0.25, 0.5, 0.125, 0.0625),
        new FrameSize(1920, 1080),
        List.of("drive way", "gate"),
        7L,
        new Plate("AB123CD", 0.96875, 5, "DE", "watch"),
        Instant.parse("2026-11-21T02:48:00.123456Z"),
        Instant.parse("2026-11-21T02:48:02Z"),
        Instant.parse("2026-11-21T02:48:02.5Z"),
        Instant.parse("2026-11-21T02:48:02.7Z"),
        Instant.parse("2026-11-21T02:48:02.9Z"),
        null,
        "91343852333181432392682062607743920146264094592",
        1960L,
        new S3Object("media", "media/camera=gate-1/dt=2026-11-21/x/1-snapshot.jpg"),
        new S3Object("media", "media/camera=gate-1/dt=2026-11-21/x/1-annotated.jpg"),
        new S3Object("media", "media/camera=gate-1/dt=2026-11-21/x/1-crop.jpg"),
        List.of(
            new ModelRef("detector", "plates-s", "0".repeat(64)),
            new ModelRef("reader", "ocr", "f".repeat(64))),
        "0123456789ab",
        "launch-1",
        3L,
        false,
        Map.of());
  }

  private static IncidentEvent least() {
    return new IncidentEvent(
        ID + "-0",
        ID,
        Phase.OPENED,
        0,
        "gate-1",
        null,
        "fire_smoke",
        "fire_smoke",
        "fire",
        1,
        new Box(0, 0, 1, 1),
        new FrameSize(640, 360),
        List.of(),
        null,
        null,
        Instant.parse("2026-11-21T02:48:00Z"),
        Instant.parse("2026-11-21T02:48:00Z"),
        null,
        Instant.parse("2026-11-21T02:48:00Z"),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        List.of(),
        "0123456789ab",
        null,
        null,
        true,
        Map.of());
  }

  @Test
  void an_event_with_everything_is_written_as_the_golden_file_says() throws Exception {
    assertThat(text(EventCodec.write(full()))).isEqualTo(golden("event-full.json"));
  }

  @Test
  void an_event_with_the_least_leaves_the_rest_out() throws Exception {
    assertThat(text(EventCodec.write(least()))).isEqualTo(golden("event-least.json"));
  }

  @Test
  void a_lease_record_is_written_as_the_golden_file_says() throws Exception {
    var lease = new LeaseRecord("gate-1", 3, "launch-1", Instant.parse("2026-11-21T02:48:00.1Z"));

    assertThat(text(EventCodec.write(lease))).isEqualTo(golden("lease.json"));
    assertThat(EventCodec.read(EventCodec.write(lease))).isEqualTo(lease);
  }

  @ParameterizedTest
  @ValueSource(strings = {"event-full.json", "event-least.json", "event-newer.json", "lease.json"})
  void what_is_read_is_written_back_byte_for_byte(String file) throws Exception {
    byte[] json = golden(file).getBytes(StandardCharsets.UTF_8);

    assertThat(text(EventCodec.write(EventCodec.read(json)))).isEqualTo(golden(file));
  }

  @Test
  void an_event_read_is_the_event_written() throws Exception {
    assertThat(EventCodec.read(EventCodec.write(least()))).isEqualTo(least());
  }

  @Test
  void times_are_cut_to_milliseconds() throws Exception {
    var read = (IncidentEvent) EventCodec.read(EventCodec.write(full()));

    assertThat(read.startedAt()).isEqualTo(Instant.parse("2026-11-21T02:48:00.123Z"));
  }

  @Test
  void fields_of_a_newer_schema_are_kept() throws Exception {
    var read = (IncidentEvent) EventCodec.read(golden("event-newer.json").getBytes(UTF));

    assertThat(read.unknown()).containsOnlyKeys("box", "models", "plate", "weather", "z_score");
    assertThat(read.unknown().get("z_score")).hasToString("1.10");
  }

  @Test
  void what_was_unknown_in_a_plate_goes_with_the_plate() throws Exception {
    var read = (IncidentEvent) EventCodec.read(golden("event-newer.json").getBytes(UTF));
    IncidentEvent without = least().withUnknown(read.unknown());

    assertThat(EventCodec.tree(without).has("plate")).isFalse();
    assertThat(EventCodec.tree(without).has("weather")).isTrue();
  }

  @Test
  void an_unknown_field_never_replaces_a_known_one() {
    JsonNode forged = JSON.createObjectNode().put("x", 9);
    IncidentEvent event = least().withUnknown(Map.of("box", forged, "label", forged));

    assertThat(EventCodec.tree(event)).isEqualTo(EventCodec.tree(least()));
  }

  @Test
  void a_stamp_changes_launch_generation_and_publication_time_and_nothing_else() throws Exception {
    var event = (IncidentEvent) EventCodec.read(golden("event-newer.json").getBytes(UTF));
    Instant now = Instant.parse("2026-11-21T03:00:00.001Z");

    ObjectNode expected = EventCodec.tree(event);
    expected.put("published_at", "2026-11-21T03:00:00.001Z");
    assertThat(EventCodec.tree(event.stamped(null, now))).isEqualTo(expected);
    expected.put("launch", "l9").put("generation", 9);
    LeaseRecord lease = new LeaseRecord(event.cameraId(), 9, "l9", now);
    // Read back: a generation is a long in the record and an int in the tree.
    assertThat(EventCodec.write(event.stamped(lease, now)))
        .isEqualTo(EventCodec.write(EventCodec.read(expected)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "schema|\"kvs-infer.event/2\"",
        "schema|1",
        "event_id|\"other-1\"",
        "incident_id|\"../../etc/passwd\"",
        "phase|\"OPENED\"",
        "sequence|-1",
        "sequence|1.5",
        "sequence|\"1\"",
        "sequence|99999999999",
        "camera_id|\"a/b\"",
        "camera_id|null",
        "stream_arn|null",
        "detector|\"a\\nb\"",
        "label|\"\"",
        "confidence|1.01",
        "confidence|\"0.5\"",
        "confidence|1e400",
        "box|[]",
        "box.width|-0.1",
        "frame.height|0",
        "regions|\"gate\"",
        "regions[0]|5",
        "track_id|-1",
        "plate|\"AB123CD\"",
        "plate.text|7",
        "plate.reads|1.5",
        "started_at|\"2026-11-21T02:48:00Z\"",
        "captured_at|\"2026-11-21T03:48:00.000+01:00\"",
        "server_at|\"2026-13-21T02:48:00.000Z\"",
        "snapshot.key|false",
        "models|{}",
        "models[1].sha256|\"abc\"",
        "models[0].role|\"judge\"",
        "settings_revision|\"xyz\"",
        "generation|1e3",
        "late|\"false\""
      })
  void a_broken_field_is_named(String field, String value) throws Exception {
    ObjectNode json = EventCodec.tree(full());
    put(json, field, JSON.readTree(value));

    var e = broken(json.toString());

    assertThat(e.field()).isEqualTo(field);
    assertThat(e).hasMessageStartingWith(field + ": must be");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "event_id",
        "incident_id",
        "phase",
        "sequence",
        "camera_id",
        "detector",
        "type",
        "label",
        "confidence",
        "box",
        "frame",
        "started_at",
        "captured_at",
        "detected_at",
        "settings_revision",
        "late"
      })
  void a_missing_field_is_named(String field) throws Exception {
    ObjectNode json = EventCodec.tree(full());
    json.remove(field);

    assertThat(broken(json.toString())).hasMessage(field + ": is missing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{\"schema\":\"kvs-infer.lease/1\"",
        "{} {}",
        "{\"a\":1,\"a\":2}"
      })
  void what_is_no_json_object_is_refused(String text) {
    assertThat(broken(text)).hasMessageMatching("must be a JSON object|not valid JSON.*|schema.*");
  }

  @Test
  void an_error_never_quotes_the_record() {
    assertThat(broken("{\"plate\":{\"text\":\"AB123CD\"")).hasMessageNotContaining("AB123CD");
  }

  @Test
  void a_lease_record_without_generation_is_refused() {
    String json =
        "{\"schema\":\"kvs-infer.lease/1\",\"camera_id\":\"a\",\"launch\":\"l\","
            + "\"at\":\"2026-11-21T02:48:00.000Z\"}";

    assertThat(broken(json).field()).isEqualTo("generation");
  }

  private static final Charset UTF = StandardCharsets.UTF_8;

  private static EventFormatException broken(String json) {
    return Objects.requireNonNull(
        catchThrowableOfType(
            EventFormatException.class, () -> EventCodec.read(json.getBytes(UTF))));
  }

  /** Sets the value at a path such as {@code models[1].sha256}. */
  private static void put(ObjectNode json, String path, JsonNode value) {
    String pointer = "/" + path.replace("[", "/").replace("]", "").replace('.', '/');
    int last = pointer.lastIndexOf('/');
    JsonNode parent = json.at(pointer.substring(0, last));
    String key = pointer.substring(last + 1);
    if (parent instanceof ArrayNode array) {
      array.set(Integer.parseInt(key), value);
    } else {
      ((ObjectNode) parent).set(key, value);
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF);
  }

  private static String golden(String file) throws IOException {
    try (var in = Objects.requireNonNull(EventCodecTest.class.getResourceAsStream(file))) {
      return new String(in.readAllBytes(), UTF).strip();
    }
  }
}
