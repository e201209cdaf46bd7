package io.kvsinfer.worker.app;

import io.kvsinfer.media.decode.NativeObjects;
import io.kvsinfer.worker.source.SourceEvent.GapReason;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;

/** The process's own metrics; their names are fixed, operators use them. */
final class WorkerMetrics {
  /** Why a camera's stream or frames failed. */
  enum StreamError {
    /** The source gave up after its allowed errors and is tried again. */
    GAVE_UP,
    /** Asking again cannot help: the stream is not there, or access is denied. */
    REFUSED,
    /** The camera's lease could not be taken or kept. */
    LEASE,
    /** A frame could not be decoded. */
    DECODE,
    /** A detector failed on a frame. */
    DETECTOR,
    /** A fault of the worker. */
    INTERNAL
  }

  /** Why frames of the sampling grid were not looked at. */
  enum Skip {
    /** The machine is too slow. */
    OVERLOAD,
    /** Nothing moves in the camera's picture. */
    IDLE
  }

  private final Counter framesProcessed;
  private final Counter streamErrors;
  private final Counter detections;
  private final Histogram inferenceSeconds;
  private final Counter framesSkipped;
  private final Counter gapSeconds;
  private final Counter pausedSeconds;
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
    pausedSeconds =
        Counter.builder()
            .name("kvs_infer_paused_seconds_total")
            .help("Media of pauses, left out on purpose, in seconds of capture time.")
            .labelNames("camera_id")
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

  /**
   * Makes the series of a camera, so that a scrape shows zeros instead of nothing, and a rate knows
   * what the first failure rose from.
   */
  void begin(String camera) {
    framesProcessed.initLabelValues(camera);
    for (StreamError reason : StreamError.values()) {
      streamErrors.initLabelValues(camera, label(reason));
    }
    for (Skip reason : Skip.values()) {
      framesSkipped.initLabelValues(camera, label(reason));
    }
    for (GapReason reason : GapReason.values()) {
      gapSeconds.initLabelValues(camera, label(reason));
    }
    pausedSeconds.initLabelValues(camera);
    qualityStep.labelValues(camera).set(0);
  }

  void frameProcessed(String camera) {
    framesProcessed.labelValues(camera).inc();
  }

  void streamError(String camera, StreamError reason) {
    streamErrors.labelValues(camera, label(reason)).inc();
  }

  void detections(String camera, String type, int count) {
    detections.labelValues(camera, type).inc(count);
  }

  void inference(String type, String model, String device, double seconds) {
    inferenceSeconds.labelValues(type, model, device).observe(seconds);
  }

  void framesSkipped(String camera, Skip reason, long count) {
    framesSkipped.labelValues(camera, label(reason)).inc(count);
  }

  void gap(String camera, GapReason reason, double seconds) {
    gapSeconds.labelValues(camera, label(reason)).inc(Math.max(0, seconds));
  }

  /** Media of a camera that was paused meanwhile, and is left out on purpose: no gap. */
  void paused(String camera, double seconds) {
    pausedSeconds.labelValues(camera).inc(Math.max(0, seconds));
  }

  void qualityStep(String camera, int step) {
    qualityStep.labelValues(camera).set(step);
  }

  private static String label(Enum<?> reason) {
    return reason.name().toLowerCase(Locale.ROOT);
  }
}
