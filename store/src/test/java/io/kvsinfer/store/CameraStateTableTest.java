package io.kvsinfer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvsinfer.contract.event.IncidentEvent.FrameSize;
import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.contract.settings.Violation;
import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Checkpoint;
import io.kvsinfer.contract.state.Checkpoint.OpenIncident;
import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Fence;
import io.kvsinfer.contract.state.Launch;
import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.contract.state.Rollout;
import io.kvsinfer.contract.state.Status;
import io.kvsinfer.contract.state.Watch;
import io.kvsinfer.contract.table.Tables;
import io.kvsinfer.store.LeaseOutcome.Taken;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

final class CameraStateTableTest {
  private static final Instant NOW = Instant.parse("2026-11-21T02:48:00.120Z");
  private static final Launch LAUNCH = new Launch("one", null, 1, NOW, null, "0123456789ab");

  private final String table = TestTables.create(Tables.CAMERA_STATE);
  private final CameraStateTable states = new CameraStateTable(TestTables.dynamo(), table);
  private final LeaseTable leases = new LeaseTable(TestTables.dynamo(), table);

  @Test
  void every_part_comes_back_as_it_was_written() {
    Desired desired = new Desired("0123456789ab", Desired.Outcome.ACCEPTED, List.of());
    Watch watch = new Watch("one", 0, NOW);
    Status status =
        new Status(
            Status.Phase.RUNNING, NOW, NOW, 4.9, 812.5, null, "0123456789ab", "0.1", "[::1]:9090");
    Checkpoint checkpoint =
        new Checkpoint(
            "91343852333181432392682062607743920143264032823",
            NOW,
            List.of(
                new Checkpoint.OpenIncident(
                    "abcdefghijklmnopqrstuvwxyz",
                    "fire",
                    "fire_smoke",
                    "fire",
                    3,
                    NOW,
                    NOW,
                    new Box(0.25, 0.5, 0.125, 0.1),
                    0.87,
                    null,
                    0.01,
                    NOW,
                    null,
                    new FrameSize(1920, 1080))),
            List.of(
                new Checkpoint.QuietPlace(
                    "gate",
                    "plate",
                    new Box(0.5, 0.5, 0.25, 0.125),
                    true,
                    "B1234",
                    List.of("drive"),
                    NOW.plusSeconds(60))));
    Fence fence = new Fence(1, "49590338271490256608559692538361571095921575989136588898");

    states.putDesired("yard", desired);
    assertThat(states.putLaunch("yard", LAUNCH, null)).isTrue();
    assertThat(states.setTaskArn("yard", "one", "arn:task")).isTrue();
    assertThat(states.putWatch("yard", watch)).isTrue();
    Lease lease = ((Taken) leases.take("yard", "one", null)).lease();
    assertThat(states.putCheckpoint("yard", checkpoint, lease)).isTrue();
    assertThat(states.putStatus("yard", status, "one")).isTrue();
    assertThat(states.putFence("yard", fence)).isTrue();

    CameraState whole =
        new CameraState(
            "yard",
            desired,
            new Launch("one", "arn:task", 1, NOW, null, "0123456789ab"),
            watch,
            lease,
            checkpoint,
            status.by("one"),
            fence);
    assertThat(states.get("yard")).contains(whole);
    assertThat(states.scan())
        .isEqualTo(new CameraStateTable.Scan(Map.of("yard", whole), Map.of(), null));
    assertThat(states.fences(Set.of("yard")).fences()).isEqualTo(Map.of("yard", fence));
  }

  @Test
  void a_refusal_keeps_its_reasons() {
    Desired refused =
        new Desired(
            null,
            Desired.Outcome.REFUSED,
            List.of(new Violation("fps_target", "0", "must be greater than 0")));
    states.putDesired("yard", refused);
    assertThat(states.get("yard").orElseThrow().desired()).isEqualTo(refused);
    states.clearDesired("yard");
    assertThat(states.get("yard").orElseThrow().desired()).isNull();
  }

  @Test
  void a_launch_replaces_only_the_one_that_was_seen_and_forgets_its_watch() {
    Launch two = new Launch("two", null, 1, NOW, null, null);
    assertThat(states.putLaunch("yard", LAUNCH, null)).isTrue();
    states.putWatch("yard", new Watch("one", 7, NOW));

    assertThat(states.putLaunch("yard", two, null)).isFalse();
    assertThat(states.putLaunch("yard", two, "other")).isFalse();
    assertThat(states.putLaunch("yard", two, "one")).isTrue();
    assertThat(states.get("yard").orElseThrow().launch()).isEqualTo(two);
    assertThat(states.get("yard").orElseThrow().watch()).isNull();
  }

  @Test
  void what_belongs_to_an_older_launch_is_not_written() {
    states.putLaunch("yard", LAUNCH, null);
    Status status =
        new Status(Status.Phase.STARTING, NOW, null, null, null, null, null, null, null);
    assertThat(states.setTaskArn("yard", "old", "arn")).isFalse();
    assertThat(states.setNotBefore("yard", "old", NOW)).isFalse();
    assertThat(states.putStatus("yard", status, "old")).isFalse();
    assertThat(states.putWatch("yard", new Watch("old", 1, NOW))).isFalse();
  }

  @Test
  void a_task_that_started_takes_the_delay_away() {
    states.putLaunch("yard", LAUNCH, null);
    assertThat(states.setNotBefore("yard", "one", NOW)).isTrue();
    assertThat(states.get("yard").orElseThrow().launch())
        .isEqualTo(new Launch("one", null, 1, NOW, NOW, "0123456789ab"));
    states.setTaskArn("yard", "one", "arn");
    assertThat(states.get("yard").orElseThrow().launch())
        .isEqualTo(new Launch("one", "arn", 1, NOW, null, "0123456789ab"));
  }

  @Test
  void why_ecs_started_no_task_is_kept_until_it_starts_one() {
    states.putLaunch("yard", LAUNCH, null);
    assertThat(states.setNotPlaced("yard", "old", NOW, "RESOURCE:GPU")).isFalse();
    assertThat(states.setNotPlaced("yard", "one", NOW, "RESOURCE:GPU")).isTrue();
    assertThat(states.get("yard").orElseThrow().launch())
        .extracting(Launch::notBefore, Launch::notPlaced)
        .containsExactly(NOW, "RESOURCE:GPU");
    states.setTaskArn("yard", "one", "arn");
    assertThat(states.get("yard").orElseThrow().launch())
        .isEqualTo(new Launch("one", "arn", 1, NOW, null, "0123456789ab"));
  }

  @Test
  void a_worker_that_lost_its_lease_moves_no_checkpoint() {
    states.putLaunch("yard", LAUNCH, null);
    Lease first = ((Taken) leases.take("yard", "one", null)).lease();
    Lease second = ((Taken) leases.take("yard", "one", first)).lease();
    Checkpoint checkpoint = new Checkpoint(null, NOW, List.of());
    assertThat(states.putCheckpoint("yard", checkpoint, first)).isFalse();
    assertThat(states.putCheckpoint("yard", checkpoint, second)).isTrue();
  }

  @Test
  void a_checkpoint_of_an_older_worker_is_read() throws Exception {
    String written =
        """
        {"camera_id": "yard", "checkpoint": {"fragment_number": "7",
         "captured_at": "2026-11-21T02:48:00.120Z",
         "open_incidents": [{"incident_id": "abcdefghijklmnopqrstuvwxyz", "detector": "fire",
           "type": "fire_smoke", "label": "fire", "next_sequence": 3,
           "started_at": "2026-11-21T02:48:00.120Z", "last_seen_at": "2026-11-21T02:48:00.120Z",
           "box": {"x": 0.25, "y": 0.5, "width": 0.125, "height": 0.1},
           "best_confidence": 0.87}]}}
        """;
    put(written);
    OpenIncident open =
        new OpenIncident(
            "abcdefghijklmnopqrstuvwxyz",
            "fire",
            "fire_smoke",
            "fire",
            3,
            NOW,
            NOW,
            new Box(0.25, 0.5, 0.125, 0.1),
            0.87,
            null);
    assertThat(states.get("yard").orElseThrow().checkpoint())
        .isEqualTo(new Checkpoint("7", NOW, List.of(open)));
  }

  @Test
  void a_checkpoint_is_written_in_the_form_that_other_versions_read() throws Exception {
    Lease lease = held();
    Checkpoint.QuietPlace quiet =
        new Checkpoint.QuietPlace(
            "gate", "car", new Box(0.5, 0.5, 0.25, 0.125), true, null, List.of("drive"), NOW);
    states.putCheckpoint("yard", new Checkpoint("7", NOW, List.of(), List.of(quiet)), lease);
    assertThat(Items.toTree(item()).get("checkpoint"))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"fragment_number": "7", "captured_at": "2026-11-21T02:48:00.120Z",
                     "open_incidents": [], "quiet_places": [{"detector": "gate", "label": "car",
                       "box": {"x": 0.5, "y": 0.5, "width": 0.25, "height": 0.125},
                       "stationary": true, "regions": ["drive"],
                       "until": "2026-11-21T02:48:00.120Z"}]}
                    """));
  }

  private void put(String json) throws Exception {
    Map<String, AttributeValue> item = Items.toItem(new ObjectMapper().readTree(json));
    TestTables.dynamo().putItem(r -> r.tableName(table).item(item));
  }

  private Map<String, AttributeValue> item() {
    Map<String, AttributeValue> key = Map.of("camera_id", AttributeValue.fromS("yard"));
    return TestTables.dynamo().getItem(r -> r.tableName(table).key(key)).item();
  }

  private Lease held() {
    assertThat(states.putLaunch("yard", LAUNCH, null)).isTrue();
    return ((Taken) leases.take("yard", "one", null)).lease();
  }

  @Test
  void a_fence_only_rises() {
    assertThat(states.fences(Set.of("yard")).fences()).isEmpty();
    assertThat(states.putFence("yard", new Fence(3, "30"))).isTrue();
    assertThat(states.putFence("yard", new Fence(3, "31"))).isFalse();
    assertThat(states.putFence("yard", new Fence(2, "32"))).isFalse();
    assertThat(states.putFence("yard", new Fence(4, "33"))).isTrue();
    assertThat(states.fences(Set.of("yard")).fences())
        .isEqualTo(Map.of("yard", new Fence(4, "33")));
  }

  @Test
  void fences_are_read_together_however_many_cameras_and_answers_it_takes() {
    Set<String> cameras = new TreeSet<>();
    Map<String, Fence> fences = new HashMap<>();
    for (int i = 0; i < 130; i++) {
      cameras.add("yard" + i);
      if (i % 10 == 0) {
        fences.put("yard" + i, new Fence(i, Integer.toString(i)));
      }
    }
    fences.forEach(states::putFence);

    // A call takes 100 keys; five answers of 20 rows are within what is tried.
    ThrottledTable slow = new ThrottledTable(TestTables.dynamo(), 20);
    assertThat(new CameraStateTable(slow, table).fences(cameras))
        .isEqualTo(new CameraStateTable.FoundFences(fences, Map.of(), Set.of()));
  }

  @Test
  void a_camera_whose_fence_was_not_answered_is_named() {
    states.putFence("yard", new Fence(3, "30"));
    states.putFence("gate", new Fence(4, "40"));

    ThrottledTable full = new ThrottledTable(TestTables.dynamo(), 0);
    assertThat(new CameraStateTable(full, table).fences(Set.of("yard", "gate")))
        .isEqualTo(new CameraStateTable.FoundFences(Map.of(), Map.of(), Set.of("yard", "gate")));
  }

  @Test
  void a_row_that_cannot_be_read_stops_no_other() {
    states.putLaunch("yard", LAUNCH, null);
    TestTables.dynamo()
        .putItem(request ->
            request
                .tableName(table)
                .item(
                    Map.of(
                        "camera_id", AttributeValue.fromS("attic"),
                        "launch", AttributeValue.fromS("nonsense"))));

    CameraStateTable.Scan scan = states.scan();
    assertThat(scan.states()).containsOnlyKeys("yard");
    assertThat(scan.unreadable()).containsOnlyKeys("attic");
    assertThatThrownBy(() -> states.get("attic"))
        .isInstanceOf(UnreadableItemException.class)
        .hasMessageStartingWith("camera_state of attic, part launch: ");
  }

  @Test
  void a_deleted_row_is_gone() {
    states.putLaunch("yard", LAUNCH, null);
    states.delete("yard");
    assertThat(states.get("yard")).isEmpty();
  }

  @Test
  void a_rollout_is_no_camera_s_row_and_changes_only_from_what_was_seen() {
    Rollout first = new Rollout("worker:1", null, Rollout.Phase.DONE, NOW, null);
    Rollout second = new Rollout("worker:2", "worker:1", Rollout.Phase.CANARY, NOW, null);
    assertThat(states.rollout()).isEmpty();
    assertThat(states.putRollout(second, first)).isFalse();
    assertThat(states.putRollout(first, null)).isTrue();
    assertThat(states.putRollout(second, null)).isFalse();
    assertThat(states.putRollout(second, first)).isTrue();
    assertThat(states.rollout()).contains(second);
    assertThat(states.scanForScheduler())
        .isEqualTo(new CameraStateTable.Scan(Map.of(), Map.of(), second));
  }

  @Test
  void what_became_of_a_launch_is_noted_while_it_is_the_camera_s() {
    assertThat(states.putLaunch("yard", LAUNCH, null)).isTrue();
    assertThat(states.setRefused("yard", "other", "no model")).isFalse();
    assertThat(states.setRefused("yard", "one", "no model")).isTrue();
    assertThat(states.setMissing("yard", "one", NOW)).isTrue();
    Launch noted = states.get("yard").orElseThrow().launch();
    assertThat(noted)
        .extracting(Launch::refused, Launch::missingSince)
        .containsExactly("no model", NOW);
    assertThat(states.setMissing("yard", "one", null)).isTrue();
    assertThat(states.get("yard").orElseThrow().launch()).extracting(Launch::missingSince).isNull();
  }
}
