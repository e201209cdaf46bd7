package io.kvsinfer.functions.scheduler;

import io.kvsinfer.contract.state.CameraState;
import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Launch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One invocation of the scheduler, call by call, so that others may come in between; it may die
 * between two of them, and calls fail or lose their answers.
 */
final class SimulatedScheduler {
  private static final AtomicInteger LAUNCHES = new AtomicInteger();

  private final Map<String, Desired> items;
  private final SimulatedTables tables;
  private final SimulatedEcs ecs;
  private final Random random;
  private final long skew;
  private final boolean calm;

  private @Nullable List<WorkerTask> tasks;
  private @Nullable Map<String, Desired> cameras;
  private @Nullable Map<String, CameraState> states;
  private @Nullable Iterator<Action> actions;
  private final List<Runnable> rest = new ArrayList<>();

  /**
   * @param items the cameras table, as it is when it is read
   * @param skew of its wall clock, in seconds
   */
  SimulatedScheduler(
      Map<String, Desired> items,
      SimulatedTables tables,
      SimulatedEcs ecs,
      Random random,
      long skew,
      boolean calm) {
    this.items = items;
    this.tables = tables;
    this.ecs = ecs;
    this.random = random;
    this.skew = skew;
    this.calm = calm;
  }

  /** Makes the next call; false when there is none, or when it died. */
  boolean call(long now) {
    if (!calm && random.nextInt(150) == 0) {
      return false;
    }
    if (tasks == null) {
      tasks = new ArrayList<>(ecs.running(now));
    } else if (cameras == null) {
      cameras = new HashMap<>(items);
    } else if (states == null) {
      states = tables.scan();
    } else if (actions == null) {
      List<WorkerTask> all = new ArrayList<>(tasks);
      Reconcile.tasksToDescribe(cameras, states, tasks)
          .values()
          .forEach(arns -> all.addAll(ecs.describe(arns, now)));
      actions = Reconcile.reconcile(cameras, states, all, wall(now), Limits.DEFAULT).iterator();
    } else if (!rest.isEmpty()) {
      rest.removeFirst().run();
    } else if (actions.hasNext()) {
      act(actions.next(), now);
    } else {
      return false;
    }
    return true;
  }

  private Instant wall(long now) {
    return Instant.ofEpochSecond(now + skew);
  }

  private boolean fails() {
    return !calm && random.nextInt(40) == 0;
  }

  private void act(Action action, long now) {
    if (fails()) {
      return;
    }
    String camera = action.cameraId();
    switch (action) {
      case Action.SetDesired set -> tables.putDesired(camera, set.desired());
      case Action.ClearDesired clear -> tables.putDesired(camera, null);
      case Action.Start start -> start(start, now);
      case Action.StartTogether together -> throw new AssertionError("no pools here");
      case Action.NoRoom full -> throw new AssertionError("one cluster without a bound");
      case Action.AskAgain again -> place(camera, again.launch(), now);
      case Action.Adopt adopt ->
          tables.launch(
              camera, adopt.launchId(), l -> SimulatedTables.withTask(l, adopt.taskArn()));
      case Action.Stop stop -> ecs.stop(stop.taskArn(), now);
      case Action.Replace replace -> ecs.stop(replace.taskArn(), now);
      case Action.ReleaseLease release -> tables.release(camera, release.lease());
      case Action.SetNotBefore set ->
          tables.launch(
              camera, set.launchId(), l -> SimulatedTables.withNotBefore(l, set.notBefore()));
      case Action.SetRefused set ->
          tables.launch(camera, set.launchId(), l -> SimulatedTables.withRefused(l, set.reason()));
      case Action.SetMissing set ->
          tables.launch(camera, set.launchId(), l -> SimulatedTables.withMissing(l, set.since()));
      case Action.SetWatch set -> tables.putWatch(camera, set.watch());
    }
  }

  private void start(Action.Start start, long now) {
    Launch launch =
        new Launch(
            "l" + LAUNCHES.incrementAndGet(),
            null,
            start.attempt(),
            wall(now),
            null,
            start.revision(),
            start.restartRevision(),
            null,
            null,
            null,
            null,
            null);
    if (tables.putLaunch(start.cameraId(), launch, start.seenLaunchId())) {
      rest.add(() -> place(start.cameraId(), launch, now));
    }
  }

  private void place(String camera, Launch launch, long now) {
    if (fails()) {
      return;
    }
    String arn = ecs.run(camera, launch.id(), now);
    if (fails()) {
      return;
    }
    Instant next = wall(now).plus(Limits.DEFAULT.delay(launch.attempt()));
    tables.launch(
        camera,
        launch.id(),
        l ->
            arn == null
                ? SimulatedTables.withNotBefore(l, next)
                : SimulatedTables.withTask(l, arn));
  }
}
