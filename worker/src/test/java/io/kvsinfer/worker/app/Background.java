package io.kvsinfer.worker.app;

import io.kvsinfer.testkit.Eventually;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** A call on a thread of its own. */
final class Background<T> {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final FutureTask<T> task;
  private final Thread thread;

  private Background(Callable<T> call) {
    task = new FutureTask<>(call);
    thread = Thread.ofPlatform().daemon().start(task);
  }

  static <T> Background<T> start(Callable<T> call) {
    return new Background<>(call);
  }

  /** Returns once the call waits for something. */
  Background<T> awaitBlocked() throws Exception {
    Eventually.until("the call waits", DEADLINE, () -> thread.getState() == Thread.State.WAITING);
    return this;
  }

  boolean isDone() {
    return task.isDone();
  }

  void interrupt() {
    thread.interrupt();
  }

  /** What the call returned, waiting for it. */
  T get() throws Exception {
    return task.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
  }
}
