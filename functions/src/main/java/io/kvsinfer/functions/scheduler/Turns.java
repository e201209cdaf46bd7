package io.kvsinfer.functions.scheduler;

import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Launch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What cameras of one invocation have to share: the number of starts and of replacements that can
 * wait, the room in the clusters, and tasks for several cameras of a pool. Used once.
 */
final class Turns {
  /** Cameras that may share a task: of one pool, alike in version and place. */
  private record Company(String pool, @Nullable String version, @Nullable String cluster) {}

  private final Fleet fleet;
  private final Map<String, CameraState> states;
  private final Limits limits;
  private final Map<String, Integer> live = new HashMap<>();
  private final Map<Company, List<Action.Start>> waiting = new LinkedHashMap<>();
  private int starts;
  private int replacements;

  Turns(Fleet fleet, Map<String, CameraState> states, List<WorkerTask> tasks, Limits limits) {
    this.fleet = fleet;
    this.states = states;
    this.limits = limits;
    for (WorkerTask task : tasks) {
      if (task.live()) {
        live.merge(task.cluster() == null ? first() : task.cluster(), 1, Integer::sum);
      }
    }
  }

  /** Adds the action to {@code actions} if it is its turn; it comes again if not. */
  void take(Action action, List<Action> actions) {
    if (action instanceof Action.Start start) {
      begin(start, actions);
    } else if (action instanceof Action.AskAgain again) {
      askAgain(again, actions);
    } else if (action instanceof Action.Replace replace && replace.inTurn()) {
      if (replacements++ < limits.replacements()) {
        actions.add(action);
      }
    } else {
      actions.add(action);
    }
  }

  private void askAgain(Action.AskAgain again, List<Action> actions) {
    Launch launch = again.launch();
    if (fleet.sharing(again.cameraId()) != null) {
      // Its token was that of all the cameras it was launched with.
      begin(
          new Action.Start(
              again.cameraId(),
              launch.id(),
              1,
              launch.settingsRevision(),
              launch.restartRevision(),
              launch.taskDefinition(),
              null),
          actions);
    } else if (starts++ < limits.starts()) {
      actions.add(again);
    }
  }

  private void begin(Action.Start start, List<Action> actions) {
    String pool = start.attempt() == 1 ? fleet.sharing(start.cameraId()) : null;
    if (starts >= limits.starts()) {
      return;
    }
    if (fleet.clusters().isEmpty()) {
      add(start, pool, actions);
      return;
    }
    String cluster = room(start);
    if (cluster == null) {
      actions.add(new Action.NoRoom(start.cameraId()));
    } else {
      add(start.in(cluster), pool, actions);
    }
  }

  private void add(Action.Start start, @Nullable String pool, List<Action> actions) {
    if (pool == null) {
      starts++;
      occupy(start);
      actions.add(start);
      return;
    }
    Company company = new Company(pool, start.taskDefinition(), start.cluster());
    List<Action.Start> together = waiting.computeIfAbsent(company, c -> new ArrayList<>());
    if (together.size() % fleet.camerasPerTask() == 0) {
      starts++;
      occupy(start);
    }
    together.add(start);
  }

  private void occupy(Action.Start start) {
    live.merge(start.cluster() == null ? first() : start.cluster(), 1, Integer::sum);
  }

  /** The first cluster with room, and another than the one that had none when it was asked. */
  private @Nullable String room(Action.Start start) {
    CameraState state = states.get(start.cameraId());
    Launch before = state == null ? null : state.launch();
    String full =
        before != null && before.taskArn() == null && before.notBefore() != null
            ? before.cluster()
            : null;
    String second = null;
    for (String cluster : fleet.clusters()) {
      if (live.getOrDefault(cluster, 0) < fleet.tasksPerCluster()) {
        if (!cluster.equals(full)) {
          return cluster;
        }
        second = cluster;
      }
    }
    return second;
  }

  /** Adds the tasks that several cameras share; to be called once, at the end. */
  void startShared(List<Action> actions) {
    waiting
        .values()
        .forEach(together -> {
          int most = fleet.camerasPerTask();
          for (int from = 0; from < together.size(); from += most) {
            List<Action.Start> some =
                together.subList(from, Math.min(together.size(), from + most));
            actions.add(
                some.size() == 1 ? some.getFirst() : new Action.StartTogether(List.copyOf(some)));
          }
        });
  }

  private String first() {
    return fleet.clusters().isEmpty() ? "" : fleet.clusters().getFirst();
  }
}
