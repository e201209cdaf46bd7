package io.kvsinfer.local.ecs;

import io.kvsinfer.embedded.ChildProcess;
import io.kvsinfer.embedded.EmbeddedServiceException;
import io.kvsinfer.local.ecs.TaskState.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One task from RunTask until it is stopped; a virtual thread lives its life. Thread-safe. */
final class Task {
  private static final String EXITED = "EssentialContainerExited";
  private static final String NOT_STARTED = "TaskFailedToStart";
  private static final String BY_USER = "UserInitiated";

  private final String id;
  private final long number;
  private final RunTaskCall call;
  private final InstantSource clock;
  private final Consumer<Task> changed;
  private final CountDownLatch stopAsked = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private TaskState state;
  private @Nullable ChildProcess process;

  /**
   * @param number rises with each task of the cluster
   * @param changed told after each change, on the thread that made it; must not block
   */
  Task(String id, long number, RunTaskCall call, InstantSource clock, Consumer<Task> changed) {
    this.id = id;
    this.number = number;
    this.call = call;
    this.clock = clock;
    this.changed = changed;
    this.state = TaskState.provisioning(clock.instant());
  }

  String id() {
    return id;
  }

  long number() {
    return number;
  }

  RunTaskCall call() {
    return call;
  }

  synchronized TaskState state() {
    return state;
  }

  /** Process id while its process runs. */
  synchronized OptionalLong pid() {
    return process != null && process.isAlive()
        ? OptionalLong.of(process.pid())
        : OptionalLong.empty();
  }

  /** Starts its life; each of the steps before its process runs takes half of {@code delay}. */
  void start(Duration delay) {
    changed.accept(this);
    Thread.ofVirtual().name("ecs-task-" + id).start(() -> live(delay.dividedBy(2)));
  }

  private void live(Duration step) {
    try {
      if (stopAsked.await(step.toMillis(), TimeUnit.MILLISECONDS)) {
        become(now -> now.stopped(clock.instant(), BY_USER, "", null));
        return;
      }
      become(now -> now.pending(clock.instant()));
      if (stopAsked.await(step.toMillis(), TimeUnit.MILLISECONDS)) {
        become(now -> now.stopped(clock.instant(), BY_USER, "", null));
        return;
      }
      ChildProcess started = launch();
      changed.accept(this);
      int exit = started.onExit().get();
      become(
          now -> now.stopped(clock.instant(), EXITED, "Essential container in task exited", exit));
    } catch (EmbeddedServiceException e) {
      become(now ->
          now.stopped(
              clock.instant(), NOT_STARTED, "CannotStartContainerError: " + e.getMessage(), null));
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("nobody interrupts task " + id, e);
    } finally {
      stopped.countDown();
    }
  }

  private ChildProcess launch() {
    TaskDefinition definition = call.definition();
    Path program = Path.of(definition.command().getFirst());
    if (program.isAbsolute() && !program.toFile().canExecute()) {
      throw new EmbeddedServiceException(program + " is not a program");
    }
    Map<String, String> environment = new HashMap<>(definition.environment());
    environment.putAll(call.environment());
    synchronized (this) {
      ChildProcess started =
          ChildProcess.start(
              "task-" + id,
              definition.command(),
              environment,
              definition.logFolder().resolve(id + ".log"));
      process = started;
      state = state.running(clock.instant());
      if (state.stopCode() != null) {
        // Told to stop while it was being started.
        state = state.stopping(clock.instant(), state.stopCode(), reason());
        end(started);
      }
      return started;
    }
  }

  private String reason() {
    String reason = state.stoppedReason();
    return reason == null ? "" : reason;
  }

  /** Tells it to stop: SIGTERM, after the stop timeout SIGKILL. Does nothing the second time. */
  void stop(String reason) {
    synchronized (this) {
      if (state.desired() == Status.STOPPED) {
        return;
      }
      state = state.stopping(clock.instant(), BY_USER, reason);
      stopAsked.countDown();
      if (process != null) {
        end(process);
      }
    }
    changed.accept(this);
  }

  private void end(ChildProcess started) {
    Duration grace = call.definition().stopTimeout();
    Thread.ofVirtual().name("ecs-stop-" + id).start(() -> started.stop(grace));
  }

  /** Kills it now. */
  void kill() {
    stop("killed");
    ChildProcess running;
    synchronized (this) {
      running = process;
    }
    if (running != null) {
      running.kill();
    }
  }

  /** Waits until it is stopped; false when it is not after {@code limit}. */
  boolean awaitStopped(Duration limit) throws InterruptedException {
    return stopped.await(Math.max(0, limit.toMillis()), TimeUnit.MILLISECONDS);
  }

  private void become(UnaryOperator<TaskState> next) {
    synchronized (this) {
      state = next.apply(state);
    }
    changed.accept(this);
  }
}
