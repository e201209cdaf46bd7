package io.kvsinfer.functions.scheduler;

import io.kvsinfer.contract.settings.Violation;
import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Launch;
import io.kvsinfer.functions.metrics.Counters;
import io.kvsinfer.functions.scheduler.Cluster.Placement;
import io.kvsinfer.store.CameraStateTable;
import io.kvsinfer.store.CameraTable;
import io.kvsinfer.store.Environment;
import io.kvsinfer.store.LeaseOutcome;
import io.kvsinfer.store.LeaseTable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.ecs.EcsClient;

/**
 * Reads cameras, states and tasks, and does what {@link Reconcile} says. Two at once do no harm:
 * every write is conditional on what was seen. An error at one camera stops no other.
 */
public final class Scheduler {
  private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);

  private final CameraTable cameras;
  private final CameraStateTable states;
  private final LeaseTable leases;
  private final Cluster cluster;
  private final Limits limits;
  private final InstantSource clock;
  private final Supplier<String> launchIds;
  private final Counters counters;
  private final Pause pause;
  private final FleetGauges gauges;

  /** How a scheduler waits. */
  @FunctionalInterface
  public interface Pause {
    /** Returns after that time, or sooner when interrupted. */
    void await(Duration time);
  }

  /**
   * @param launchIds a new launch id each time, of {@code [a-z0-9]}, at most 31 characters
   */
  public Scheduler(
      DynamoDbClient dynamo,
      EcsClient ecs,
      Environment environment,
      Limits limits,
      InstantSource clock,
      Supplier<String> launchIds,
      Counters counters,
      Pause pause) {
    this.cameras = new CameraTable(dynamo, environment.camerasTable());
    this.states = new CameraStateTable(dynamo, environment.stateTable());
    this.leases = new LeaseTable(dynamo, environment.stateTable());
    this.cluster = new Cluster(ecs, environment);
    this.limits = limits;
    this.clock = clock;
    this.launchIds = launchIds;
    this.counters = counters;
    this.pause = pause;
    this.gauges =
        new FleetGauges(environment.name(), environment.silence(), environment.cameraMetrics());
  }

  /**
   * Looks at all cameras, and once more when a launch it put off is due within {@link
   * Limits#patience}.
   *
   * @return how many actions of each kind were done, {@code Failed} included
   */
  public Map<String, Integer> run() {
    Map<String, Integer> done = new TreeMap<>();
    round(done)
        .ifPresent(due -> {
          pause.await(Duration.between(now(), due));
          round(done);
        });
    done.forEach(counters::add);
    return done;
  }

  /** The last moment, not far away, at which a launch put off in this round is due. */
  private Optional<Instant> round(Map<String, Integer> done) {
    // Tasks before states: a task whose launch is not in its row is then of an older launch, never
    // of one that somebody else has just written.
    List<WorkerTask> tasks = new ArrayList<>(cluster.running());
    Map<String, Desired> desired = new LinkedHashMap<>();
    cameras.scan().forEach(item -> desired.put(item.id(), Judge.judge(item)));
    CameraStateTable.Scan scan = states.scan();
    scan.unreadable()
        .forEach((id, problem) -> {
          LOG.error("camera {} is left alone: {}", id, problem);
          done.merge("Unreadable", 1, Integer::sum);
          desired.remove(id);
          tasks.removeIf(task -> task.cameraId().equals(id));
        });
    Map<String, CameraState> rows = scan.states();
    gauges.lines(desired, rows, now()).forEach(counters::log);
    tasks.addAll(cluster.describe(Reconcile.tasksToDescribe(desired, rows, tasks)));

    List<Instant> due = new ArrayList<>();
    for (Action action : Reconcile.reconcile(desired, rows, tasks, now(), limits)) {
      String kind = action.getClass().getSimpleName();
      try {
        if (act(action)) {
          done.merge(kind, 1, Integer::sum);
          if (action instanceof Action.SetNotBefore put) {
            due.add(put.notBefore());
          }
        }
      } catch (SdkException | IllegalStateException e) {
        LOG.error("camera {}: {} failed", action.cameraId(), kind, e);
        done.merge("Failed", 1, Integer::sum);
      }
    }
    Instant latest = now().plus(limits.patience());
    return due.stream().filter(time -> !time.isAfter(latest)).max(Instant::compareTo);
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
      case Action.Start start -> start(start);
      case Action.AskAgain(String camera, Launch launch) -> place(camera, launch);
      case Action.Adopt(String camera, String launch, String arn) ->
          states.setTaskArn(camera, launch, arn);
      case Action.Stop(String camera, String arn, String reason) -> stop(camera, arn, reason);
      case Action.Replace(String camera, String arn, String reason) -> stop(camera, arn, reason);
      case Action.ReleaseLease(String camera, var lease) ->
          switch (leases.release(camera, lease)) {
            case LeaseOutcome.Taken taken -> true;
            case LeaseOutcome.Refused refused -> false;
          };
      case Action.SetNotBefore(String camera, String launch, Instant time) ->
          states.setNotBefore(camera, launch, time);
      case Action.SetWatch(String camera, var watch) -> states.putWatch(camera, watch);
    };
  }

  private boolean start(Action.Start start) {
    Launch launch =
        new Launch(launchIds.get(), null, start.attempt(), now(), null, start.revision());
    return states.putLaunch(start.cameraId(), launch, start.seenLaunchId())
        && place(start.cameraId(), launch);
  }

  private boolean place(String camera, Launch launch) {
    return switch (cluster.run(camera, launch)) {
      case Placement.Placed(String arn) -> {
        LOG.info("camera {}: launch {} is task {}", camera, launch.id(), arn);
        yield states.setTaskArn(camera, launch.id(), arn);
      }
      case Placement.Failed(String reason) -> {
        LOG.warn("camera {}: launch {} got no task: {}", camera, launch.id(), reason);
        counters.add("NotPlaced", 1);
        Instant due = now().plus(limits.delay(launch.attempt()));
        yield states.setNotBefore(camera, launch.id(), due);
      }
    };
  }

  private boolean stop(String camera, String arn, String reason) {
    LOG.info("camera {}: task {} is stopped: {}", camera, arn, reason);
    cluster.stop(arn, reason);
    return true;
  }

  /** In the tables' resolution, so that what is written compares equal to what is read. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
