package io.kvsinfer.functions.scheduler;

import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Launch;
import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.contract.state.Watch;
import io.kvsinfer.functions.scheduler.WorkerTask.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@link Reconcile} for one camera. Used once. */
final class CameraReconcile {
  /** Stop codes of a task that did nothing wrong. */
  private static final Set<String> BLAMELESS =
      Set.of("USER_INITIATED", "SPOT_INTERRUPTION", "TERMINATION_NOTICE");

  private final String id;
  private final @Nullable Desired desired;
  private final @Nullable CameraState state;
  private final List<WorkerTask> tasks;
  private final Instant now;
  private final Limits limits;
  private final List<Action> actions = new ArrayList<>();

  CameraReconcile(
      String id,
      @Nullable Desired desired,
      @Nullable CameraState state,
      List<WorkerTask> tasks,
      Instant now,
      Limits limits) {
    this.id = id;
    this.desired = desired;
    this.state = state;
    this.tasks = tasks;
    this.now = now;
    this.limits = limits;
  }

  List<Action> actions() {
    verdict();
    Launch launch = state == null ? null : state.launch();
    stopTasksOfOtherLaunches(launch);
    if (launch == null) {
      if (Reconcile.wanted(desired)) {
        start(null, 1);
      }
      return actions;
    }
    WorkerTask task =
        tasks.stream()
            .filter(t -> t.launchId().equals(launch.id()))
            .min(Reconcile.LIVE_THEN_NEWEST)
            .orElse(null);
    if (task != null && launch.taskArn() == null) {
      actions.add(new Action.Adopt(id, launch.id(), task.arn()));
    }
    if (task == null) {
      withoutTask(launch);
    } else if (task.live()) {
      live(launch, task);
    } else {
      stopped(launch, task);
    }
    return actions;
  }

  private void verdict() {
    Desired written = state == null ? null : state.desired();
    if (desired == null) {
      if (written != null) {
        actions.add(new Action.ClearDesired(id));
      }
    } else if (!desired.equals(written)) {
      actions.add(new Action.SetDesired(id, desired));
    }
  }

  private void stopTasksOfOtherLaunches(@Nullable Launch launch) {
    for (WorkerTask task : tasks) {
      boolean other = launch == null || !task.launchId().equals(launch.id());
      if (other && task.live() && task.phase() != Phase.STOPPING) {
        actions.add(new Action.Stop(id, task.arn(), "not the camera's launch"));
      }
    }
  }

  private void withoutTask(Launch launch) {
    Duration age = Duration.between(launch.requestedAt(), now);
    if (launch.taskArn() != null) {
      if (age.compareTo(limits.unknown()) >= 0) {
        release(launch);
        startIfWanted(launch, 1);
      }
    } else if (launch.notBefore() != null) {
      if (changed(launch)) {
        startIfWanted(launch, 1);
      } else if (!now.isBefore(launch.notBefore())) {
        startIfWanted(launch, launch.attempt() + 1);
      }
    } else if (age.compareTo(limits.unanswered()) >= 0 && Reconcile.wanted(desired)) {
      if (changed(launch) || age.compareTo(limits.tokenLife()) >= 0) {
        start(launch, 1);
      } else {
        actions.add(new Action.AskAgain(id, launch));
      }
    }
  }

  private void live(Launch launch, WorkerTask task) {
    if (task.phase() == Phase.STOPPING) {
      return;
    }
    if (!Reconcile.wanted(desired)) {
      actions.add(new Action.Stop(id, task.arn(), unwanted()));
    } else if (changed(launch)) {
      actions.add(new Action.Replace(id, task.arn(), "its settings changed"));
    } else if (task.phase() == Phase.RUNNING) {
      watch(launch, task);
    }
  }

  /**
   * Notes the lease counter rarely: only when it is not where regular renewals would have brought
   * it, so that a healthy camera costs no write. A counter that stays at what was noted is that of
   * a hanging worker.
   */
  private void watch(Launch launch, WorkerTask task) {
    Lease lease = state == null ? null : state.lease();
    if (lease == null || !lease.owner().equals(launch.id())) {
      Instant started = task.startedAt();
      if (started != null && !now.isBefore(started.plus(limits.leaseWithin()))) {
        replace(task, "it took no lease within " + limits.leaseWithin().toSeconds() + " s");
      }
      return;
    }
    Watch seen = state == null ? null : state.watch();
    Watch fresh = new Watch(launch.id(), lease.counter(), now);
    if (seen == null || !seen.launch().equals(launch.id())) {
      actions.add(new Action.SetWatch(id, fresh));
      return;
    }
    Duration since = Duration.between(seen.since(), now);
    if (seen.counter() == lease.counter()) {
      if (since.compareTo(limits.standstill()) >= 0) {
        replace(task, "its lease was not renewed for " + since.toSeconds() + " s");
      }
      return;
    }
    Duration renewed = limits.renewal().multipliedBy(lease.counter() - seen.counter());
    if (since.minus(renewed).abs().compareTo(limits.drift()) > 0) {
      actions.add(new Action.SetWatch(id, fresh));
    }
  }

  private void stopped(Launch launch, WorkerTask task) {
    release(launch);
    boolean ranWell = task.ran().filter(ran -> ran.compareTo(limits.ranWell()) >= 0).isPresent();
    if (changed(launch) || ranWell || BLAMELESS.contains(String.valueOf(task.stopCode()))) {
      startIfWanted(launch, 1);
      return;
    }
    if (!Reconcile.wanted(desired)) {
      return;
    }
    Instant due = launch.notBefore();
    if (due == null) {
      Instant from = task.stoppedAt() == null ? now : task.stoppedAt();
      due = from.plus(limits.delay(launch.attempt()));
    }
    if (!now.isBefore(due)) {
      start(launch, launch.attempt() + 1);
    } else if (!due.equals(launch.notBefore())) {
      actions.add(new Action.SetNotBefore(id, launch.id(), due));
    }
  }

  private void replace(WorkerTask task, String reason) {
    actions.add(new Action.Replace(id, task.arn(), reason));
  }

  private void release(Launch launch) {
    Lease lease = state == null ? null : state.lease();
    if (lease != null && Reconcile.holds(launch, lease)) {
      actions.add(new Action.ReleaseLease(id, lease));
    }
  }

  private void startIfWanted(Launch launch, int attempt) {
    if (Reconcile.wanted(desired)) {
      start(launch, attempt);
    }
  }

  private void start(@Nullable Launch seen, int attempt) {
    actions.add(
        new Action.Start(
            id,
            seen == null ? null : seen.id(),
            attempt,
            desired == null ? null : desired.revision()));
  }

  private boolean changed(Launch launch) {
    return desired != null && !Objects.equals(desired.revision(), launch.settingsRevision());
  }

  private String unwanted() {
    if (desired == null) {
      return "the camera was removed";
    }
    return switch (desired.verdict()) {
      case PAUSED -> "the camera is paused";
      case REFUSED -> "the camera's settings were refused";
      case ACCEPTED -> throw new IllegalStateException("an accepted camera is wanted");
    };
  }
}
