package io.kvsinfer.functions.scheduler;

import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Desired.Outcome;
import io.kvsinfer.contract.state.Launch;
import io.kvsinfer.contract.state.Lease;
import io.kvsinfer.contract.state.Status;
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

  /** Exit code of a worker that cannot run with the camera's settings. */
  private static final int SETTINGS_REFUSED = 4;

  private final String id;
  private final @Nullable Desired asked;
  private final @Nullable CameraState state;
  private final List<WorkerTask> tasks;
  private final Versions versions;
  private final Instant now;
  private final Limits limits;
  private final List<Action> actions = new ArrayList<>();
  private @Nullable Desired desired;

  CameraReconcile(
      String id,
      @Nullable Desired asked,
      @Nullable CameraState state,
      List<WorkerTask> tasks,
      Versions versions,
      Instant now,
      Limits limits) {
    this.id = id;
    this.asked = asked;
    this.state = state;
    this.tasks = tasks;
    this.versions = versions;
    this.now = now;
    this.limits = limits;
  }

  List<Action> actions() {
    Launch launch = state == null ? null : state.launch();
    desired = verdict(launch);
    write(desired);
    stopTasksOfOtherLaunches(launch);
    if (launch == null) {
      if (wanted()) {
        start(null, 1);
      }
      return actions;
    }
    WorkerTask task =
        tasks.stream()
            .filter(t -> t.launchId().equals(launch.id()))
            .min(Reconcile.LIVE_THEN_NEWEST)
            .orElse(null);
    if (task == null) {
      withoutTask(launch);
      return actions;
    }
    if (launch.taskArn() == null) {
      actions.add(new Action.Adopt(id, launch.id(), task.arn()));
    } else if (launch.missingSince() != null) {
      actions.add(new Action.SetMissing(id, launch.id(), null));
    }
    if (!task.live()) {
      stopped(launch, task);
    } else if (task.shared()) {
      liveShared(launch, task);
    } else {
      live(launch, task);
    }
    return actions;
  }

  /** The verdict on the item, with what is known of the camera itself. */
  private @Nullable Desired verdict(@Nullable Launch launch) {
    if (asked == null) {
      return null;
    }
    Desired verdict = asked.resumed(resumedAt(launch, asked));
    String refused = launch == null || otherVersion(launch) ? null : launch.refused();
    boolean same = launch != null && Objects.equals(asked.revision(), launch.settingsRevision());
    return refused != null && same && Reconcile.wanted(asked) ? verdict.refused(refused) : verdict;
  }

  private @Nullable Instant resumedAt(@Nullable Launch launch, Desired asked) {
    Desired written = state == null ? null : state.desired();
    if (written == null) {
      return launch == null ? null : now;
    }
    boolean back = written.verdict() == Outcome.PAUSED && asked.verdict() != Outcome.PAUSED;
    return back ? now : written.resumedAt();
  }

  private void write(@Nullable Desired verdict) {
    Desired written = state == null ? null : state.desired();
    if (verdict == null) {
      if (written != null) {
        actions.add(new Action.ClearDesired(id));
      }
    } else if (!verdict.equals(written)) {
      actions.add(new Action.SetDesired(id, verdict));
    }
  }

  private void stopTasksOfOtherLaunches(@Nullable Launch launch) {
    for (WorkerTask task : tasks) {
      boolean other = launch == null || !task.launchId().equals(launch.id());
      if (other && task.live() && task.phase() != Phase.STOPPING) {
        actions.add(new Action.Stop(id, task.arn(), task.cluster(), "not the camera's launch"));
      }
    }
  }

  private void withoutTask(Launch launch) {
    Duration age = Duration.between(launch.requestedAt(), now);
    if (launch.refused() != null) {
      // Wanted all the same: its settings or the worker's version changed.
      startIfWanted(launch, 1);
    } else if (launch.taskArn() != null) {
      if (age.compareTo(limits.unknown()) >= 0 && (wanted() || holdsLease(launch))) {
        missing(launch);
      }
    } else if (launch.notBefore() != null) {
      if (settingsChanged(launch) || otherVersion(launch)) {
        startIfWanted(launch, 1);
      } else if (!now.isBefore(launch.notBefore())) {
        startIfWanted(launch, launch.attempt() + 1);
      }
    } else if (age.compareTo(limits.unanswered()) >= 0 && wanted()) {
      if (settingsChanged(launch)
          || otherVersion(launch)
          || age.compareTo(limits.tokenLife()) >= 0) {
        start(launch, 1);
      } else {
        actions.add(new Action.AskAgain(id, launch));
      }
    }
  }

  /** A task that ECS does not name may only not have reached the copy that answered. */
  private void missing(Launch launch) {
    Instant since = launch.missingSince();
    if (since == null) {
      actions.add(new Action.SetMissing(id, launch.id(), now));
    } else if (Duration.between(since, now).compareTo(limits.unknown()) >= 0) {
      release(launch);
      startIfWanted(launch, 1);
    }
  }

  private void live(Launch launch, WorkerTask task) {
    if (task.phase() == Phase.STOPPING) {
      return;
    }
    if (!wanted()) {
      actions.add(new Action.Stop(id, task.arn(), task.cluster(), unwanted()));
    } else if (restartNeeded(launch)) {
      replace(task, "its settings changed", false);
    } else if (otherVersion(launch)) {
      replace(task, "another worker version", true);
    } else if (tooOld(task, id)) {
      replace(task, "it ran for " + limits.longestRun().toDays() + " days", true);
    } else if (task.phase() == Phase.RUNNING) {
      String hanging = hanging(launch, task);
      if (hanging != null) {
        replace(task, hanging, false);
      }
    }
  }

  /**
   * A task that other cameras share is not stopped for this one's sake. Its worker gives the camera
   * up by itself once the row says that it is not wanted, or that it has another launch.
   */
  private void liveShared(Launch launch, WorkerTask task) {
    if (task.phase() == Phase.STOPPING || !wanted()) {
      return;
    }
    if (restartNeeded(launch) || otherVersion(launch) || tooOld(task, task.launchId())) {
      start(launch, 1);
    } else if (gaveUp(launch)) {
      if (!refusedByWorker(launch, null)) {
        again(launch, now);
      }
    } else if (task.phase() == Phase.RUNNING && hanging(launch, task) != null) {
      start(launch, 1);
    }
  }

  /** Whether a running worker gave the camera back. */
  private boolean gaveUp(Launch launch) {
    Lease lease = state == null ? null : state.lease();
    return lease != null && lease.released() && lease.owner().equals(launch.id());
  }

  /** What is wrong with the lease of a running worker; null while nothing is. */
  private @Nullable String hanging(Launch launch, WorkerTask task) {
    Pulse pulse = Pulse.of(state, launch, task, now, limits);
    if (pulse.note() != null) {
      actions.add(new Action.SetWatch(id, pulse.note()));
    }
    return pulse.wrong();
  }

  private void stopped(Launch launch, WorkerTask task) {
    release(launch);
    if (!wanted()) {
      return;
    }
    boolean ranWell = task.ran().filter(ran -> ran.compareTo(limits.ranWell()) >= 0).isPresent();
    if (settingsChanged(launch) || otherVersion(launch)) {
      start(launch, 1);
    } else if (!refusedByWorker(launch, task.exitCode())) {
      if (ranWell || BLAMELESS.contains(String.valueOf(task.stopCode()))) {
        start(launch, 1);
      } else {
        again(launch, task.stoppedAt() == null ? now : task.stoppedAt());
      }
    }
  }

  /** Notes that the worker of this launch cannot run with these settings, where it said so. */
  private boolean refusedByWorker(Launch launch, @Nullable Integer exitCode) {
    String told = told(launch);
    if (told == null && !Objects.equals(exitCode, SETTINGS_REFUSED)) {
      return false;
    }
    String reason =
        told == null || told.isEmpty()
            ? "the worker refused the settings (exit code 4); its log says why"
            : told;
    actions.add(new Action.SetRefused(id, launch.id(), reason));
    desired = Objects.requireNonNull(desired).refused(reason);
    write(desired);
    return true;
  }

  /**
   * Why the worker of this launch says that it cannot run; null when it says nothing of the kind. A
   * row may still tell of the worker before.
   */
  private @Nullable String told(Launch launch) {
    Status status = state == null ? null : state.status();
    return status != null
            && status.phase() == Status.Phase.REFUSED
            && launch.id().equals(status.launch())
        ? Objects.requireNonNullElse(status.error(), "")
        : null;
  }

  /** Starts after the delay of the launch that ended then. */
  private void again(Launch launch, Instant ended) {
    Instant due = launch.notBefore();
    if (due == null) {
      due = ended.plus(limits.delay(launch.attempt()));
    }
    if (!now.isBefore(due)) {
      start(launch, launch.attempt() + 1);
    } else if (!due.equals(launch.notBefore())) {
      actions.add(new Action.SetNotBefore(id, launch.id(), due));
    }
  }

  private void replace(WorkerTask task, String reason, boolean inTurn) {
    actions.add(new Action.Replace(id, task.arn(), task.cluster(), reason, inTurn));
  }

  private void release(Launch launch) {
    if (holdsLease(launch)) {
      actions.add(
          new Action.ReleaseLease(
              id, Objects.requireNonNull(Objects.requireNonNull(state).lease())));
    }
  }

  private boolean holdsLease(Launch launch) {
    return state != null && Reconcile.holds(launch, state.lease());
  }

  private void startIfWanted(Launch launch, int attempt) {
    if (wanted()) {
      start(launch, attempt);
    }
  }

  private void start(@Nullable Launch seen, int attempt) {
    Desired settings = Objects.requireNonNull(desired);
    actions.add(
        new Action.Start(
            id,
            seen == null ? null : seen.id(),
            attempt,
            settings.revision(),
            settings.restartRevision(),
            versions.of(id),
            null));
  }

  private boolean wanted() {
    return Reconcile.wanted(desired);
  }

  private boolean settingsChanged(Launch launch) {
    return asked != null && !Objects.equals(asked.revision(), launch.settingsRevision());
  }

  /** Whether something changed that the running worker does not take up by itself. */
  private boolean restartNeeded(Launch launch) {
    if (asked == null || asked.restartRevision() == null || launch.restartRevision() == null) {
      return settingsChanged(launch);
    }
    return !asked.restartRevision().equals(launch.restartRevision());
  }

  private boolean otherVersion(Launch launch) {
    String version = versions.of(id);
    return version != null
        && launch.taskDefinition() != null
        && !version.equals(launch.taskDefinition());
  }

  private boolean tooOld(WorkerTask task, String spreadBy) {
    return task.startedAt() != null
        && Duration.between(task.startedAt(), now).compareTo(limits.oldest(spreadBy)) >= 0;
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
