package io.kvsinfer.worker.source.getmedia;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.concurrent.atomic.LongAdder;

/** The {@code kvs_getmedia_*} metrics of a process; one object serves all its cameras. */
public final class GetMediaMetrics {
  private final Gauge latencyMs;
  private final Histogram latency;
  private final RisingNumber frames;
  private final RisingNumber resets;
  private final RisingNumber parseErrors;
  private final Counter dropped;
  private final Gauge lastFrame;
  private final Gauge connectionState;

  public GetMediaMetrics(PrometheusRegistry registry) {
    latencyMs =
        gauge(
            registry,
            "kvs_getmedia_latency_ms",
            "From capture to handing on of the newest live frame, milliseconds");
    latency =
        Histogram.builder()
            .name("kvs_getmedia_latency_seconds")
            .help("From capture to handing on of each live frame")
            .labelNames("camera_id")
            .classicOnly()
            .classicUpperBounds(0.05, 0.1, 0.2, 0.5, 1, 1.5, 2, 3, 5, 10, 30)
            .register(registry);
    frames =
        new RisingNumber(registry, "kvs_getmedia_frames_read", "Frames read from GetMedia answers");
    resets =
        new RisingNumber(
            registry,
            "kvs_getmedia_connection_resets",
            "Connections of GetMedia that ended or broke and were opened again");
    parseErrors =
        new RisingNumber(
            registry, "kvs_getmedia_parse_errors", "Bytes of GetMedia that could not be read");
    dropped =
        Counter.builder()
            .name("kvs_getmedia_frames_dropped_total")
            .help("Frames dropped because the queue before the decoder was full")
            .labelNames("camera_id")
            .register(registry);
    lastFrame =
        gauge(
            registry,
            "kvs_getmedia_last_frame_timestamp",
            "Wall time the newest frame was received, seconds since 1970");
    connectionState =
        gauge(
            registry,
            "kvs_getmedia_connection_state",
            "0 disconnected, 1 connecting, 2 connected, 3 reconnecting, 4 error");
  }

  /** The metrics of one camera. */
  Camera camera(String cameraId) {
    return new Camera(
        latencyMs.labelValues(cameraId),
        latency.labelValues(cameraId),
        frames.camera(cameraId),
        resets.camera(cameraId),
        parseErrors.camera(cameraId),
        dropped.labelValues(cameraId),
        lastFrame.labelValues(cameraId),
        connectionState.labelValues(cameraId));
  }

  record Camera(
      GaugeDataPoint latencyMs,
      DistributionDataPoint latency,
      LongAdder frames,
      LongAdder resets,
      LongAdder parseErrors,
      CounterDataPoint dropped,
      GaugeDataPoint lastFrame,
      GaugeDataPoint connectionState) {}

  private static Gauge gauge(PrometheusRegistry registry, String name, String help) {
    return Gauge.builder().name(name).help(help).labelNames("camera_id").register(registry);
  }
}
