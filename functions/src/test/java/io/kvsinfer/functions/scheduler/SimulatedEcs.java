package io.kvsinfer.functions.scheduler;

import io.kvsinfer.functions.scheduler.WorkerTask.Phase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** ECS: tasks that take their time, answers that lag or leave tasks out, client tokens, no room. */
final class SimulatedEcs {
  private static final int STOP_TIMEOUT = 120;

  private static final class Task {
    final String arn;
    final String camera;
    final String launch;
    final long runsAt;
    final long visibleAt;
    Phase phase = Phase.STARTING;
    @Nullable SimulatedWorker worker;
    long startedAt = -1;
    long stoppedAt = -1;
    long killAt = Long.MAX_VALUE;
    @Nullable String stopCode;

    Task(String arn, String camera, String launch, long runsAt, long visibleAt) {
      this.arn = arn;
      this.camera = camera;
      this.launch = launch;
      this.runsAt = runsAt;
      this.visibleAt = visibleAt;
    }
  }

  private final Random random;
  private final BiFunction<String, String, SimulatedWorker> start;
  private final Map<String, Task> tasks = new LinkedHashMap<>();
  private final Map<String, String> tokens = new HashMap<>();

  /** Whether answers leave things out, containers fail to start and there may be no room. */
  boolean calm;

  boolean full;

  SimulatedEcs(Random random, BiFunction<String, String, SimulatedWorker> start) {
    this.random = random;
    this.start = start;
  }

  /** The task's ARN; null when there is no room. */
  @Nullable String run(String camera, String launch, long now) {
    String token = camera + "/" + launch;
    String known = tokens.get(token);
    if (known != null) {
      return known;
    }
    if (full && !calm) {
      return null;
    }
    String arn = "arn:task/" + tasks.size();
    int lag = calm ? 0 : random.nextInt(6);
    tasks.put(arn, new Task(arn, camera, launch, now + 2 + random.nextInt(25), now + lag));
    tokens.put(token, arn);
    return arn;
  }

  void stop(String arn, long now) {
    Task task = tasks.get(arn);
    if (task == null || task.phase == Phase.STOPPED || task.phase == Phase.STOPPING) {
      return;
    }
    task.stopCode = "USER_INITIATED";
    if (task.worker == null) {
      end(task, now);
    } else {
      task.phase = Phase.STOPPING;
      task.killAt = now + STOP_TIMEOUT;
      task.worker.signal();
    }
  }

  List<WorkerTask> running(long now) {
    return tasks.values().stream()
        .filter(t -> t.phase == Phase.STARTING || t.phase == Phase.RUNNING)
        .filter(t -> seen(t, now))
        .map(SimulatedEcs::view)
        .toList();
  }

  List<WorkerTask> describe(List<String> arns, long now) {
    return arns.stream()
        .map(tasks::get)
        .filter(t -> t != null && seen(t, now))
        .map(SimulatedEcs::view)
        .toList();
  }

  private boolean seen(Task task, long now) {
    return calm || (now >= task.visibleAt && random.nextInt(50) > 0);
  }

  private static WorkerTask view(Task t) {
    return new WorkerTask(
        t.arn,
        t.camera,
        t.launch,
        t.phase,
        t.startedAt < 0 ? null : Instant.ofEpochSecond(t.startedAt),
        t.stoppedAt < 0 ? null : Instant.ofEpochSecond(t.stoppedAt),
        t.worker == null || t.phase != Phase.STOPPED ? null : t.worker.exitCode(),
        t.stopCode);
  }

  void second(long now) {
    for (Task task : tasks.values()) {
      SimulatedWorker worker = task.worker;
      if (task.phase == Phase.STARTING && now >= task.runsAt) {
        if (!calm && random.nextInt(20) == 0) {
          task.stopCode = "TASK_FAILED_TO_START";
          end(task, now);
        } else {
          task.phase = Phase.RUNNING;
          task.startedAt = now;
          task.worker = start.apply(task.camera, task.launch);
        }
      } else if (worker != null && task.phase != Phase.STOPPED) {
        worker.second(now);
        if (now >= task.killAt) {
          worker.kill();
        }
        if (worker.exitCode() >= 0) {
          end(task, now);
        }
      }
    }
  }

  private static void end(Task task, long now) {
    task.phase = Phase.STOPPED;
    task.stoppedAt = now;
    if (task.stopCode == null) {
      task.stopCode = "ESSENTIAL_CONTAINER_EXITED";
    }
  }

  /** Workers whose process lives. */
  List<SimulatedWorker> workers(String camera) {
    List<SimulatedWorker> workers = new ArrayList<>();
    for (Task task : tasks.values()) {
      if (task.camera.equals(camera) && task.phase != Phase.STOPPED && task.worker != null) {
        workers.add(task.worker);
      }
    }
    return workers;
  }

  /** Tasks that are not stopped. */
  long live(String camera) {
    return tasks.values().stream()
        .filter(t -> t.camera.equals(camera) && t.phase != Phase.STOPPED)
        .count();
  }
}
