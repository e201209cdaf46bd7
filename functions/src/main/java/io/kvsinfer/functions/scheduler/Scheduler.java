package io.kvsinfer.functions.scheduler;

import io.kvsinfer.contract.settings.AllowList;
import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Rollout;
import io.kvsinfer.functions.calls.Samples;
import io.kvsinfer.functions.metrics.Counters;
import io.kvsinfer.store.CameraStateTable;
import io.kvsinfer.store.CameraTable;
import io.kvsinfer.store.Environment;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
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
  private final Cluster cluster;
  private final Environment environment;
  private final AllowList allowed;
  private final Limits limits;
  private final InstantSource clock;
  private final Supplier<String> launchIds;
  private final DynamoDbClient dynamo;
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
   * @param launchIds a new launch id each time, of {@code [a-z0-9]}, at most 31 characters; may be
   *     asked by several threads
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
    this.dynamo = dynamo;
    this.cameras = new CameraTable(dynamo, environment.camerasTable());
    this.states = new CameraStateTable(dynamo, environment.stateTable());
    this.cluster = new Cluster(ecs, environment);
    this.environment = environment;
    this.allowed = environment.allowList();
    this.limits = limits;
    this.clock = clock;
    this.launchIds = launchIds;
    this.counters = counters;
    this.pause = pause;
    this.gauges =
        new FleetGauges(environment.name(), environment.silence(), environment.cameraMetrics());
  }

  /**
   * Goes through what a first look needs without changing anything: an item judged, nothing to do
   * found, a row and the tasks asked for. What does not answer costs the speed of the first look,
   * no more.
   */
  public void prime() {
    Judge.judge(new CameraTable.CameraItem(Samples.NOBODY, Samples.camera()), allowed);
    Reconcile.reconcile(Map.of(), Map.of(), List.of(), Fleet.single(), now(), limits);
    try {
      states.get(Samples.NOBODY);
      cluster.running();
    } catch (SdkException e) {
      LOG.warn("not primed: {}", e.getMessage());
    }
  }

  /** {@link #run(Duration)} with all the time it takes. */
  public Map<String, Integer> run() {
    return run(Duration.ofDays(1));
  }

  /**
   * Looks at all cameras, and once more when a launch it put off is due within {@link
   * Limits#patience}.
   *
   * @param atMost no action is begun after it: the next invocation goes on
   * @return how many actions of each kind were done, {@code Failed} and {@code Left} included
   */
  public Map<String, Integer> run(Duration atMost) {
    Instant until = now().plus(atMost);
    Map<String, Integer> done = new TreeMap<>();
    round(done, until)
        .filter(due -> due.isBefore(until))
        .ifPresent(due -> {
          pause.await(Duration.between(now(), due));
          round(done, until);
        });
    done.forEach(counters::add);
    return done;
  }

  /** The last moment, not far away, at which a launch put off in this round is due. */
  private Optional<Instant> round(Map<String, Integer> done, Instant until) {
    // Tasks before states: a task whose launch is not in its row is then of an older launch, never
    // of one that somebody else has just written.
    List<WorkerTask> tasks = new ArrayList<>(cluster.running());
    Map<String, Desired> desired = new LinkedHashMap<>();
    Map<String, String> pools = new HashMap<>();
    cameras.forEach(item -> {
      Judge.Judgement judgement = Judge.judge(item, allowed);
      desired.put(item.id(), judgement.desired());
      if (judgement.pool() != null) {
        pools.put(item.id(), judgement.pool());
      }
    });
    CameraStateTable.Scan scan = states.scanForScheduler();
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
    Fleet fleet =
        new Fleet(
            environment.clusters(),
            environment.clusterTasks(),
            environment.camerasPerTask(),
            pools,
            versions(scan));
    List<Action> actions = Reconcile.reconcile(desired, rows, tasks, fleet, now(), limits);
    return new Acting(dynamo, environment, cluster, limits, this::now, launchIds, counters, pause)
        .act(actions, until, done);
  }

  /** Which worker version a camera gets; what changed of that is written down first. */
  private Versions versions(CameraStateTable.Scan scan) {
    int percent = environment.canaryPercent();
    Rollout stored = scan.rollout();
    Rollout next =
        Versions.next(
            stored, environment.taskDefinition(), scan.states().values(), percent, now(), limits);
    if (next.equals(stored)) {
      return new Versions(stored, percent);
    }
    try {
      if (states.putRollout(next, stored)) {
        LOG.info("worker version {}: {} {}", next.taskDefinition(), next.phase(), next.reason());
        if (next.phase() == Rollout.Phase.ROLLED_BACK) {
          counters.add("RolledBack", 1);
        }
        return new Versions(next, percent);
      }
    } catch (SdkException e) {
      LOG.error("how far worker version {} got was not written", next.taskDefinition(), e);
    }
    // Somebody else was faster, or nobody could write: what is written counts.
    return new Versions(stored, percent);
  }

  /** In the tables' resolution, so that what is written compares equal to what is read. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
