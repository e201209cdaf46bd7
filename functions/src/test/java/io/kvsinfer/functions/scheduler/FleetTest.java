package io.kvsinfer.functions.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Desired.Outcome;
import io.kvsinfer.contract.state.Launch;
import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.contract.state.Rollout;
import io.kvsinfer.contract.state.Status;
import io.kvsinfer.contract.state.Watch;
import io.kvsinfer.functions.scheduler.WorkerTask.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link Reconcile} over more than one cluster, task for each camera or worker version. */
final class FleetTest {
  private static final Instant NOW = Instant.parse("2026-11-21T02:48:00Z");
  private static final Instant BEFORE = NOW.minusSeconds(3600);
  private static final Desired ACCEPTED =
      new Desired("rev1", Outcome.ACCEPTED, List.of(), "restart1", null);
  private static final Desired PAUSED =
      new Desired("rev1", Outcome.PAUSED, List.of(), "restart1", null);

  private final Map<String, Desired> cameras = new TreeMap<>();
  private final Map<String, CameraState> states = new HashMap<>();
  private final List<WorkerTask> tasks = new ArrayList<>();
  private Fleet fleet = Fleet.single();

  private List<Action> reconcile() {
    return Reconcile.reconcile(cameras, states, tasks, fleet, NOW, Limits.DEFAULT);
  }

  private static Launch launch(
      String id, @Nullable String version, @Nullable String cluster, @Nullable Instant notBefore) {
    return new Launch(
        id,
        notBefore == null ? "arn:" + id : null,
        1,
        BEFORE,
        notBefore,
        "rev1",
        "restart1",
        version,
        cluster,
        null,
        null,
        null);
  }

  /** A camera whose worker runs and renews its lease. */
  private void running(String camera, Launch launch, @Nullable Instant startedAt) {
    cameras.put(camera, ACCEPTED);
    states.put(camera, row(camera, ACCEPTED, launch, new Lease(1, launch.id(), 30, false), null));
    if (startedAt != null) {
      tasks.add(task(camera, launch, startedAt));
    }
  }

  private static WorkerTask task(String camera, Launch launch, Instant startedAt) {
    return new WorkerTask(
        Objects.requireNonNull(launch.taskArn()),
        camera,
        launch.id(),
        Phase.RUNNING,
        startedAt,
        null,
        null,
        null,
        launch.cluster());
  }

  private static CameraState row(
      String camera,
      @Nullable Desired desired,
      Launch launch,
      @Nullable Lease lease,
      @Nullable Status status) {
    return new CameraState(
        camera,
        desired,
        launch,
        new Watch(launch.id(), 30, NOW.minusSeconds(1)),
        lease,
        null,
        status,
        null);
  }

  private static Status status(Status.Phase phase, String launch) {
    return new Status(phase, BEFORE, null, null, null, "why", "rev1", null, null).by(launch);
  }

  // Clusters.

  @Test
  void a_cluster_that_is_full_is_followed_by_the_next_and_then_the_operator_is_told() {
    fleet = new Fleet(List.of("east", "west"), 2, 1, Map.of(), Versions.one());
    running("a", launch("la", null, "east", null), BEFORE);
    for (String camera : List.of("b", "c", "d", "e")) {
      cameras.put(camera, ACCEPTED);
    }
    assertThat(reconcile())
        .filteredOn(a -> a instanceof Action.Start || a instanceof Action.NoRoom)
        .extracting(a -> a instanceof Action.Start s ? s.cluster() : a.toString())
        .containsExactly("east", "west", "west", "NoRoom[cameraId=e]");
  }

  @Test
  void a_cluster_that_had_no_capacity_is_not_asked_first_again() {
    fleet = new Fleet(List.of("east", "west"), 100, 1, Map.of(), Versions.one());
    Launch failed = launch("la", null, "east", NOW);
    cameras.put("a", ACCEPTED);
    states.put("a", row("a", ACCEPTED, failed, null, null));
    assertThat(reconcile())
        .containsExactly(new Action.Start("a", "la", 2, "rev1", "restart1", null, "west"));
    fleet = new Fleet(List.of("east"), 100, 1, Map.of(), Versions.one());
    assertThat(reconcile())
        .containsExactly(new Action.Start("a", "la", 2, "rev1", "restart1", null, "east"));
  }

  @Test
  void tasks_are_described_and_stopped_where_they_run() {
    Launch launch = launch("la", null, "west", null);
    running("a", launch, null);
    assertThat(Reconcile.tasksToDescribe(cameras, states, tasks))
        .isEqualTo(Map.of("west", List.of("arn:la")));
    tasks.add(task("a", launch, BEFORE));
    cameras.put("a", PAUSED);
    assertThat(reconcile())
        .contains(new Action.Stop("a", "arn:la", "west", "the camera is paused"));
  }

  // Tasks that several cameras share.

  private void pool(int camerasPerTask, String... ids) {
    Map<String, String> pools = new HashMap<>();
    for (String id : ids) {
      pools.put(id, "dock");
    }
    fleet = new Fleet(List.of("east"), 100, camerasPerTask, pools, Versions.one());
  }

  @Test
  void cameras_of_a_pool_share_tasks_and_others_have_their_own() {
    pool(2, "a", "b", "c");
    for (String camera : List.of("a", "b", "c", "d")) {
      cameras.put(camera, ACCEPTED);
    }
    Action.Start a = new Action.Start("a", null, 1, "rev1", "restart1", null, "east");
    Action.Start b = new Action.Start("b", null, 1, "rev1", "restart1", null, "east");
    Action.Start c = new Action.Start("c", null, 1, "rev1", "restart1", null, "east");
    Action.Start d = new Action.Start("d", null, 1, "rev1", "restart1", null, "east");
    assertThat(reconcile())
        .filteredOn(action -> !(action instanceof Action.SetDesired))
        .containsExactly(d, new Action.StartTogether(List.of(a, b)), c);
  }

  @Test
  void a_shared_task_is_not_stopped_for_one_of_its_cameras_but_when_none_is_left() {
    pool(2, "a", "b");
    Launch shared = launch("l1", null, "east", null);
    running("a", shared, null);
    running("b", shared, null);
    tasks.add(task(StartedBy.TOGETHER, shared, BEFORE));
    assertThat(reconcile()).isEmpty();

    cameras.put("a", PAUSED);
    assertThat(reconcile()).containsExactly(new Action.SetDesired("a", PAUSED));
    cameras.remove("b");
    assertThat(reconcile())
        .contains(
            new Action.Stop(StartedBy.TOGETHER, "arn:l1", "east", "none of its cameras is left"));
  }

  @Test
  void a_camera_that_needs_a_restart_leaves_the_shared_task() {
    pool(2, "a", "b");
    Launch shared = launch("l1", null, "east", null);
    running("a", shared, null);
    running("b", shared, null);
    tasks.add(task(StartedBy.TOGETHER, shared, BEFORE));
    Desired changed = new Desired("rev2", Outcome.ACCEPTED, List.of(), "restart2", null);
    cameras.put("a", changed);
    assertThat(reconcile())
        .containsExactly(
            new Action.SetDesired("a", changed),
            new Action.Start("a", "l1", 1, "rev2", "restart2", null, "east"));
  }

  @Test
  void a_camera_that_its_shared_worker_gave_up_comes_again_after_a_delay_or_is_refused() {
    pool(2, "a", "b");
    Launch shared = launch("l1", null, "east", null);
    running("b", shared, null);
    tasks.add(task(StartedBy.TOGETHER, shared, BEFORE));
    cameras.put("a", ACCEPTED);
    Lease released = new Lease(1, "l1", 30, true);
    states.put("a", row("a", ACCEPTED, shared, released, status(Status.Phase.FAILED, "l1")));
    assertThat(reconcile()).containsExactly(new Action.SetNotBefore("a", "l1", NOW.plusSeconds(5)));
    states.put("a", row("a", ACCEPTED, shared, released, status(Status.Phase.REFUSED, "l1")));
    assertThat(reconcile())
        .containsExactly(
            new Action.SetRefused("a", "l1", "why"),
            new Action.SetDesired("a", ACCEPTED.refused("why")));
  }

  // Settings that the worker refused.

  @Test
  void settings_that_a_worker_refused_are_refused_with_its_reason_until_they_change() {
    Launch launch = launch("la", "worker:1", null, null);
    cameras.put("a", ACCEPTED);
    states.put("a", row("a", ACCEPTED, launch, null, status(Status.Phase.REFUSED, "la")));
    tasks.add(
        new WorkerTask("arn:la", "a", "la", Phase.STOPPED, BEFORE, BEFORE.plusSeconds(3), 4, null));
    assertThat(reconcile())
        .containsExactly(
            new Action.SetRefused("a", "la", "why"),
            new Action.SetDesired("a", ACCEPTED.refused("why")));

    Launch refused = refused(launch);
    states.put("a", row("a", ACCEPTED.refused("why"), refused, null, null));
    assertThat(reconcile()).as("no loop").isEmpty();
    tasks.clear();
    assertThat(reconcile()).as("nor when ECS has forgotten it").isEmpty();
    assertThat(Reconcile.tasksToDescribe(cameras, states, tasks)).isEmpty();

    Desired changed = new Desired("rev2", Outcome.ACCEPTED, List.of(), "restart1", null);
    cameras.put("a", changed);
    assertThat(reconcile())
        .containsExactly(
            new Action.SetDesired("a", changed),
            new Action.Start("a", "la", 1, "rev2", "restart1", null, null));
  }

  @Test
  void another_worker_version_may_know_what_the_last_one_refused() {
    cameras.put("a", ACCEPTED);
    Launch refused = refused(launch("la", "worker:1", null, null));
    states.put("a", row("a", ACCEPTED.refused("why"), refused, null, null));
    fleet = fleet.with(versions(Rollout.Phase.DONE));
    assertThat(reconcile())
        .containsExactly(
            new Action.SetDesired("a", ACCEPTED),
            new Action.Start("a", "la", 1, "rev1", "restart1", "worker:2", null));
  }

  private static Launch refused(Launch l) {
    return new Launch(
        l.id(),
        l.taskArn(),
        1,
        BEFORE,
        null,
        l.settingsRevision(),
        l.restartRevision(),
        l.taskDefinition(),
        l.cluster(),
        "why",
        null,
        null);
  }

  // What a running worker takes up itself, and pauses.

  @Test
  void settings_that_need_no_restart_are_left_to_the_worker() {
    running("a", launch("la", null, null, null), BEFORE);
    Desired changed = new Desired("rev2", Outcome.ACCEPTED, List.of(), "restart1", null);
    cameras.put("a", changed);
    assertThat(reconcile()).containsExactly(new Action.SetDesired("a", changed));
  }

  @Test
  void a_camera_that_comes_back_says_since_when() {
    Launch launch = launch("la", null, null, null);
    cameras.put("a", ACCEPTED);
    states.put("a", row("a", PAUSED, launch, new Lease(1, "la", 3, true), null));
    assertThat(reconcile()).contains(new Action.SetDesired("a", ACCEPTED.resumed(NOW)));
    states.put("a", row("a", null, launch, new Lease(1, "la", 3, true), null));
    assertThat(reconcile()).contains(new Action.SetDesired("a", ACCEPTED.resumed(NOW)));
    states.put("a", row("a", ACCEPTED.resumed(BEFORE), launch, null, null));
    assertThat(reconcile()).noneMatch(Action.SetDesired.class::isInstance);
  }

  // Age.

  @ParameterizedTest
  @CsvSource({"10, false", "13, true"})
  void a_worker_is_replaced_before_its_instance_is_drained(long days, boolean replaced) {
    running("a", launch("la", null, null, null), NOW.minus(Duration.ofDays(days)));
    assertThat(reconcile())
        .isEqualTo(
            replaced
                ? List.of(new Action.Replace("a", "arn:la", null, "it ran for 13 days", true))
                : List.of());
  }

  @Test
  void replacements_that_can_wait_come_in_turn() {
    for (int i = 0; i < 500; i++) {
      running("camera" + i, launch("l" + i, null, null, null), NOW.minus(Duration.ofDays(13)));
    }
    assertThat(reconcile()).hasSize(Limits.DEFAULT.replacements());
  }

  // Versions.

  private static Versions versions(Rollout.Phase phase) {
    return new Versions(new Rollout("worker:2", "worker:1", phase, BEFORE, null), 20);
  }

  @Test
  void a_share_of_the_cameras_tries_a_new_version_and_the_others_stay() {
    fleet = fleet.with(versions(Rollout.Phase.CANARY));
    int trying = 0;
    for (int i = 0; i < 100; i++) {
      running("camera" + i, launch("l" + i, "worker:1", null, null), BEFORE);
      trying += Versions.tries("camera" + i, 20) ? 1 : 0;
    }
    assertThat(trying).isBetween(5, 40);
    assertThat(reconcile())
        .hasSize(trying)
        .allSatisfy(a -> {
          assertThat(a).isInstanceOf(Action.Replace.class);
          assertThat(Versions.tries(a.cameraId(), 20)).isTrue();
        });
    fleet = fleet.with(versions(Rollout.Phase.DONE));
    assertThat(reconcile()).hasSize(100);
    fleet = fleet.with(versions(Rollout.Phase.ROLLED_BACK));
    assertThat(reconcile()).isEmpty();
  }

  private Rollout next(@Nullable Rollout stored, String definition) {
    return Versions.next(stored, definition, states.values(), 20, NOW, Limits.DEFAULT);
  }

  /** So many cameras on each version, the bad ones launched again and again. */
  private void onVersions(int oldAll, int oldBad, int newAll, int newBad) {
    int triers = 0;
    int others = 0;
    for (int i = 0; triers < newAll || others < oldAll; i++) {
      String id = "camera" + i;
      boolean tries = Versions.tries(id, 20);
      if (tries ? triers >= newAll : others >= oldAll) {
        continue;
      }
      boolean bad = tries ? triers++ < newBad : others++ < oldBad;
      Launch l = launch("l" + i, tries ? "worker:2" : "worker:1", null, null);
      Launch launch =
          new Launch(
              l.id(),
              l.taskArn(),
              bad ? 3 : 1,
              BEFORE,
              null,
              "rev1",
              "restart1",
              l.taskDefinition(),
              null,
              null,
              null,
              null);
      states.put(id, row(id, ACCEPTED, launch, new Lease(1, l.id(), 30, false), null));
    }
  }

  @Test
  void the_first_version_is_nobody_s_canary() {
    assertThat(next(null, "worker:1"))
        .isEqualTo(new Rollout("worker:1", null, Rollout.Phase.DONE, NOW, null));
  }

  @Test
  void a_new_version_is_tried_first_unless_nobody_can() {
    Rollout done = new Rollout("worker:1", null, Rollout.Phase.DONE, BEFORE, null);
    assertThat(next(done, "worker:1")).isEqualTo(done);
    assertThat(next(done, "worker:2").phase()).isEqualTo(Rollout.Phase.DONE);
    onVersions(20, 0, 5, 0);
    assertThat(next(done, "worker:2"))
        .isEqualTo(new Rollout("worker:2", "worker:1", Rollout.Phase.CANARY, NOW, null));
  }

  @Test
  void a_version_that_does_no_worse_gets_everywhere() {
    onVersions(20, 1, 5, 0);
    Rollout trying = Objects.requireNonNull(versions(Rollout.Phase.CANARY).rollout());
    assertThat(next(trying, "worker:2").phase()).isEqualTo(Rollout.Phase.DONE);
    Rollout young = new Rollout("worker:2", "worker:1", Rollout.Phase.CANARY, NOW, null);
    assertThat(next(young, "worker:2")).isEqualTo(young);
  }

  @Test
  void a_version_that_does_worse_is_rolled_back_and_stays_so_until_the_next() {
    onVersions(20, 1, 5, 2);
    Rollout young = new Rollout("worker:2", "worker:1", Rollout.Phase.CANARY, NOW, null);
    Rollout back = next(young, "worker:2");
    assertThat(back.phase()).isEqualTo(Rollout.Phase.ROLLED_BACK);
    assertThat(back.reason())
        .isEqualTo("2 of 5 cameras on it did badly, 1 of 20 on the one before");
    assertThat(next(back, "worker:2")).isEqualTo(back);
    assertThat(next(back, "worker:3").previous()).isEqualTo("worker:1");
    assertThat(next(back, "worker:1").phase()).isEqualTo(Rollout.Phase.DONE);
  }

  @Test
  void trouble_that_both_versions_have_rolls_nothing_back() {
    onVersions(20, 10, 6, 3);
    Rollout trying = Objects.requireNonNull(versions(Rollout.Phase.CANARY).rollout());
    assertThat(next(trying, "worker:2").phase()).isEqualTo(Rollout.Phase.DONE);
  }
}
