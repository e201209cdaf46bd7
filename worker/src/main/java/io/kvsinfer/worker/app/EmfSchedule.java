package io.kvsinfer.worker.app;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has an {@link EmfReporter} report every minute and once more at the end. */
final class EmfSchedule implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmfSchedule.class);

  private final @Nullable EmfReporter reporter;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("emf").factory());

  private EmfSchedule(@Nullable EmfReporter reporter) {
    this.reporter = reporter;
  }

  /**
   * Begins.
   *
   * @param variable value of {@code KVS_INFER_EMF}; null = nothing is told
   */
  static EmfSchedule start(
      @Nullable String variable,
      PrometheusRegistry registry,
      String environment,
      InstantSource clock) {
    Boolean eachCamera = EmfReporter.eachCamera(variable);
    EmfReporter reporter =
        eachCamera == null
            ? null
            : new EmfReporter(registry, environment, eachCamera, clock, System.out::println);
    EmfSchedule schedule = new EmfSchedule(reporter);
    if (reporter != null) {
      var _ = schedule.thread.scheduleAtFixedRate(schedule::report, 1, 1, TimeUnit.MINUTES);
    }
    return schedule;
  }

  /** What goes wrong with one report must not end the next. */
  private void report() {
    if (reporter == null) {
      return;
    }
    try {
      reporter.report();
    } catch (RuntimeException e) {
      log.warn("metrics were not told to CloudWatch", e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
        log.warn("a report of metrics hangs; the last one is left out");
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    report();
  }
}
