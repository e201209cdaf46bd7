package io.kvsinfer.worker.source.hls;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** The {@code kvs_hls_*} metrics of a process; one object serves all its cameras. Thread-safe. */
public final class HlsMetrics {
  private final Counter reconnects;
  private final Counter frames;
  private final Counter urlRefreshes;
  private final Counter readErrors;
  private final Gauge lastFrame;
  private final Gauge connectionState;

  public HlsMetrics(PrometheusRegistry registry) {
    reconnects =
        counter(registry, "kvs_hls_reconnects_total", "Sessions opened again after a failure");
    frames = counter(registry, "kvs_hls_frames_total", "Frames read from HLS fragments");
    urlRefreshes =
        counter(registry, "kvs_hls_url_refreshes_total", "Session URLs renewed without a break");
    readErrors =
        counter(registry, "kvs_hls_read_errors_total", "Requests or fragments that failed");
    lastFrame =
        gauge(
            registry,
            "kvs_hls_last_frame_timestamp",
            "Wall time the newest frame was received, seconds since 1970");
    connectionState =
        gauge(
            registry,
            "kvs_hls_connection_state",
            "0 disconnected, 1 connecting, 2 connected, 3 reconnecting, 4 error");
  }

  /** The metrics of one camera. */
  Camera camera(String cameraId) {
    return new Camera(
        reconnects.labelValues(cameraId),
        frames.labelValues(cameraId),
        urlRefreshes.labelValues(cameraId),
        readErrors.labelValues(cameraId),
        lastFrame.labelValues(cameraId),
        connectionState.labelValues(cameraId));
  }

  record Camera(
      CounterDataPoint reconnects,
      CounterDataPoint frames,
      CounterDataPoint urlRefreshes,
      CounterDataPoint readErrors,
      GaugeDataPoint lastFrame,
      GaugeDataPoint connectionState) {}

  private static Counter counter(PrometheusRegistry registry, String name, String help) {
    return Counter.builder().name(name).help(help).labelNames("camera_id").register(registry);
  }

  private static Gauge gauge(PrometheusRegistry registry, String name, String help) {
    return Gauge.builder().name(name).help(help).labelNames("camera_id").register(registry);
  }
}
