package io.kvsinfer.functions.scheduler;

import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Launch;
import io.kvsinfer.contract.state.Rollout;
import io.kvsinfer.contract.state.Rollout.Phase;
import io.kvsinfer.contract.state.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which worker version a camera gets. A new task definition is tried by a fixed share of the
 * cameras; when they did no worse than the others for a while, all get it, else all go back and
 * stay there until the next one.
 *
 * @param rollout where that stands; null = the environment has one version and no opinion
 * @param percent share of the cameras that try
 */
public record Versions(@Nullable Rollout rollout, int percent) {
  /** Launches in a row after which a camera counts as doing badly. */
  private static final int BAD_ATTEMPTS = 3;

  /** How much worse the new version's share of bad cameras may be. */
  private static final double TOLERANCE = 0.1;

  private static final int HUNDRED = 100;

  /** One version. */
  static Versions one() {
    return new Versions(null, 0);
  }

  /** The task definition of a camera; null where there is but one. */
  @Nullable String of(String cameraId) {
    if (rollout == null) {
      return null;
    }
    return switch (rollout.phase()) {
      case DONE -> rollout.taskDefinition();
      case ROLLED_BACK -> rollout.previous();
      case CANARY -> tries(cameraId, percent) ? rollout.taskDefinition() : rollout.previous();
    };
  }

  /** Whether a camera is of the share that tries; always the same ones for the same share. */
  static boolean tries(String cameraId, int percent) {
    return Math.floorMod(cameraId.hashCode() * 31 + cameraId.length(), HUNDRED) < percent;
  }

  /**
   * Where the change of version stands now.
   *
   * @param stored where it stood; null when there never was one
   * @param taskDefinition the environment's
   */
  static Rollout next(
      @Nullable Rollout stored,
      String taskDefinition,
      Collection<CameraState> states,
      int percent,
      Instant now,
      Limits limits) {
    if (stored == null) {
      return new Rollout(taskDefinition, null, Phase.DONE, now, null);
    }
    if (!stored.taskDefinition().equals(taskDefinition)) {
      return begin(stored, taskDefinition, states, percent, now);
    }
    return stored.phase() == Phase.CANARY
        ? judge(stored, Tally.of(stored, states, percent), now, limits)
        : stored;
  }

  private static Rollout begin(
      Rollout stored,
      String taskDefinition,
      Collection<CameraState> states,
      int percent,
      Instant now) {
    String before = stored.phase() == Phase.DONE ? stored.taskDefinition() : stored.previous();
    if (Objects.equals(before, taskDefinition)) {
      return new Rollout(taskDefinition, before, Phase.DONE, now, null);
    }
    boolean canTry =
        percent > 0
            && percent < HUNDRED
            && before != null
            && states.stream().anyMatch(s -> s.launch() != null && tries(s.cameraId(), percent));
    return new Rollout(taskDefinition, before, canTry ? Phase.CANARY : Phase.DONE, now, null);
  }

  private static Rollout judge(Rollout stored, Tally tally, Instant now, Limits limits) {
    if (tally.worse()) {
      return new Rollout(
          stored.taskDefinition(),
          stored.previous(),
          Phase.ROLLED_BACK,
          now,
          "%d of %d cameras on it did badly, %d of %d on the one before"
              .formatted(tally.newBad, tally.newAll, tally.oldBad, tally.oldAll));
    }
    boolean longEnough = Duration.between(stored.since(), now).compareTo(limits.canaryFor()) >= 0;
    return longEnough && tally.waiting == 0 && tally.newAll > 0
        ? new Rollout(stored.taskDefinition(), stored.previous(), Phase.DONE, now, null)
        : stored;
  }

  /** How the cameras of both versions do. */
  private static final class Tally {
    private int newAll;
    private int newBad;
    private int oldAll;
    private int oldBad;
    private int waiting;

    static Tally of(Rollout rollout, Collection<CameraState> states, int percent) {
      Tally tally = new Tally();
      for (CameraState state : states) {
        Launch launch = state.launch();
        if (launch == null || state.desired() == null) {
          continue;
        }
        boolean bad = bad(state, launch);
        if (rollout.taskDefinition().equals(launch.taskDefinition())) {
          tally.newAll++;
          tally.newBad += bad ? 1 : 0;
          tally.waiting += bad || running(state, launch) ? 0 : 1;
        } else {
          tally.oldAll++;
          tally.oldBad += bad ? 1 : 0;
          tally.waiting += tries(state.cameraId(), percent) && wanted(state) ? 1 : 0;
        }
      }
      return tally;
    }

    private static boolean wanted(CameraState state) {
      return Reconcile.wanted(state.desired());
    }

    private static boolean bad(CameraState state, Launch launch) {
      Status status = state.status();
      return launch.attempt() >= BAD_ATTEMPTS
          || launch.refused() != null
          || (wanted(state)
              && status != null
              && status.phase() == Status.Phase.FAILED
              && running(state, launch));
    }

    private static boolean running(CameraState state, Launch launch) {
      return !wanted(state) || Reconcile.holds(launch, state.lease());
    }

    boolean worse() {
      double now = newAll == 0 ? 0 : (double) newBad / newAll;
      double before = oldAll == 0 ? 0 : (double) oldBad / oldAll;
      return newBad > 0 && now > before + TOLERANCE;
    }
  }
}
