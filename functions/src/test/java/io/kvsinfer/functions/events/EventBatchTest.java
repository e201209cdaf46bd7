package io.kvsinfer.functions.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.event.EventCodec;
import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.event.LeaseRecord;
import io.kvsinfer.contract.event.StreamRecord;
import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Fence;
import io.kvsinfer.functions.TestCloud;
import io.kvsinfer.functions.TestEvents;
import io.kvsinfer.store.CameraStateTable;
import io.kvsinfer.store.Environment;
import io.kvsinfer.store.EventTable;
import io.kvsinfer.store.IncidentTable;
import io.kvsinfer.store.TimeRange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

final class EventBatchTest {
  private static final String SHARD = "shardId-000000000000";
  private static final Instant ARRIVED = Instant.parse("2026-11-21T03:00:01Z");

  private final TestCloud cloud = new TestCloud();
  private final Environment names = cloud.environment();
  private final EventBatch batch = new EventBatch(cloud.dynamo(), cloud.s3(), names, cloud);
  private final EventTable events =
      new EventTable(cloud.dynamo(), names.eventsTable(), names.retention());
  private final IncidentTable incidents =
      new IncidentTable(cloud.dynamo(), names.incidentsTable(), names.retention());
  private final CameraStateTable states = new CameraStateTable(cloud.dynamo(), names.stateTable());

  @Test
  void events_are_stored_merged_and_archived_by_hour_of_capture() throws Exception {
    var result =
        batch.store(
            List.of(
                input(10, TestEvents.event(0, 1)),
                input(11, TestEvents.event(1, 1)),
                input(12, TestEvents.event(2, 1))));

    assertThat(result).isEmpty();
    assertThat(stored()).containsExactly(0, 1, 2);
    assertThat(incidents.get(TestEvents.INCIDENT).orElseThrow().sequence()).isEqualTo(2);
    String first = "events/dt=2026-11-21/hour=02/shardId-000000000000-10-11.jsonl.gz";
    String second = "events/dt=2026-11-21/hour=03/shardId-000000000000-12-12.jsonl.gz";
    assertThat(cloud.keys("")).containsExactly(first, second);
    assertThat(lines(first))
        .containsExactly(json(TestEvents.event(0, 1)), json(TestEvents.event(1, 1)));
    assertThat(cloud.count("EventsStored")).isEqualTo(3);
    assertThat(cloud.count("ArchiveObjects")).isEqualTo(2);
  }

  @Test
  void a_repeated_batch_leaves_everything_as_it_is() {
    List<StreamInput> inputs =
        List.of(
            input(10, lease(1)),
            input(11, TestEvents.event(0, 1)),
            input(12, TestEvents.event(1, 1)));
    batch.store(inputs);
    List<String> keys = cloud.keys("");
    byte[] archive = cloud.object(keys.getFirst());

    assertThat(batch.store(inputs)).isEmpty();
    assertThat(stored()).containsExactly(0, 1);
    assertThat(cloud.keys("")).isEqualTo(keys);
    assertThat(cloud.object(keys.getFirst())).isEqualTo(archive);
    assertThat(cloud.count("EventsRepeated")).isEqualTo(2);
    assertThat(cloud.count("EventsFenced")).isZero();
  }

  @Test
  void what_there_is_no_time_for_comes_again_and_is_stored_then() {
    List<StreamInput> inputs =
        List.of(
            input(10, TestEvents.event(0, 1)),
            input(11, TestEvents.event("b".repeat(26), 0, 1)),
            input(12, TestEvents.event(1, 1)));
    // However far it gets: whatever is done in time, nothing of the rest is said to be.
    for (int calls = 0; calls < 12; calls++) {
      AtomicInteger left = new AtomicInteger(calls);
      assertThat(batch.store(inputs, () -> left.getAndDecrement() > 0))
          .as("after %d calls", calls)
          .satisfiesAnyOf(
              from -> assertThat(from).isEmpty(),
              from -> assertThat(from).hasValueSatisfying(r -> assertThat(r).isIn("10", "11")));
    }
    assertThat(batch.store(inputs, () -> false)).contains("10");
    assertThat(batch.store(inputs)).isEmpty();
    assertThat(stored()).containsExactlyInAnyOrder(0, 0, 1);
    assertThat(incidents.get(TestEvents.INCIDENT).orElseThrow().sequence()).isEqualTo(1);
  }

  @Test
  void poison_is_set_aside_with_its_reason_and_the_batch_goes_on() throws Exception {
    StreamInput nonsense =
        new StreamInput(SHARD, "10", "yard", ARRIVED, "not json".getBytes(UTF_8));
    StreamInput strange = raw(11, "yard", "{\"schema\": \"other/1\"}");
    StreamInput astray =
        new StreamInput(SHARD, "12", "gate", ARRIVED, EventCodec.write(TestEvents.event(0, 1)));

    assertThat(batch.store(List.of(nonsense, strange, astray, input(13, TestEvents.event(0, 1)))))
        .isEmpty();
    assertThat(stored()).containsExactly(0);
    assertThat(cloud.keys("poison/"))
        .containsExactly(
            "poison/dt=2026-11-21/shardId-000000000000-10.json",
            "poison/dt=2026-11-21/shardId-000000000000-11.json",
            "poison/dt=2026-11-21/shardId-000000000000-12.json");
    JsonNode kept = new JsonMapper().readTree(cloud.object(cloud.keys("poison/").getFirst()));
    assertThat(kept.path("reason").asText()).startsWith("not valid JSON");
    assertThat(kept.path("data").binaryValue()).isEqualTo("not json".getBytes(UTF_8));
    assertThat(kept.path("sequence_number").asText()).isEqualTo("10");
    assertThat(cloud.count("RecordsPoisoned")).isEqualTo(3);
  }

  @Test
  void an_odd_camera_id_becomes_no_key() {
    ObjectNode tree = EventCodec.tree(lease(1));
    tree.put("camera_id", "../yard");
    batch.store(List.of(raw(10, "../yard", tree.toString())));
    assertThat(cloud.count("RecordsPoisoned")).isEqualTo(1);
    assertThat(states.get("../yard")).isEmpty();
  }

  @Test
  void an_event_too_large_for_the_table_is_set_aside() throws Exception {
    ObjectNode tree = EventCodec.tree(TestEvents.event(0, 1));
    tree.put("padding", "x".repeat(450_000));
    IncidentEvent large = (IncidentEvent) EventCodec.read(tree);
    assertThat(batch.store(List.of(input(10, large), input(11, TestEvents.event(1, 1))))).isEmpty();
    assertThat(stored()).containsExactly(1);
    assertThat(cloud.count("RecordsPoisoned")).isEqualTo(1);
  }

  @Test
  void a_worker_that_lost_its_lease_is_fenced_from_the_next_lease_record_on() throws Exception {
    batch.store(List.of(input(10, lease(1)), input(11, TestEvents.event(0, 1))));
    assertThat(states.get("yard").map(CameraState::fence)).contains(new Fence(1, "10"));
    batch.store(
        List.of(
            input(20, TestEvents.event(1, 1)),
            input(21, lease(2)),
            input(22, TestEvents.event(2, 1)),
            input(23, TestEvents.event(3, 2))));

    assertThat(stored()).containsExactly(0, 1, 3);
    assertThat(states.get("yard").map(CameraState::fence)).contains(new Fence(2, "21"));
    String key = "fenced/camera=yard/dt=2026-11-21/shardId-000000000000-22.json";
    assertThat(cloud.keys("fenced/")).containsExactly(key);
    assertThat(new JsonMapper().readTree(cloud.object(key)).path("event").path("sequence").asInt())
        .isEqualTo(2);
    assertThat(cloud.count("EventsFenced")).isEqualTo(1);
  }

  @Test
  void a_batch_from_before_the_fence_that_comes_again_is_not_fenced() {
    List<StreamInput> before = List.of(input(10, lease(1)), input(11, TestEvents.event(0, 1)));
    batch.store(List.of(input(20, lease(2))));
    batch.store(before);
    assertThat(stored()).containsExactly(0);
    assertThat(states.get("yard").map(CameraState::fence)).contains(new Fence(2, "20"));
  }

  @Test
  void sequence_numbers_are_compared_as_numbers() {
    batch.store(List.of(input(99, lease(2))));
    batch.store(List.of(input(100, TestEvents.event(0, 1)), input(9, TestEvents.event(1, 1))));
    assertThat(stored()).containsExactly(1);
  }

  @Test
  void an_event_without_a_generation_is_stored() throws Exception {
    ObjectNode tree = EventCodec.tree(TestEvents.event(0, 1));
    tree.remove("generation");
    batch.store(List.of(input(10, lease(5)), raw(11, "yard", tree.toString())));
    assertThat(stored()).containsExactly(0);
  }

  @Test
  void what_stands_before_a_failure_is_stored_and_the_rest_comes_again() {
    TestCloud broken = without("KVS_INFER_INCIDENTS_TABLE", "absent");
    EventBatch failing = new EventBatch(cloud.dynamo(), cloud.s3(), broken.environment(), broken);
    StreamInput lease = input(9, lease(3));
    StreamInput poison = raw(10, "yard", "nonsense");

    assertThat(
            failing.store(
                List.of(lease, poison, input(11, TestEvents.event(0, 3)), input(12, lease(4)))))
        .contains("11");
    assertThat(broken.count("RecordsPoisoned")).isEqualTo(1);
    assertThat(states.get("yard").map(CameraState::fence)).contains(new Fence(3, "9"));
    assertThat(cloud.keys("events/")).isEmpty();

    assertThat(batch.store(List.of(input(11, TestEvents.event(0, 3)), input(12, lease(4)))))
        .isEmpty();
    assertThat(stored()).containsExactly(0);
    assertThat(cloud.keys("events/")).hasSize(1);
  }

  @Test
  void a_record_whose_fence_is_not_answered_waits_with_all_behind_it() {
    batch.store(List.of(input(9, lease(2))));
    List<StreamInput> inputs =
        List.of(of("gate", 10, "b"), input(11, TestEvents.event(0, 1)), of("gate", 12, "c"));
    DynamoDbClient throttled =
        cloud.counted(new WithheldRow(names.stateTable(), "camera_id", "yard"));

    assertThat(new EventBatch(throttled, cloud.s3(), names, cloud).store(inputs)).contains("11");
    assertThat(incidents.get("b".repeat(26))).isPresent();
    assertThat(stored()).isEmpty();
    assertThat(cloud.keys("fenced/")).isEmpty();

    assertThat(batch.store(inputs.subList(1, 3))).isEmpty();
    assertThat(incidents.get("c".repeat(26))).isPresent();
    assertThat(stored()).isEmpty();
    assertThat(cloud.keys("fenced/")).hasSize(1);
  }

  @Test
  void without_an_answer_about_fences_nothing_is_stored() {
    TestCloud broken = without("KVS_INFER_STATE_TABLE", "absent");
    EventBatch failing = new EventBatch(cloud.dynamo(), cloud.s3(), broken.environment(), broken);
    assertThat(failing.store(List.of(input(10, TestEvents.event(0, 1)), input(11, lease(2)))))
        .contains("10");
    assertThat(stored()).isEmpty();
    assertThat(cloud.keys("")).isEmpty();
  }

  @Test
  void without_an_archive_no_fence_is_stored_and_the_whole_batch_comes_again() {
    TestCloud broken = without("KVS_INFER_MEDIA_BUCKET", "no-such-bucket");
    EventBatch failing = new EventBatch(cloud.dynamo(), cloud.s3(), broken.environment(), broken);
    assertThat(failing.store(List.of(input(10, TestEvents.event(0, 1)), input(11, lease(2)))))
        .contains("10");
    assertThat(states.get("yard").map(CameraState::fence)).isEmpty();
  }

  @Test
  void a_full_batch_costs_little_more_than_its_bare_writes() {
    List<StreamInput> inputs = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      String incident = "a".repeat(24) + (char) ('a' + i / 10) + (char) ('a' + i % 10);
      inputs.add(input(10 + i, TestEvents.event(incident, 0, 1)));
    }
    CountedCalls calls = new CountedCalls();
    EventBatch counted = new EventBatch(cloud.counted(calls), cloud.s3(), names, cloud);
    assertThat(counted.store(inputs)).isEmpty();

    assertThat(stored()).hasSize(100);
    // One write for each row; rows and fence are read once, a read being a fifth of a write.
    assertThat(calls.writes()).isEqualTo(200);
    assertThat(calls.writes() + calls.reads() / 5.0).isLessThanOrEqualTo(1.2 * 200);
    assertThat(calls.calls()).isEqualTo(4 + 1 + 100 + 1);
  }

  @Test
  void an_incident_that_opens_and_closes_in_one_batch_is_written_once() {
    List<StreamInput> inputs =
        IntStream.range(0, 20).mapToObj(i -> input(10 + i, TestEvents.event(i, 1))).toList();
    CountedCalls calls = new CountedCalls();
    new EventBatch(cloud.counted(calls), cloud.s3(), names, cloud).store(inputs);
    assertThat(calls.writes()).isEqualTo(21);
    assertThat(incidents.get(TestEvents.INCIDENT).orElseThrow().sequence()).isEqualTo(19);
  }

  @Test
  void a_row_of_nonsense_holds_up_no_other_incident() {
    String other = "bbcdefghijklmnopqrstuvwxyz";
    Map<String, AttributeValue> nonsense =
        Map.of(
            "incident_id", AttributeValue.fromS(other), "sequence", AttributeValue.fromS("many"));
    cloud.dynamo().putItem(r -> r.tableName(names.incidentsTable()).item(nonsense));
    assertThat(
            batch.store(
                List.of(
                    input(10, TestEvents.event(other, 0, 1)), input(11, TestEvents.event(0, 1)))))
        .isEmpty();
    assertThat(incidents.get(TestEvents.INCIDENT)).isPresent();
    assertThat(cloud.keys("poison/")).hasSize(1);
  }

  @Test
  void a_fence_of_nonsense_does_not_count_and_gives_way_to_the_next_lease() {
    Map<String, AttributeValue> nonsense =
        Map.of(
            "camera_id", AttributeValue.fromS("yard"),
            "fence", AttributeValue.fromM(Map.of("generation", AttributeValue.fromS("x"))));
    cloud.dynamo().putItem(r -> r.tableName(names.stateTable()).item(nonsense));
    assertThat(batch.store(List.of(input(10, TestEvents.event(0, 1))))).isEmpty();
    assertThat(stored()).containsExactly(0);
    assertThat(cloud.count("FencesUnreadable")).isEqualTo(1);
    batch.store(List.of(input(11, lease(4))));
    assertThat(states.get("yard").map(CameraState::fence)).contains(new Fence(4, "11"));
  }

  @Test
  void rows_with_a_plate_expire_when_plates_do() throws Exception {
    TestCloud shorter = without("KVS_INFER_PLATE_RETENTION_DAYS", "2");
    ObjectNode bare = EventCodec.tree(TestEvents.event(1, 1));
    bare.remove("plate");
    new EventBatch(cloud.dynamo(), cloud.s3(), shorter.environment(), cloud)
        .store(List.of(input(10, TestEvents.event(0, 1)), raw(11, "yard", bare.toString())));
    long detected = TestEvents.event(0, 1).detectedAt().getEpochSecond();
    assertThat(
            cloud.dynamo().scanPaginator(r -> r.tableName(names.eventsTable())).items().stream()
                .map(row ->
                    Long.parseLong(Objects.requireNonNull(row.get("expires_at")).n()) - detected))
        .containsExactlyInAnyOrder(2 * 86_400L, 30 * 86_400L + 1);
    var row = cloud.dynamo().scan(r -> r.tableName(names.incidentsTable())).items().getFirst();
    assertThat(Long.parseLong(Objects.requireNonNull(row.get("expires_at")).n()) - detected)
        .isEqualTo(2 * 86_400L + 1);
  }

  @Test
  void an_empty_batch_leaves_nothing() {
    assertThat(batch.store(List.of())).isEmpty();
    assertThat(cloud.keys("")).isEmpty();
  }

  /** The same tables and bucket, but one name that leads nowhere. */
  private TestCloud without(String variable, String value) {
    Map<String, String> variables = new HashMap<>(names.variables());
    variables.put(variable, value);
    return new TestCloud(variables);
  }

  private List<Integer> stored() {
    return events.query("yard", TimeRange.ALL, 100, null).items().stream()
        .map(IncidentEvent::sequence)
        .toList();
  }

  private List<String> lines(String key) throws IOException {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(cloud.object(key)))) {
      return Arrays.asList(new String(in.readAllBytes(), UTF_8).split("\n"));
    }
  }

  private static LeaseRecord lease(long generation) {
    return new LeaseRecord("yard", generation, "l" + generation, ARRIVED);
  }

  private static String json(StreamRecord record) {
    return new String(EventCodec.write(record), UTF_8);
  }

  private static StreamInput input(long sequenceNumber, StreamRecord record) {
    return raw(sequenceNumber, record.cameraId(), json(record));
  }

  private static StreamInput of(String camera, long sequenceNumber, String letter) {
    ObjectNode tree = EventCodec.tree(TestEvents.event(letter.repeat(26), 0, 1));
    return raw(sequenceNumber, camera, tree.put("camera_id", camera).toString());
  }

  private static StreamInput raw(long sequenceNumber, String partitionKey, String json) {
    return new StreamInput(
        SHARD, Long.toString(sequenceNumber), partitionKey, ARRIVED, json.getBytes(UTF_8));
  }
}
