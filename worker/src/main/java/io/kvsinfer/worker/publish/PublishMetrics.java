package io.kvsinfer.worker.publish;

import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.event.IncidentEvent.Phase;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;

/** Metrics of publishing, one set for all cameras of a process. Thread-safe. */
public final class PublishMetrics {
  private static final String SPOOL = "spool";

  private final Counter published;
  private final Counter dropped;
  private final Counter failures;
  private final Gauge spoolBytes;
  private final Histogram captureToEvent;

  /** Registers them; once per registry. */
  public PublishMetrics(PrometheusRegistry registry) {
    published =
        Counter.builder()
            .name("kvs_infer_events_published_total")
            .help("Events that the event stream has taken")
            .labelNames("camera_id", "type")
            .register(registry);
    dropped =
        Counter.builder()
            .name("kvs_infer_spool_dropped_total")
            .help("Events given up because the spool was full or unreadable")
            .labelNames("camera_id", "reason")
            .register(registry);
    failures =
        Counter.builder()
            .name("kvs_infer_publish_failures_total")
            .help("Attempts to publish that failed and were repeated")
            .labelNames("camera_id")
            .register(registry);
    spoolBytes =
        Gauge.builder()
            .name("kvs_infer_spool_bytes")
            .help("Bytes on disk of events that are not yet published")
            .labelNames("camera_id")
            .register(registry);
    captureToEvent =
        Histogram.builder()
            .name("kvs_infer_capture_to_event_seconds")
            .help("Capture of the frame an opened or updated event shows, to its publication")
            .labelNames("camera_id")
            .classicUpperBounds(0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 300)
            .register(registry);
  }

  /** Makes the series of a camera, so that a scrape shows zeros instead of nothing. */
  void begin(String cameraId) {
    dropped.initLabelValues(cameraId, SPOOL);
    failures.initLabelValues(cameraId);
    captureToEvent.initLabelValues(cameraId);
  }

  void published(IncidentEvent event, Instant at) {
    published.labelValues(event.cameraId(), event.type()).inc();
    if (!event.late() && event.phase() != Phase.CLOSED) {
      captureToEvent
          .labelValues(event.cameraId())
          .observe(Duration.between(event.capturedAt(), at).toNanos() / 1e9);
    }
  }

  /** Events that were given up because the spool was full or unreadable. */
  void dropped(String cameraId, int events) {
    dropped.labelValues(cameraId, SPOOL).inc(events);
  }

  void failed(String cameraId) {
    failures.labelValues(cameraId).inc();
  }

  void spool(String cameraId, long bytes) {
    spoolBytes.labelValues(cameraId).set((double) bytes);
  }
}
