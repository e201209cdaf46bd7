package io.kvsinfer.functions.scheduler;

import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Launch;
import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.contract.state.Watch;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Something the scheduler means to do for one camera. */
public sealed interface Action {
  /** The camera. */
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
   */
  record Start(
      String cameraId, @Nullable String seenLaunchId, int attempt, @Nullable String revision)
      implements Action {}

  /** Ask ECS again for a launch whose answer was lost; its client token keeps it a single task. */
  record AskAgain(String cameraId, Launch launch) implements Action {}

  /** Write down the task of a launch, found in ECS. */
  record Adopt(String cameraId, String launchId, String taskArn) implements Action {}

  /** Stop a task that is not wanted. */
  record Stop(String cameraId, String taskArn, String reason) implements Action {}

  /** Stop a task so that another takes its place, which {@link Start} does once it has stopped. */
  record Replace(String cameraId, String taskArn, String reason) implements Action {}

  /** Release a lease whose holder's task has stopped. */
  record ReleaseLease(String cameraId, Lease lease) implements Action {}

  /** Write down when the next launch is due. */
  record SetNotBefore(String cameraId, String launchId, Instant notBefore) implements Action {}

  /** Write down a lease counter, to see later whether it stands still. */
  record SetWatch(String cameraId, Watch watch) implements Action {}
}
