package io.kvsinfer.local.mapping;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvsinfer.local.lambda.FunctionException;
import io.kvsinfer.local.lambda.LambdaFunction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Invokes a function at once and then again and again, with the event of EventBridge Scheduler. The
 * next invocation waits for the end of the one before. Thread-safe.
 */
public final class Schedule implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Schedule.class);
  private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(5);

  private final LambdaFunction function;
  private final String region;
  private final Duration interval;
  private final InstantSource clock;
  private final Semaphore triggers = new Semaphore(1);
  private final Thread thread;

  private Schedule(LambdaFunction function, String region, Duration interval, InstantSource clock) {
    this.function = function;
    this.region = region;
    this.interval = interval;
    this.clock = clock;
    this.thread = Thread.ofVirtual().name("schedule-" + function.name()).unstarted(this::run);
  }

  /** Starts one. */
  public static Schedule start(
      LambdaFunction function, String region, Duration interval, InstantSource clock) {
    if (!interval.isPositive()) {
      throw new IllegalArgumentException("the interval must be positive, not " + interval);
    }
    Schedule schedule = new Schedule(function, region, interval, clock);
    schedule.thread.start();
    return schedule;
  }

  /** Invokes it now rather than when it is due. */
  public void trigger() {
    triggers.release();
  }

  private void run() {
    try {
      while (true) {
        // Asked for or due, it is the same; what was asked for meanwhile is one.
        boolean asked = triggers.tryAcquire(interval.toMillis(), TimeUnit.MILLISECONDS);
        if (asked) {
          triggers.drainPermits();
        }
        invoke();
      }
    } catch (InterruptedException e) {
      // Closing: this is the end of the thread.
      Thread.currentThread().interrupt();
    }
  }

  private void invoke() throws InterruptedException {
    try {
      function.invoke(event().toString().getBytes(StandardCharsets.UTF_8));
    } catch (FunctionException e) {
      LOG.warn("{} failed on schedule, next in {}: {}", function.name(), interval, e.errorType());
    }
  }

  private ObjectNode event() {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("version", "0");
    event.put("id", UUID.randomUUID().toString());
    event.put("detail-type", "Scheduled Event");
    event.put("source", "aws.scheduler");
    event.put("account", "000000000000");
    event.put("time", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    event.put("region", region);
    event
        .putArray("resources")
        .add("arn:aws:scheduler:" + region + ":000000000000:schedule/default/" + function.name());
    event.put("detail", "{}");
    return event;
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
