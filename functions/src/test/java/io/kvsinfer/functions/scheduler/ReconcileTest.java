package io.kvsinfer.functions.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.settings.Violation;
import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Desired.Outcome;
import io.kvsinfer.contract.state.Launch;
import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.contract.state.Watch;
import io.kvsinfer.functions.scheduler.WorkerTask.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ReconcileTest {
  private static final Instant NOW = Instant.parse("2026-11-21T02:48:00Z");
  private static final String ARN = "arn:task/one";
  private static final Desired ACCEPTED = new Desired("rev1", Outcome.ACCEPTED, List.of());
  private static final Desired PAUSED = new Desired("rev1", Outcome.PAUSED, List.of());
  private static final Desired REFUSED =
      new Desired(null, Outcome.REFUSED, List.of(new Violation("fps_target", "0", "must be more")));
  private static final Lease HELD = new Lease(1, "one", 30, false);

  /** What stands in the row of camera {@code yard}, the parts one after the other. */
  private final Row row = new Row();

  // Verdicts.

  @Test
  void a_new_camera_gets_its_verdict_and_a_launch() {
    assertThat(reconcile(ACCEPTED, null))
        .containsExactly(
            new Action.SetDesired("yard", ACCEPTED), new Action.Start("yard", null, 1, "rev1"));
  }

  @Test
  void a_refused_camera_gets_its_reasons_and_no_worker() {
    assertThat(reconcile(REFUSED, null)).containsExactly(new Action.SetDesired("yard", REFUSED));
  }

  @Test
  void a_paused_camera_gets_no_worker() {
    assertThat(reconcile(PAUSED, row.desired(PAUSED).state())).isEmpty();
  }

  @Test
  void a_removed_camera_that_has_no_worker_only_loses_its_verdict() {
    assertThat(reconcile(null, row.desired(ACCEPTED).state()))
        .containsExactly(new Action.ClearDesired("yard"));
    assertThat(reconcile(null, new Row().state())).isEmpty();
  }

  @Test
  void a_bad_item_touches_no_other_camera() {
    List<Action> actions =
        Reconcile.reconcile(
            Map.of("attic", REFUSED, "yard", ACCEPTED),
            Map.of("yard", running(HELD, new Watch("one", 30, NOW))),
            List.of(task(Phase.RUNNING)),
            NOW,
            Limits.DEFAULT);
    assertThat(actions).containsExactly(new Action.SetDesired("attic", REFUSED));
  }

  // A worker that runs.

  @Test
  void a_healthy_camera_costs_nothing() {
    Watch watch = new Watch("one", 10, NOW.minusSeconds(200));
    assertThat(reconcile(ACCEPTED, running(HELD, watch), task(Phase.RUNNING))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      names = {"STARTING", "STOPPING"})
  void a_task_on_its_way_is_waited_for(Phase phase) {
    assertThat(reconcile(ACCEPTED, running(null, null), task(phase))).isEmpty();
  }

  @Test
  void a_worker_of_a_paused_camera_is_stopped() {
    CameraState state = row.desired(PAUSED).launch(launch(ARN, 1, 100)).state();
    assertThat(reconcile(PAUSED, state, task(Phase.RUNNING)))
        .containsExactly(new Action.Stop("yard", ARN, "the camera is paused"));
  }

  @Test
  void a_worker_whose_item_turned_bad_is_stopped() {
    assertThat(reconcile(REFUSED, running(HELD, null), task(Phase.RUNNING)))
        .containsExactly(
            new Action.SetDesired("yard", REFUSED),
            new Action.Stop("yard", ARN, "the camera's settings were refused"));
  }

  @Test
  void a_worker_of_a_removed_camera_is_stopped() {
    assertThat(reconcile(null, running(HELD, null), task(Phase.RUNNING)))
        .containsExactly(
            new Action.ClearDesired("yard"),
            new Action.Stop("yard", ARN, "the camera was removed"));
  }

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      names = {"STARTING", "RUNNING"})
  void a_worker_with_older_settings_is_replaced(Phase phase) {
    Desired changed = new Desired("rev2", Outcome.ACCEPTED, List.of());
    CameraState state = row.desired(changed).launch(launch(ARN, 1, 100)).lease(HELD).state();
    assertThat(reconcile(changed, state, task(phase)))
        .containsExactly(new Action.Replace("yard", ARN, "its settings changed"));
  }

  @Test
  void a_task_that_is_stopping_is_not_stopped_again() {
    CameraState state = row.desired(PAUSED).launch(launch(ARN, 1, 100)).state();
    assertThat(reconcile(PAUSED, state, task(Phase.STOPPING))).isEmpty();
  }

  @Test
  void tasks_of_older_launches_and_of_unknown_cameras_are_stopped() {
    WorkerTask older =
        new WorkerTask("arn:old", "yard", "zero", Phase.RUNNING, NOW, null, null, null);
    WorkerTask lost =
        new WorkerTask("arn:lost", "shed", "x", Phase.STARTING, null, null, null, null);
    WorkerTask going =
        new WorkerTask("arn:going", "shed", "y", Phase.STOPPING, null, null, null, null);
    List<Action> actions =
        Reconcile.reconcile(
            Map.of("yard", ACCEPTED),
            Map.of("yard", running(HELD, new Watch("one", 30, NOW))),
            List.of(older, lost, going, task(Phase.RUNNING)),
            NOW,
            Limits.DEFAULT);
    assertThat(actions)
        .containsExactly(
            new Action.Stop("shed", "arn:lost", "not the camera's launch"),
            new Action.Stop("yard", "arn:old", "not the camera's launch"));
  }

  // The lease of a worker that runs.

  @Test
  void a_first_lease_is_noted() {
    assertThat(reconcile(ACCEPTED, running(HELD, null), task(Phase.RUNNING)))
        .containsExactly(new Action.SetWatch("yard", new Watch("one", 30, NOW)));
    assertThat(
            reconcile(
                ACCEPTED,
                running(HELD, new Watch("before", 30, NOW.minusSeconds(500))),
                task(Phase.RUNNING)))
        .containsExactly(new Action.SetWatch("yard", new Watch("one", 30, NOW)));
  }

  @ParameterizedTest
  @CsvSource({"29, 70, false", "29, 71, true", "10, 140, false", "10, 139, true", "31, 60, true"})
  void a_counter_off_its_pace_is_noted_anew(long counter, long secondsAgo, boolean noted) {
    Watch watch = new Watch("one", counter, NOW.minusSeconds(secondsAgo));
    List<Action> actions = reconcile(ACCEPTED, running(HELD, watch), task(Phase.RUNNING));
    assertThat(actions)
        .isEqualTo(
            noted ? List.of(new Action.SetWatch("yard", new Watch("one", 30, NOW))) : List.of());
  }

  @ParameterizedTest
  @CsvSource({"169, false", "170, true"})
  void a_worker_whose_counter_stands_still_is_replaced(long seconds, boolean replaced) {
    Watch watch = new Watch("one", 30, NOW.minusSeconds(seconds));
    List<Action> actions = reconcile(ACCEPTED, running(HELD, watch), task(Phase.RUNNING));
    assertThat(actions)
        .isEqualTo(
            replaced
                ? List.of(new Action.Replace("yard", ARN, "its lease was not renewed for 170 s"))
                : List.of());
  }

  @ParameterizedTest
  @CsvSource({"239, false", "240, true"})
  void a_worker_that_takes_no_lease_is_replaced(long seconds, boolean replaced) {
    WorkerTask task =
        new WorkerTask(
            ARN, "yard", "one", Phase.RUNNING, NOW.minusSeconds(seconds), null, null, null);
    Lease others = new Lease(1, "zero", 3, false);
    List<Action> actions = reconcile(ACCEPTED, running(others, null), task);
    assertThat(actions)
        .isEqualTo(
            replaced
                ? List.of(new Action.Replace("yard", ARN, "it took no lease within 240 s"))
                : List.of());
  }

  // A worker that ended.

  @Test
  void the_lease_of_a_stopped_task_is_released_before_the_next_start() {
    assertThat(reconcile(ACCEPTED, running(HELD, null), stopped(100, 0, 1, null)))
        .containsExactly(
            new Action.ReleaseLease("yard", HELD), new Action.Start("yard", "one", 1, "rev1"));
  }

  @Test
  void the_lease_of_a_stopped_task_of_a_paused_camera_is_released_too() {
    CameraState state = row.desired(PAUSED).launch(launch(ARN, 1, 100)).lease(HELD).state();
    assertThat(reconcile(PAUSED, state, stopped(100, 0, 0, "USER_INITIATED")))
        .containsExactly(new Action.ReleaseLease("yard", HELD));
  }

  @Test
  void a_lease_that_is_released_or_another_s_is_left() {
    Lease released = new Lease(1, "one", 30, true);
    assertThat(reconcile(ACCEPTED, running(released, null), stopped(100, 0, 1, null)))
        .containsExactly(new Action.Start("yard", "one", 1, "rev1"));
    Lease others = new Lease(2, "two", 30, false);
    assertThat(reconcile(ACCEPTED, running(others, null), stopped(100, 0, 1, null)))
        .containsExactly(new Action.Start("yard", "one", 1, "rev1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"USER_INITIATED", "SPOT_INTERRUPTION", "TERMINATION_NOTICE"})
  void a_blameless_end_is_followed_at_once(String stopCode) {
    CameraState state = row.desired(ACCEPTED).launch(launch(ARN, 5, 3)).state();
    assertThat(reconcile(ACCEPTED, state, stopped(3, 0, 137, stopCode)))
        .containsExactly(new Action.Start("yard", "one", 1, "rev1"));
  }

  @Test
  void a_worker_that_ran_well_takes_the_attempts_back() {
    CameraState state = row.desired(ACCEPTED).launch(launch(ARN, 5, 61)).state();
    assertThat(reconcile(ACCEPTED, state, stopped(60, 0, 137, "ESSENTIAL_CONTAINER_EXITED")))
        .containsExactly(new Action.Start("yard", "one", 1, "rev1"));
  }

  @Test
  void changed_settings_are_tried_at_once() {
    Desired changed = new Desired("rev2", Outcome.ACCEPTED, List.of());
    CameraState state = row.desired(changed).launch(launch(ARN, 5, 3)).state();
    assertThat(reconcile(changed, state, stopped(3, 0, 4, "ESSENTIAL_CONTAINER_EXITED")))
        .containsExactly(new Action.Start("yard", "one", 1, "rev2"));
  }

  @ParameterizedTest
  @CsvSource({"1, 5", "2, 10", "3, 20", "4, 40", "6, 160", "7, 300", "60, 300"})
  void a_worker_that_ends_early_waits_twice_as_long_each_time(int attempt, long delay) {
    CameraState state = row.desired(ACCEPTED).launch(launch(ARN, attempt, 400)).state();
    WorkerTask tooEarly = stopped(3, delay - 1, 1, "ESSENTIAL_CONTAINER_EXITED");
    WorkerTask due = stopped(3, delay, 1, "ESSENTIAL_CONTAINER_EXITED");
    assertThat(reconcile(ACCEPTED, state, tooEarly))
        .containsExactly(new Action.SetNotBefore("yard", "one", NOW.plusSeconds(1)));
    assertThat(reconcile(ACCEPTED, state, due))
        .containsExactly(new Action.Start("yard", "one", attempt + 1, "rev1"));
  }

  @Test
  void a_delay_is_written_once_and_waited_for() {
    Launch waiting = new Launch("one", ARN, 2, NOW.minusSeconds(20), NOW.plusSeconds(1), "rev1");
    CameraState state = row.desired(ACCEPTED).launch(waiting).state();
    assertThat(reconcile(ACCEPTED, state, stopped(3, 9, 1, null))).isEmpty();
    assertThat(
            reconcile(
                PAUSED, new Row().desired(PAUSED).launch(waiting).state(), stopped(3, 9, 1, null)))
        .isEmpty();
  }

  @Test
  void a_task_that_never_started_waits_from_now_where_ecs_gives_no_time() {
    CameraState state = row.desired(ACCEPTED).launch(launch(ARN, 1, 20)).state();
    WorkerTask never =
        new WorkerTask(ARN, "yard", "one", Phase.STOPPED, null, null, null, "TASK_FAILED_TO_START");
    assertThat(reconcile(ACCEPTED, state, never))
        .containsExactly(new Action.SetNotBefore("yard", "one", NOW.plusSeconds(5)));
  }

  // A launch without a task.

  @ParameterizedTest
  @CsvSource({"59, false", "60, true"})
  void a_task_that_ecs_does_not_name_is_noted_after_a_while(long seconds, boolean noted) {
    CameraState state = row.desired(ACCEPTED).launch(launch(ARN, 3, seconds)).lease(HELD).state();
    assertThat(reconcile(ACCEPTED, state))
        .isEqualTo(noted ? List.of(new Action.SetMissing("yard", "one", NOW)) : List.of());
  }

  @ParameterizedTest
  @CsvSource({"59, false", "60, true"})
  void a_task_that_ecs_does_not_name_for_a_while_is_gone(long seconds, boolean gone) {
    CameraState state =
        row.desired(ACCEPTED).launch(missing(NOW.minusSeconds(seconds))).lease(HELD).state();
    assertThat(reconcile(ACCEPTED, state))
        .isEqualTo(
            gone
                ? List.of(
                    new Action.ReleaseLease("yard", HELD),
                    new Action.Start("yard", "one", 1, "rev1"))
                : List.of());
  }

  @Test
  void an_answer_of_ecs_that_lagged_is_forgotten() {
    CameraState state =
        row.desired(ACCEPTED)
            .launch(missing(NOW.minusSeconds(600)))
            .lease(HELD)
            .watch(new Watch("one", 30, NOW))
            .state();
    assertThat(reconcile(ACCEPTED, state, task(Phase.RUNNING)))
        .containsExactly(new Action.SetMissing("yard", "one", null));
  }

  @Test
  void a_task_of_a_paused_camera_that_ecs_has_forgotten_costs_nothing() {
    CameraState state = row.desired(PAUSED).launch(launch(ARN, 1, 9000)).state();
    assertThat(reconcile(PAUSED, state)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"29, false", "30, true"})
  void a_launch_whose_answer_was_lost_is_asked_for_again(long seconds, boolean again) {
    Launch launch = launch(null, 1, seconds);
    CameraState state = row.desired(ACCEPTED).launch(launch).state();
    assertThat(reconcile(ACCEPTED, state))
        .isEqualTo(again ? List.of(new Action.AskAgain("yard", launch)) : List.of());
  }

  @Test
  void a_lost_launch_is_given_up_when_its_settings_changed_or_its_token_is_old() {
    Desired changed = new Desired("rev2", Outcome.ACCEPTED, List.of());
    CameraState state = row.desired(changed).launch(launch(null, 1, 40)).state();
    assertThat(reconcile(changed, state))
        .containsExactly(new Action.Start("yard", "one", 1, "rev2"));
    CameraState old = row.desired(ACCEPTED).launch(launch(null, 1, 12 * 3600)).state();
    assertThat(reconcile(ACCEPTED, old))
        .containsExactly(new Action.Start("yard", "one", 1, "rev1"));
  }

  @Test
  void a_lost_launch_of_a_paused_camera_is_left() {
    CameraState state = row.desired(PAUSED).launch(launch(null, 1, 40)).state();
    assertThat(reconcile(PAUSED, state)).isEmpty();
  }

  @Test
  void a_task_found_in_ecs_is_adopted() {
    CameraState state = row.desired(ACCEPTED).launch(launch(null, 1, 40)).state();
    assertThat(reconcile(ACCEPTED, state, task(Phase.STARTING)))
        .containsExactly(new Action.Adopt("yard", "one", ARN));
  }

  @ParameterizedTest
  @CsvSource({"1, false", "0, true"})
  void a_launch_without_room_is_followed_after_its_delay(long seconds, boolean due) {
    Launch failed =
        new Launch("one", null, 3, NOW.minusSeconds(50), NOW.plusSeconds(seconds), "rev1");
    CameraState state = row.desired(ACCEPTED).launch(failed).state();
    assertThat(reconcile(ACCEPTED, state))
        .isEqualTo(due ? List.of(new Action.Start("yard", "one", 4, "rev1")) : List.of());
  }

  @Test
  void a_launch_without_room_is_followed_at_once_when_settings_change() {
    Desired changed = new Desired("rev2", Outcome.ACCEPTED, List.of());
    Launch failed = new Launch("one", null, 3, NOW.minusSeconds(5), NOW.plusSeconds(50), "rev1");
    CameraState state = row.desired(changed).launch(failed).state();
    assertThat(reconcile(changed, state))
        .containsExactly(new Action.Start("yard", "one", 1, "rev2"));
  }

  // Many cameras.

  @Test
  void starts_are_limited_and_the_rest_is_not() {
    Map<String, Desired> cameras = new HashMap<>();
    for (int i = 0; i < 10_000; i++) {
      cameras.put("camera" + i, ACCEPTED);
    }
    List<Action> actions = Reconcile.reconcile(cameras, Map.of(), List.of(), NOW, Limits.DEFAULT);
    assertThat(actions).filteredOn(Action.Start.class::isInstance).hasSize(1000);
    assertThat(actions).filteredOn(Action.SetDesired.class::isInstance).hasSize(10_000);
  }

  @Test
  void ten_thousand_healthy_cameras_are_looked_at_within_seconds() {
    Map<String, Desired> cameras = new HashMap<>();
    Map<String, CameraState> states = new HashMap<>();
    List<WorkerTask> tasks = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      String id = "camera" + i;
      CameraState yard = running(HELD, new Watch("one", 30, NOW));
      cameras.put(id, ACCEPTED);
      states.put(
          id,
          new CameraState(
              id, ACCEPTED, yard.launch(), yard.watch(), yard.lease(), null, null, null));
      tasks.add(new WorkerTask(ARN + i, id, "one", Phase.RUNNING, NOW, null, null, null));
    }
    long start = System.nanoTime();
    assertThat(Reconcile.reconcile(cameras, states, tasks, NOW, Limits.DEFAULT)).isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void only_tasks_whose_fate_decides_something_are_described() {
    CameraState launched = row.launch(launch(ARN, 1, 100)).state();
    CameraState holding = row.launch(launch(ARN, 1, 100)).lease(HELD).state();
    assertThat(toDescribe(ACCEPTED, launched)).isEqualTo(Map.of("", List.of(ARN)));
    assertThat(toDescribe(ACCEPTED, launched, task(Phase.RUNNING))).isEmpty();
    assertThat(toDescribe(PAUSED, launched)).isEmpty();
    assertThat(toDescribe(null, holding)).isEqualTo(Map.of("", List.of(ARN)));
    assertThat(toDescribe(ACCEPTED, new Row().state())).isEmpty();
  }

  private static Map<String, List<String>> toDescribe(
      @Nullable Desired desired, CameraState state, WorkerTask... listed) {
    return Reconcile.tasksToDescribe(
        desired == null ? Map.of() : Map.of("yard", desired),
        Map.of("yard", state),
        List.of(listed));
  }

  private static List<Action> reconcile(
      @Nullable Desired desired, @Nullable CameraState state, WorkerTask... tasks) {
    return Reconcile.reconcile(
        desired == null ? Map.of() : Map.of("yard", desired),
        state == null ? Map.of() : Map.of("yard", state),
        List.of(tasks),
        NOW,
        Limits.DEFAULT);
  }

  private static CameraState running(@Nullable Lease lease, @Nullable Watch watch) {
    return new Row()
        .desired(ACCEPTED)
        .launch(launch(ARN, 1, 100))
        .lease(lease)
        .watch(watch)
        .state();
  }

  private static Launch launch(@Nullable String arn, int attempt, long secondsAgo) {
    return new Launch("one", arn, attempt, NOW.minusSeconds(secondsAgo), null, "rev1");
  }

  private static Launch missing(Instant since) {
    return new Launch(
        "one", ARN, 3, NOW.minusSeconds(9000), null, "rev1", null, null, null, null, since, null);
  }

  private static WorkerTask task(Phase phase) {
    return new WorkerTask(ARN, "yard", "one", phase, NOW.minusSeconds(90), null, null, null);
  }

  private static WorkerTask stopped(
      long ranSeconds, long secondsAgo, int exitCode, @Nullable String stopCode) {
    Instant end = NOW.minusSeconds(secondsAgo);
    return new WorkerTask(
        ARN, "yard", "one", Phase.STOPPED, end.minusSeconds(ranSeconds), end, exitCode, stopCode);
  }

  private static final class Row {
    private @Nullable Desired desired;
    private @Nullable Launch launch;
    private @Nullable Watch watch;
    private @Nullable Lease lease;

    Row desired(Desired value) {
      desired = value;
      return this;
    }

    Row launch(Launch value) {
      launch = value;
      return this;
    }

    Row watch(@Nullable Watch value) {
      watch = value;
      return this;
    }

    Row lease(@Nullable Lease value) {
      lease = value;
      return this;
    }

    CameraState state() {
      return new CameraState("yard", desired, launch, watch, lease, null, null, null);
    }
  }
}
