package io.kvsinfer.functions.scheduler;

import io.kvsinfer.contract.settings.Violation;
import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Launch;
import io.kvsinfer.contract.state.Watch;
import io.kvsinfer.functions.metrics.Counters;
import io.kvsinfer.functions.scheduler.Cluster.Placement;
import io.kvsinfer.store.CameraStateTable;
import io.kvsinfer.store.Environment;
import io.kvsinfer.store.LeaseOutcome;
import io.kvsinfer.store.LeaseTable;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Does the actions of one round: those of one camera in their order, different cameras side by side
 * when they are many, RunTask no faster than ECS takes it. An error at one camera stops no other.
 */
final class Acting {
  private static final Logger LOG = LoggerFactory.getLogger(Acting.class);

  /** Cameras acted on at once; what the connections of one client allow. */
  private static final int AT_ONCE = 16;

  /** So few are done one after the other. */
  private static final int FEW = 4;

  private final CameraStateTable states;
  private final LeaseTable leases;
  private final Cluster cluster;
  private final Limits limits;
  private final InstantSource clock;
  private final Supplier<String> launchIds;
  private final Counters counters;
  private final Pace pace;
  private final List<Instant> due = new ArrayList<>();

  Acting(
      DynamoDbClient dynamo,
      Environment environment,
      Cluster cluster,
      Limits limits,
      InstantSource clock,
      Supplier<String> launchIds,
      Counters counters,
      Scheduler.Pause pause) {
    this.states = new CameraStateTable(dynamo, environment.stateTable());
    this.leases = new LeaseTable(dynamo, environment.stateTable());
    this.cluster = cluster;
    this.limits = limits;
    this.clock = clock;
    this.launchIds = launchIds;
    this.counters = counters;
    this.pace = new Pace(limits.startsPerSecond(), System::nanoTime, pause);
  }

  /**
   * Does them.
   *
   * @param until no action is begun after it
   * @param done counts by kind of action, added to
   * @return the last moment, not far away, at which a launch put off now is due
   */
  Optional<Instant> act(List<Action> actions, Instant until, Map<String, Integer> done) {
    Map<String, List<Action>> byCamera = new LinkedHashMap<>();
    actions.forEach(a -> byCamera.computeIfAbsent(a.cameraId(), id -> new ArrayList<>()).add(a));
    // The tasks of several cameras come last: their cameras' other actions are done by then.
    List<Action> last = actions.stream().filter(Action.StartTogether.class::isInstance).toList();
    byCamera.values().forEach(list -> list.removeAll(last));
    sideBySide(List.copyOf(byCamera.values()), until, done);
    sideBySide(last.stream().map(List::of).toList(), until, done);
    Instant latest = clock.instant().plus(limits.patience());
    synchronized (due) {
      return due.stream().filter(time -> !time.isAfter(latest)).max(Instant::compareTo);
    }
  }

  private void sideBySide(List<List<Action>> cameras, Instant until, Map<String, Integer> done) {
    if (cameras.size() <= FEW) {
      cameras.forEach(camera -> inOrder(camera, until, done));
      return;
    }
    Semaphore slots = new Semaphore(AT_ONCE);
    for (List<Action> camera : cameras) {
      slots.acquireUninterruptibly();
      Thread _ =
          Thread.startVirtualThread(() -> {
            try {
              inOrder(camera, until, done);
            } finally {
              slots.release();
            }
          });
    }
    // Everyone has had a slot; who gets all of them has waited for all.
    slots.acquireUninterruptibly(AT_ONCE);
    slots.release(AT_ONCE);
  }

  private void inOrder(List<Action> camera, Instant until, Map<String, Integer> done) {
    for (Action action : camera) {
      String kind = action.getClass().getSimpleName();
      if (!clock.instant().isBefore(until)) {
        count(done, "Left");
        continue;
      }
      try {
        if (act(action)) {
          count(done, kind);
          if (action instanceof Action.SetNotBefore put) {
            synchronized (due) {
              due.add(put.notBefore());
            }
          }
        }
      } catch (SdkException | IllegalStateException e) {
        LOG.error("camera {}: {} failed", action.cameraId(), kind, e);
        count(done, "Failed");
        // What follows may rely on it.
        return;
      }
    }
  }

  private static void count(Map<String, Integer> done, String kind) {
    synchronized (done) {
      done.merge(kind, 1, Integer::sum);
    }
  }

  /** Whether it was done; false when somebody else was faster. */
  private boolean act(Action action) {
    return switch (action) {
      case Action.SetDesired(String camera, Desired desired) -> {
        states.putDesired(camera, desired);
        // Paths only: a value may be a plate that somebody looks for.
        List<String> wrong = desired.violations().stream().map(Violation::path).toList();
        LOG.info("camera {}: {} {}", camera, desired.verdict(), wrong);
        yield true;
      }
      case Action.ClearDesired(String camera) -> {
        states.clearDesired(camera);
        yield true;
      }
      case Action.Start start -> start(List.of(start));
      case Action.StartTogether(List<Action.Start> starts) -> start(starts);
      case Action.NoRoom(String camera) -> {
        LOG.warn("camera {} is not watched: every cluster is full", camera);
        yield true;
      }
      case Action.AskAgain(String camera, Launch launch) -> place(List.of(camera), launch);
      case Action.Adopt(String camera, String launch, String arn) ->
          states.setTaskArn(camera, launch, arn);
      case Action.Stop(String camera, String arn, String name, String reason) ->
          stop(camera, arn, name, reason);
      case Action.Replace(String camera, String arn, String name, String reason, boolean _) ->
          stop(camera, arn, name, reason);
      case Action.ReleaseLease(String camera, var lease) ->
          switch (leases.release(camera, lease)) {
            case LeaseOutcome.Taken taken -> true;
            case LeaseOutcome.Refused refused -> false;
          };
      case Action.SetNotBefore(String camera, String launch, Instant time) ->
          states.setNotBefore(camera, launch, time);
      case Action.SetRefused(String camera, String launch, String reason) -> {
        LOG.warn("camera {}: launch {} cannot run: {}", camera, launch, reason);
        counters.add("Refused", 1);
        yield states.setRefused(camera, launch, reason);
      }
      case Action.SetMissing(String camera, String launch, Instant since) ->
          states.setMissing(camera, launch, since);
      case Action.SetWatch(String camera, Watch watch) -> states.putWatch(camera, watch);
    };
  }

  /** One task for one camera or more: those whose row still is as it was seen. */
  private boolean start(List<Action.Start> starts) {
    String id = launchIds.get();
    List<String> cameras = new ArrayList<>();
    Launch launch = null;
    for (Action.Start start : starts) {
      launch = launch(id, start);
      if (states.putLaunch(start.cameraId(), launch, start.seenLaunchId())) {
        cameras.add(start.cameraId());
      }
    }
    return launch != null && !cameras.isEmpty() && place(cameras, launch);
  }

  private Launch launch(String id, Action.Start start) {
    return new Launch(
        id,
        null,
        start.attempt(),
        clock.instant(),
        null,
        start.revision(),
        start.restartRevision(),
        start.taskDefinition(),
        start.cluster(),
        null,
        null,
        null);
  }

  private boolean place(List<String> cameras, Launch launch) {
    pace.await();
    return switch (cluster.run(cameras, launch)) {
      case Placement.Placed(String arn) -> {
        LOG.info("cameras {}: launch {} is task {}", cameras, launch.id(), arn);
        yield all(cameras, camera -> states.setTaskArn(camera, launch.id(), arn));
      }
      case Placement.Failed(String reason) -> {
        LOG.warn("cameras {}: launch {} got no task: {}", cameras, launch.id(), reason);
        counters.add("NotPlaced", cameras.size());
        Instant next = clock.instant().plus(limits.delay(launch.attempt()));
        yield all(cameras, camera -> states.setNotPlaced(camera, launch.id(), next, reason));
      }
    };
  }

  private static boolean all(List<String> cameras, Predicate<String> write) {
    boolean all = true;
    for (String camera : cameras) {
      all &= write.test(camera);
    }
    return all;
  }

  private boolean stop(String camera, String arn, @Nullable String name, String reason) {
    LOG.info("camera {}: task {} is stopped: {}", camera, arn, reason);
    cluster.stop(arn, name, reason);
    return true;
  }
}
