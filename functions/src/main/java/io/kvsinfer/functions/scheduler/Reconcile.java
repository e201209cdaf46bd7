package io.kvsinfer.functions.scheduler;

import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Launch;
import io.kvsinfer.contract.state.Lease;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
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
 * for the number of starts.
 *
 * <p>A camera that is paused, removed, or whose item turns bad is stopped: a worker reads its
 * settings from the table, so there is no last good version to run on.
 */
public final class Reconcile {
  private Reconcile() {}

  /**
   * The actions, in the order in which they are to be done.
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
      Instant now,
      Limits limits) {
    Map<String, List<WorkerTask>> tasksOf =
        tasks.stream().collect(Collectors.groupingBy(WorkerTask::cameraId));
    Set<String> ids = new TreeSet<>(cameras.keySet());
    ids.addAll(states.keySet());
    ids.addAll(tasksOf.keySet());

    List<Action> actions = new ArrayList<>();
    int starts = 0;
    for (String id : ids) {
      var camera =
          new CameraReconcile(
              id,
              cameras.get(id),
              states.get(id),
              tasksOf.getOrDefault(id, List.of()),
              now,
              limits);
      for (Action action : camera.actions()) {
        boolean start = action instanceof Action.Start || action instanceof Action.AskAgain;
        if (!start || starts++ < limits.starts()) {
          actions.add(action);
        }
      }
    }
    return actions;
  }

  /**
   * ARNs of tasks that are not among those ECS lists as running, but whose fate decides something:
   * those of cameras that are to run, or whose lease they hold.
   */
  public static List<String> tasksToDescribe(
      Map<String, Desired> cameras, Map<String, CameraState> states, List<WorkerTask> listed) {
    Set<String> known = listed.stream().map(WorkerTask::arn).collect(Collectors.toSet());
    List<String> arns = new ArrayList<>();
    new TreeMap<>(states)
        .forEach((id, state) -> {
          Launch launch = state.launch();
          String arn = launch == null ? null : launch.taskArn();
          if (launch != null
              && arn != null
              && !known.contains(arn)
              && (wanted(cameras.get(id)) || holds(launch, state.lease()))) {
            arns.add(arn);
          }
        });
    return arns;
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
