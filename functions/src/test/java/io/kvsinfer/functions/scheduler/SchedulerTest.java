package io.kvsinfer.functions.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Desired.Outcome;
import io.kvsinfer.contract.state.Launch;
import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.functions.TestCloud;
import io.kvsinfer.store.CameraStateTable;
import io.kvsinfer.store.CameraTable;
import io.kvsinfer.store.LeaseOutcome;
import io.kvsinfer.store.LeaseTable;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.StopTaskRequest;

final class SchedulerTest {
  private final TestCloud cloud =
      new TestCloud(
          Map.of(
              "KVS_INFER_ENVIRONMENT", "test",
              "KVS_INFER_CLUSTER", "workers",
              "KVS_INFER_TASK_DEFINITION", "worker:3",
              "KVS_INFER_CAPACITY_PROVIDER", "gpu",
              "KVS_INFER_SUBNETS", "subnet-1,subnet-2",
              "KVS_INFER_SECURITY_GROUPS", "sg-1"));
  private final CameraTable cameras =
      new CameraTable(cloud.dynamo(), cloud.environment().camerasTable());
  private final CameraStateTable states =
      new CameraStateTable(cloud.dynamo(), cloud.environment().stateTable());
  private final LeaseTable leases =
      new LeaseTable(cloud.dynamo(), cloud.environment().stateTable());
  private final FakeEcs ecs = new FakeEcs();
  private final List<Duration> pauses = new ArrayList<>();

  private Instant now = Instant.parse("2026-11-21T02:48:00.123456Z");
  private int launches;
  private final Scheduler scheduler =
      new Scheduler(
          cloud.dynamo(),
          ecs,
          cloud.environment(),
          Limits.DEFAULT,
          () -> now,
          () -> "l" + ++launches,
          cloud,
          time -> {
            pauses.add(time);
            now = now.plus(time);
          });

  @Test
  void a_new_camera_gets_one_task_with_what_it_needs() throws Exception {
    put("yard");
    assertThat(scheduler.run()).isEqualTo(Map.of("SetDesired", 1, "Start", 1));

    var run = ecs.runs.getFirst();
    assertThat(run.cluster()).isEqualTo("workers");
    assertThat(run.taskDefinition()).isEqualTo("worker:3");
    assertThat(run.count()).isEqualTo(1);
    assertThat(run.startedBy()).isEqualTo("test/yard/l1");
    assertThat(run.clientToken()).hasSize(64);
    assertThat(run.capacityProviderStrategy().getFirst().capacityProvider()).isEqualTo("gpu");
    assertThat(run.networkConfiguration().awsvpcConfiguration().subnets())
        .containsExactly("subnet-1", "subnet-2");
    var override = run.overrides().containerOverrides().getFirst();
    assertThat(override.name()).isEqualTo("worker");
    assertThat(override.environment())
        .containsExactly(variable("KVS_INFER_CAMERAS", "yard"), variable("KVS_INFER_LAUNCH", "l1"));
    CameraState state = state("yard");
    Launch launch = launch("yard");
    assertThat(Objects.requireNonNull(state.desired()).verdict()).isEqualTo(Outcome.ACCEPTED);
    assertThat(launch.taskArn()).isEqualTo("arn:task/1");
    assertThat(launch.settingsRevision()).isEqualTo(state.desired().revision());
    assertThat(cloud.count("Start")).isEqualTo(1);
  }

  @Test
  void when_nothing_changed_nothing_is_written() throws Exception {
    running("yard", "gate", "shed");
    assertThat(scheduler.run()).isEmpty();
    assertThat(scheduler.run()).isEmpty();
    assertThat(ecs.runs).hasSize(3);
  }

  @Test
  void a_bad_item_is_refused_with_its_reason_and_the_others_run_on() throws Exception {
    running("gate");
    cameras.put(tree("{\"id\": \"yard\", \"stream_name\": \"yard\", \"fps_target\": -1}"));
    cameras.put(tree("{\"id\": \"../odd\"}"));
    assertThat(scheduler.run()).isEqualTo(Map.of("SetDesired", 2));
    assertThat(Objects.requireNonNull(state("yard").desired()).violations()).isNotEmpty();
    assertThat(Objects.requireNonNull(state("../odd").desired()).verdict())
        .isEqualTo(Outcome.REFUSED);
    assertThat(ecs.stops).isEmpty();
  }

  @Test
  void a_killed_worker_is_followed_by_another_that_may_take_its_lease_at_once() throws Exception {
    running("yard");
    now = now.plusSeconds(61);
    ecs.stopped("arn:task/1", now, 137, "ESSENTIAL_CONTAINER_EXITED");

    assertThat(scheduler.run()).isEqualTo(Map.of("ReleaseLease", 1, "Start", 1));
    Lease lease = Objects.requireNonNull(state("yard").lease());
    assertThat(lease.released()).isTrue();
    assertThat(launch("yard"))
        .extracting(Launch::id, Launch::taskArn, Launch::attempt)
        .containsExactly("l2", "arn:task/2", 1);
    assertThat(leases.take("yard", "l2", lease)).isInstanceOf(LeaseOutcome.Taken.class);
  }

  @Test
  void an_early_end_is_followed_after_its_delay_in_the_same_invocation() throws Exception {
    running("yard");
    now = now.plusSeconds(9);
    ecs.stopped("arn:task/1", now.minusSeconds(1), 1, "ESSENTIAL_CONTAINER_EXITED");
    assertThat(scheduler.run()).isEqualTo(Map.of("ReleaseLease", 1, "SetNotBefore", 1, "Start", 1));
    assertThat(pauses).containsExactly(Duration.ofSeconds(4));
    assertThat(launch("yard").attempt()).isEqualTo(2);
  }

  @Test
  void a_long_delay_is_not_waited_for() throws Exception {
    running("yard");
    for (int i = 1; i <= 4; i++) {
      ecs.running("arn:task/" + i, now);
      ecs.stopped("arn:task/" + i, now, 1, "ESSENTIAL_CONTAINER_EXITED");
      scheduler.run();
      now = now.plusSeconds(i == 4 ? 0 : 20);
      scheduler.run();
    }
    assertThat(pauses).hasSize(2);
    assertThat(launch("yard").attempt()).isEqualTo(4);
    assertThat(launch("yard").notBefore())
        .isEqualTo(now.plusSeconds(40).truncatedTo(ChronoUnit.MILLIS));
  }

  @Test
  void a_cluster_without_room_is_tried_again_later() throws Exception {
    put("yard");
    ecs.full = "RESOURCE:GPU";
    scheduler.run();
    assertThat(cloud.count("NotPlaced")).isEqualTo(1);
    assertThat(launch("yard").taskArn()).isNull();
    assertThat(launch("yard").notBefore()).isNotNull();
    assertThat(launch("yard").notPlaced()).contains("RESOURCE:GPU");
    now = now.plusSeconds(4);
    assertThat(scheduler.run()).isEmpty();
    now = now.plusSeconds(1);
    assertThat(scheduler.run()).isEqualTo(Map.of("Start", 1));
    assertThat(launch("yard"))
        .extracting(Launch::id, Launch::taskArn, Launch::attempt, Launch::notPlaced)
        .containsExactly("l2", "arn:task/1", 2, null);
  }

  @Test
  void a_task_whose_answer_was_lost_is_adopted() throws Exception {
    put("yard");
    ecs.loseAnswer = true;
    assertThat(scheduler.run()).isEqualTo(Map.of("SetDesired", 1, "Failed", 1));
    assertThat(launch("yard").taskArn()).isNull();
    assertThat(scheduler.run()).isEqualTo(Map.of("Adopt", 1));
    assertThat(launch("yard").taskArn()).isEqualTo("arn:task/1");
  }

  @Test
  void a_lost_launch_asked_for_again_is_the_same_task() throws Exception {
    put("yard");
    ecs.loseAnswer = true;
    scheduler.run();
    ecs.stopped("arn:task/1", now, 0, "USER_INITIATED");
    now = now.plusSeconds(30);
    assertThat(scheduler.run()).isEqualTo(Map.of("AskAgain", 1));
    assertThat(ecs.runs)
        .extracting(run -> run.clientToken())
        .containsOnly(ecs.runs.getFirst().clientToken());
    assertThat(launch("yard").taskArn()).isEqualTo("arn:task/1");
  }

  @Test
  void an_error_at_one_camera_stops_no_other() throws Exception {
    put("gate");
    put("yard");
    ecs.broken = "gate";
    assertThat(scheduler.run()).isEqualTo(Map.of("SetDesired", 2, "Start", 1, "Failed", 1));
    assertThat(launch("yard").taskArn()).isNotNull();
  }

  @Test
  void changed_settings_replace_the_worker() throws Exception {
    running("yard");
    ObjectNode item = tree(JudgeTest.YARD);
    item.put("fps_target", 3);
    cameras.put(item);
    assertThat(scheduler.run()).as("taken up by the worker").isEqualTo(Map.of("SetDesired", 1));
    assertThat(scheduler.run()).isEmpty();
    item.put("stream_name", "other");
    cameras.put(item);
    assertThat(scheduler.run()).isEqualTo(Map.of("SetDesired", 1, "Replace", 1));
    assertThat(scheduler.run()).isEmpty();
    ecs.stopped("arn:task/1", now, 0, "USER_INITIATED");
    assertThat(scheduler.run()).isEqualTo(Map.of("ReleaseLease", 1, "Start", 1));
    assertThat(launch("yard").settingsRevision())
        .isEqualTo(Objects.requireNonNull(state("yard").desired()).revision());
  }

  @Test
  void paused_and_removed_cameras_are_stopped() throws Exception {
    running("gate", "yard");
    cameras.setEnabled("gate", false);
    cameras.delete("yard");
    assertThat(scheduler.run()).isEqualTo(Map.of("SetDesired", 1, "ClearDesired", 1, "Stop", 2));
    assertThat(ecs.stops)
        .extracting(StopTaskRequest::reason)
        .containsExactly("kvs-infer: the camera is paused", "kvs-infer: the camera was removed");
    ecs.stopped("arn:task/1", now, 0, "USER_INITIATED");
    ecs.stopped("arn:task/2", now, 0, "USER_INITIATED");
    assertThat(scheduler.run()).isEqualTo(Map.of("ReleaseLease", 2));
    assertThat(scheduler.run()).isEmpty();
  }

  @Test
  void a_camera_whose_row_cannot_be_read_is_left_alone() throws Exception {
    running("gate");
    cloud
        .dynamo()
        .updateItem(request ->
            request
                .tableName(cloud.environment().stateTable())
                .key(Map.of("camera_id", AttributeValue.fromS("gate")))
                .updateExpression("SET launch = :nonsense")
                .expressionAttributeValues(Map.of(":nonsense", AttributeValue.fromS("nonsense"))));
    put("yard");
    assertThat(scheduler.run()).isEqualTo(Map.of("Unreadable", 1, "SetDesired", 1, "Start", 1));
    assertThat(ecs.stops).isEmpty();
  }

  @Test
  void tasks_of_others_in_the_cluster_are_left_alone() throws Exception {
    ecs.runTask(request -> request.taskDefinition("web").startedBy("ecs-svc/1").clientToken("a"));
    ecs.runTask(request -> request.taskDefinition("web").clientToken("b"));
    ecs.runTask(
        request -> request.taskDefinition("web").startedBy("prod/yard/l9").clientToken("c"));
    assertThat(scheduler.run()).isEmpty();
    assertThat(ecs.stops).isEmpty();
  }

  @Test
  void a_hanging_worker_is_replaced() throws Exception {
    running("yard");
    now = now.plusSeconds(169);
    assertThat(scheduler.run()).isEmpty();
    now = now.plusSeconds(1);
    assertThat(scheduler.run()).isEqualTo(Map.of("Replace", 1));
  }

  /** Puts cameras and takes them to where their workers hold their leases, watched. */
  private void running(String... ids) throws Exception {
    for (String id : ids) {
      put(id);
    }
    scheduler.run();
    for (String arn : List.copyOf(ecs.tasks.keySet())) {
      ecs.running(arn, now);
    }
    for (String id : ids) {
      leases.take(id, launch(id).id(), null);
    }
    scheduler.run();
  }

  private void put(String id) throws Exception {
    ObjectNode item = tree(JudgeTest.YARD);
    item.put("id", id);
    cameras.put(item);
  }

  private CameraState state(String id) {
    return states.get(id).orElseThrow();
  }

  private Launch launch(String id) {
    return Objects.requireNonNull(state(id).launch());
  }

  private static KeyValuePair variable(String name, @Nullable String value) {
    return KeyValuePair.builder().name(name).value(value).build();
  }

  private static ObjectNode tree(String json) throws Exception {
    return (ObjectNode) new JsonMapper().readTree(json);
  }
}
