package io.kvsinfer.functions.scheduler;

import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Launch;
import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.functions.scheduler.WorkerTask.Phase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done so that every accepted camera has one worker and no other camera has any.
 * Pure: what it is given decides, and nothing is done here. Cameras do not touch one another, but
 * for the number of starts, the room in the clusters and the tasks that cameras of a pool share.
 *
 * <p>A camera that is paused, removed, or whose item turns bad is stopped: a worker reads its
 * settings from the table, so there is no last good version to run on.
 */
public final class Reconcile {
  private Reconcile() {}

  /** The actions for one cluster, one version and one camera to a task. */
  static List<Action> reconcile(
      Map<String, Desired> cameras,
      Map<String, CameraState> states,
      List<WorkerTask> tasks,
      Instant now,
      Limits limits) {
    return reconcile(cameras, states, tasks, Fleet.single(), now, limits);
  }

  /**
   * The actions, in the order in which they are to be done; those of different cameras may be done
   * side by side.
   *
   * @param cameras the verdict on each item of the cameras table
   * @param states the rows of camera_state; read after {@code tasks} were listed, so that a task of
   *     a launch that is not in its row is of an older one
   * @param tasks worker tasks that ECS knows of, those of {@link #tasksToDescribe} included
   */
  public static List<Action> reconcile(
      Map<String, Desired> cameras,
      Map<String, CameraState> states,
      List<WorkerTask> tasks,
      Fleet fleet,
      Instant now,
      Limits limits) {
    Map<String, List<WorkerTask>> tasksOf = byCamera(states, tasks);
    Set<String> ids = new TreeSet<>(cameras.keySet());
    ids.addAll(states.keySet());
    ids.addAll(tasksOf.keySet());
    ids.remove(StartedBy.TOGETHER);

    Turns turns = new Turns(fleet, states, tasks, limits);
    List<Action> actions = new ArrayList<>(stopSharedByNone(cameras, tasksOf, tasks, states));
    for (String id : ids) {
      var camera =
          new CameraReconcile(
              id,
              cameras.get(id),
              states.get(id),
              tasksOf.getOrDefault(id, List.of()),
              fleet.versions(),
              now,
              limits);
      camera.actions().forEach(action -> turns.take(action, actions));
    }
    turns.startShared(actions);
    return actions;
  }

  /** Tasks by camera; one that several cameras share is with each of them. */
  private static Map<String, List<WorkerTask>> byCamera(
      Map<String, CameraState> states, List<WorkerTask> tasks) {
    Map<String, List<WorkerTask>> byCamera = new HashMap<>();
    Map<String, List<String>> sharing = new HashMap<>();
    if (tasks.stream().anyMatch(WorkerTask::shared)) {
      states.forEach((id, state) -> {
        if (state.launch() != null) {
          sharing.computeIfAbsent(state.launch().id(), launch -> new ArrayList<>()).add(id);
        }
      });
    }
    for (WorkerTask task : tasks) {
      List<String> cameras =
          task.shared()
              ? sharing.getOrDefault(task.launchId(), List.of())
              : List.of(task.cameraId());
      cameras.forEach(id -> byCamera.computeIfAbsent(id, camera -> new ArrayList<>()).add(task));
    }
    return byCamera;
  }

  /** Stops shared tasks of which no camera is wanted any more. */
  private static List<Action> stopSharedByNone(
      Map<String, Desired> cameras,
      Map<String, List<WorkerTask>> tasksOf,
      List<WorkerTask> tasks,
      Map<String, CameraState> states) {
    Set<String> used =
        tasksOf.entrySet().stream()
            .filter(e -> wanted(cameras.get(e.getKey())) && !refused(states.get(e.getKey())))
            .flatMap(e -> e.getValue().stream())
            .map(WorkerTask::arn)
            .collect(Collectors.toSet());
    return tasks.stream()
        .filter(t -> t.shared() && t.live() && t.phase() != Phase.STOPPING)
        .filter(t -> !used.contains(t.arn()))
        .<Action>map(
            t -> new Action.Stop(t.cameraId(), t.arn(), t.cluster(), "none of its cameras is left"))
        .toList();
  }

  private static boolean refused(@Nullable CameraState state) {
    Launch launch = state == null ? null : state.launch();
    return launch != null && launch.refused() != null;
  }

  /**
   * Tasks that are not among those ECS lists as running, but whose fate decides something: those of
   * cameras that are to run, or whose lease they hold. By cluster, {@code ""} for the first.
   */
  public static Map<String, List<String>> tasksToDescribe(
      Map<String, Desired> cameras, Map<String, CameraState> states, List<WorkerTask> listed) {
    Set<String> known = listed.stream().map(WorkerTask::arn).collect(Collectors.toSet());
    Map<String, Set<String>> arns = new TreeMap<>();
    new TreeMap<>(states)
        .forEach((id, state) -> {
          Launch launch = state.launch();
          String arn = launch == null ? null : launch.taskArn();
          if (launch != null
              && arn != null
              && !known.contains(arn)
              && ((wanted(cameras.get(id)) && launch.refused() == null)
                  || holds(launch, state.lease()))) {
            String cluster = launch.cluster() == null ? "" : launch.cluster();
            arns.computeIfAbsent(cluster, name -> new TreeSet<>()).add(arn);
          }
        });
    Map<String, List<String>> lists = new TreeMap<>();
    arns.forEach((cluster, set) -> lists.put(cluster, List.copyOf(set)));
    return lists;
  }

  static boolean wanted(@Nullable Desired desired) {
    return desired != null && desired.verdict() == Desired.Outcome.ACCEPTED;
  }

  static boolean holds(Launch launch, @Nullable Lease lease) {
    return lease != null && !lease.released() && lease.owner().equals(launch.id());
  }

  /** Live tasks first, then the newest. */
  static final Comparator<WorkerTask> LIVE_THEN_NEWEST =
      Comparator.comparing(WorkerTask::live)
          .thenComparing(task -> task.startedAt() == null ? Instant.MIN : task.startedAt())
          .reversed();
}
