package io.kvsinfer.functions.scheduler;

import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Launch;
import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.contract.state.Watch;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something the scheduler means to do for one camera. */
public sealed interface Action {
  /** The camera; of a {@link StartTogether} the first. */
  String cameraId();

  /** Write the verdict on the operator's item, in place of the older one. */
  record SetDesired(String cameraId, Desired desired) implements Action {}

  /** Take the verdict away: the item is gone. */
  record ClearDesired(String cameraId) implements Action {}

  /**
   * Launch a worker.
   *
   * @param seenLaunchId the launch it takes the place of; null when there was none
   * @param attempt launches since the camera last ran well, this one included
   * @param revision of the settings it is launched for
   * @param restartRevision likewise, of what only a new worker takes up
   * @param taskDefinition the worker's version; null for the environment's only one
   * @param cluster where; null for the environment's first
   */
  record Start(
      String cameraId,
      @Nullable String seenLaunchId,
      int attempt,
      @Nullable String revision,
      @Nullable String restartRevision,
      @Nullable String taskDefinition,
      @Nullable String cluster)
      implements Action {

    /** A launch in the environment's first cluster, of its only version. */
    Start(String cameraId, @Nullable String seenLaunchId, int attempt, @Nullable String revision) {
      this(cameraId, seenLaunchId, attempt, revision, null, null, null);
    }

    /** The same launch in that cluster. */
    Start in(String name) {
      return new Start(
          cameraId, seenLaunchId, attempt, revision, restartRevision, taskDefinition, name);
    }
  }

  /** Launch one worker for several cameras of a pool: at least two, alike in version and place. */
  record StartTogether(List<Start> starts) implements Action {
    public StartTogether {
      starts = List.copyOf(starts);
    }

    @Override
    public String cameraId() {
      return starts.getFirst().cameraId();
    }
  }

  /** Every cluster is full: the camera stays unwatched, which the operator is told. */
  record NoRoom(String cameraId) implements Action {}

  /** Ask ECS again for a launch whose answer was lost; its client token keeps it a single task. */
  record AskAgain(String cameraId, Launch launch) implements Action {}

  /** Write down the task of a launch, found in ECS. */
  record Adopt(String cameraId, String launchId, String taskArn) implements Action {}

  /** Stop a task that is not wanted. */
  record Stop(String cameraId, String taskArn, @Nullable String cluster, String reason)
      implements Action {
    Stop(String cameraId, String taskArn, String reason) {
      this(cameraId, taskArn, null, reason);
    }
  }

  /**
   * Stop a task so that another takes its place, which {@link Start} does once it has stopped.
   *
   * @param inTurn nothing is wrong with it: a limited number at a time
   */
  record Replace(
      String cameraId, String taskArn, @Nullable String cluster, String reason, boolean inTurn)
      implements Action {
    Replace(String cameraId, String taskArn, String reason) {
      this(cameraId, taskArn, null, reason, false);
    }
  }

  /** Release a lease whose holder's task has stopped. */
  record ReleaseLease(String cameraId, Lease lease) implements Action {}

  /** Write down when the next launch is due. */
  record SetNotBefore(String cameraId, String launchId, Instant notBefore) implements Action {}

  /** Write down why the worker of a launch could not run with the camera's settings. */
  record SetRefused(String cameraId, String launchId, String reason) implements Action {}

  /** Write down since when ECS does not know the task of a launch; null: it knows it again. */
  record SetMissing(String cameraId, String launchId, @Nullable Instant since) implements Action {}

  /** Write down a lease counter, to see later whether it stands still. */
  record SetWatch(String cameraId, Watch watch) implements Action {}
}
