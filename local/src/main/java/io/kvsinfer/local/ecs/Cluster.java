package io.kvsinfer.local.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvsinfer.local.ecs.TaskState.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/** The tasks of a cluster, and what ECS remembers of RunTask calls. Thread-safe. */
final class Cluster {
  /** ECS answers a call with a known client token with the tasks of the first one for that long. */
  private static final Duration TOKEN_AGE = Duration.ofHours(24);

  /** ECS knows a stopped task for about that long. */
  private static final Duration STOPPED_AGE = Duration.ofHours(1);

  private static final Duration KILL_DEADLINE = Duration.ofSeconds(5);

  private final InstantSource clock;
  private final Consumer<Task> changed;
  private final Map<String, Task> tasks = new LinkedHashMap<>();
  private final Map<String, Token> tokens = new LinkedHashMap<>();
  private int capacity;
  private Duration startDelay;
  private long numbers;
  private boolean closed;

  private record Token(JsonNode parameters, List<Task> tasks, Instant at) {}

  Cluster(InstantSource clock, int capacity, Duration startDelay, Consumer<Task> changed) {
    this.clock = clock;
    this.capacity = capacity;
    this.startDelay = startDelay;
    this.changed = changed;
  }

  synchronized void setCapacity(int most) {
    capacity = most;
  }

  synchronized void setStartDelay(Duration delay) {
    startDelay = delay;
  }

  /** Starts tasks; fewer than were asked for when the capacity is reached. */
  List<Task> run(RunTaskCall call) throws EcsException {
    List<Task> started = new ArrayList<>();
    Duration delay;
    synchronized (this) {
      forgetOld();
      if (closed) {
        throw new EcsException("ServerException", "the cluster is shutting down");
      }
      if (call.clientToken() != null && tokens.containsKey(call.clientToken())) {
        Token known = tokens.get(call.clientToken());
        if (!known.parameters().equals(call.parameters())) {
          throw new EcsException(
              "ConflictException",
              "The RunTask request could not be processed due to conflicts: the client token was"
                  + " used before with other parameters.");
        }
        return known.tasks();
      }
      long live = tasks.values().stream().filter(Cluster::live).count();
      for (int i = 0; i < call.count() && live + i < capacity; i++) {
        Task task = new Task(newId(), ++numbers, call, clock, changed);
        tasks.put(task.id(), task);
        started.add(task);
      }
      if (call.clientToken() != null && !started.isEmpty()) {
        tokens.put(
            call.clientToken(),
            new Token(call.parameters(), List.copyOf(started), clock.instant()));
      }
      delay = startDelay;
    }
    started.forEach(task -> task.start(delay));
    return started;
  }

  synchronized Optional<Task> find(String arnOrId) {
    return Optional.ofNullable(tasks.get(Arns.lastPart(arnOrId)));
  }

  /** All it knows, oldest first. */
  synchronized List<Task> all() {
    forgetOld();
    return List.copyOf(tasks.values());
  }

  /** Stops all tasks and takes no more; those that have not after {@code limit} are killed. */
  void close(Duration limit) {
    List<Task> left;
    synchronized (this) {
      closed = true;
      left = tasks.values().stream().filter(Cluster::live).toList();
    }
    left.forEach(task -> task.stop("the cluster is shutting down"));
    long end = System.nanoTime() + limit.toNanos();
    try {
      for (Task task : left) {
        if (!task.awaitStopped(Duration.ofNanos(end - System.nanoTime()))) {
          task.kill();
          task.awaitStopped(KILL_DEADLINE);
        }
      }
    } catch (InterruptedException e) {
      left.forEach(Task::kill);
      Thread.currentThread().interrupt();
    }
  }

  private static boolean live(Task task) {
    return task.state().status() != Status.STOPPED;
  }

  private void forgetOld() {
    Instant now = clock.instant();
    tokens.values().removeIf(token -> token.at().plus(TOKEN_AGE).isBefore(now));
    tasks
        .values()
        .removeIf(task -> {
          Instant at = task.state().stoppedAt();
          return at != null && at.plus(STOPPED_AGE).isBefore(now);
        });
  }

  private static String newId() {
    byte[] bytes = new byte[16];
    ThreadLocalRandom.current().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
