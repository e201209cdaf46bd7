package io.kvsinfer.local.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvsinfer.local.lambda.FunctionException;
import io.kvsinfer.local.lambda.LambdaFunction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Invokes a function with events, one after the other, without keeping their sender waiting, as
 * EventBridge does: an event that fails is tried twice more. Of more than 10,000 waiting events the
 * newest are dropped and counted. Thread-safe.
 */
public final class AsyncInvocations implements Consumer<JsonNode>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AsyncInvocations.class);
  private static final int MOST_WAITING = 10_000;
  private static final int TRIES = 3;
  private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(5);

  private final LambdaFunction function;
  private final Pause pause;
  private final LinkedBlockingQueue<JsonNode> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
  private final LongAdder dropped = new LongAdder();
  private final Thread thread;

  AsyncInvocations(LambdaFunction function, Pause pause) {
    this.function = function;
    this.pause = pause;
    this.thread = Thread.ofVirtual().name("events-" + function.name()).unstarted(this::run);
  }

  /** Starts one. */
  public static AsyncInvocations start(LambdaFunction function) {
    return start(function, Pause.GROWING);
  }

  static AsyncInvocations start(LambdaFunction function, Pause pause) {
    AsyncInvocations invocations = new AsyncInvocations(function, pause);
    invocations.thread.start();
    return invocations;
  }

  /** Takes an event; never blocks. */
  @Override
  public void accept(JsonNode event) {
    if (!waiting.offer(event)) {
      dropped.increment();
    }
  }

  /** Events that the function never took. */
  public long dropped() {
    return dropped.sum();
  }

  private void run() {
    try {
      while (true) {
        invoke(waiting.take().toString().getBytes(StandardCharsets.UTF_8));
      }
    } catch (InterruptedException e) {
      // Closing: this is the end of the thread.
      Thread.currentThread().interrupt();
    }
  }

  private void invoke(byte[] event) throws InterruptedException {
    for (int tries = 0; tries < TRIES; tries++) {
      try {
        function.invoke(event);
        return;
      } catch (FunctionException e) {
        LOG.warn("{} did not take an event: {}", function.name(), e.errorType());
        pause.before(tries);
      }
    }
    dropped.increment();
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      if (!thread.join(CLOSE_DEADLINE)) {
        LOG.warn("{} does not end", thread.getName());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
