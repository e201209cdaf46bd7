package io.kvsinfer.worker.app;

import io.kvsinfer.media.decode.NativeObjects;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** The process's own metrics; their names are fixed, operators use them. */
final class WorkerMetrics {
  private final Counter framesProcessed;
  private final Counter streamErrors;
  private final Counter detections;
  private final Histogram inferenceSeconds;
  private final Counter framesSkipped;
  private final Counter gapSeconds;
  private final Gauge qualityStep;

  WorkerMetrics(PrometheusRegistry registry) {
    framesProcessed =
        Counter.builder()
            .name("kvs_infer_frames_processed_total")
            .help("Frames that the detectors looked at.")
            .labelNames("camera_id")
            .register(registry);
    streamErrors =
        Counter.builder()
            .name("kvs_infer_stream_errors_total")
            .help("Failures of a camera's stream or of its frames, by reason.")
            .labelNames("camera_id", "reason")
            .register(registry);
    detections =
        Counter.builder()
            .name("kvs_infer_detections_total")
            .help("Objects seen in single frames, by detector type.")
            .labelNames("camera_id", "type")
            .register(registry);
    inferenceSeconds =
        Histogram.builder()
            .name("kvs_infer_inference_seconds")
            .help("Time of one inference, in seconds.")
            .labelNames("type", "model", "device")
            .classicUpperBounds(.005, .01, .02, .035, .05, .075, .1, .15, .25, .5, 1, 2.5)
            .classicOnly()
            .register(registry);
    framesSkipped =
        Counter.builder()
            .name("kvs_infer_frames_skipped_total")
            .help("Frames of the sampling grid that were not looked at, by reason.")
            .labelNames("camera_id", "reason")
            .register(registry);
    gapSeconds =
        Counter.builder()
            .name("kvs_infer_gap_seconds_total")
            .help("Media that was not read, in seconds of capture time, by reason.")
            .labelNames("camera_id", "reason")
            .register(registry);
    qualityStep =
        Gauge.builder()
            .name("kvs_infer_quality_step")
            .help("0 = every frame of the grid, 1 = fewer, 2 = keyframes only.")
            .labelNames("camera_id")
            .register(registry);
    GaugeWithCallback.builder()
        .name("kvs_infer_open_native_objects")
        .help("Native media objects that are open.")
        .callback(callback -> callback.call((double) NativeObjects.open()))
        .register(registry);
  }

  /** Makes the series of a camera, so that a scrape shows zeros instead of nothing. */
  void begin(String camera) {
    framesProcessed.initLabelValues(camera);
    qualityStep.labelValues(camera).set(0);
  }

  void frameProcessed(String camera) {
    framesProcessed.labelValues(camera).inc();
  }

  void streamError(String camera, String reason) {
    streamErrors.labelValues(camera, reason).inc();
  }

  void detections(String camera, String type, int count) {
    detections.labelValues(camera, type).inc(count);
  }

  void inference(String type, String model, String device, double seconds) {
    inferenceSeconds.labelValues(type, model, device).observe(seconds);
  }

  void framesSkipped(String camera, String reason, long count) {
    framesSkipped.labelValues(camera, reason).inc(count);
  }

  void gap(String camera, String reason, double seconds) {
    gapSeconds.labelValues(camera, reason).inc(Math.max(0, seconds));
  }

  void qualityStep(String camera, int step) {
    qualityStep.labelValues(camera).set(step);
  }
}
