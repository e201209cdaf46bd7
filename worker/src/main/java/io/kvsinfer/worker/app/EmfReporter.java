package io.kvsinfer.worker.app;

import io.kvsinfer.contract.metric.EmfLine;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBucket;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot.UnknownDataPointSnapshot;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells CloudWatch once a minute what Prometheus may ask for any time: counters by how much they
 * rose, gauges as they are, histograms as the values of their buckets. Lines go to standard output,
 * where the log of the task picks them up. Not thread-safe.
 */
final class EmfReporter {
  private static final String ENVIRONMENT = "environment";
  private static final String CAMERA = "camera_id";
  private static final String TYPE = "type";
  private static final String NO_CAMERA = "";

  /** A metric under its name in Prometheus, without {@code _total}, and in CloudWatch. */
  record Name(String prometheus, String cloudWatch, String unit) {}

  /** What CloudWatch is told; docs/metrics.md has the same list. */
  static final List<Name> NAMES =
      List.of(
          new Name("kvs_infer_frames_processed", "FramesProcessed", "Count"),
          new Name("kvs_infer_frames_skipped", "FramesSkipped", "Count"),
          new Name("kvs_infer_detections", "Detections", "Count"),
          new Name("kvs_infer_events_published", "EventsPublished", "Count"),
          new Name("kvs_infer_stream_errors", "StreamErrors", "Count"),
          new Name("kvs_infer_gap_seconds", "GapSeconds", "Seconds"),
          new Name("kvs_infer_spool_bytes", "SpoolBytes", "Bytes"),
          new Name("kvs_infer_spool_dropped", "SpoolDropped", "Count"),
          new Name("kvs_infer_publish_failures", "PublishFailures", "Count"),
          new Name("kvs_infer_quality_step", "QualityStep", "None"),
          new Name("kvs_infer_capture_to_event_seconds", "CaptureToEventSeconds", "Seconds"),
          new Name("kvs_infer_inference_seconds", "InferenceSeconds", "Seconds"),
          new Name("kvs_infer_gpu_percent", "GpuPercent", "Percent"),
          new Name("kvs_infer_gpu_memory_percent", "GpuMemoryPercent", "Percent"),
          new Name("kvs_hls_frames", "FramesRead", "Count"),
          new Name("kvs_hls_reconnects", "Reconnects", "Count"),
          new Name("kvs_hls_read_errors", "ReadErrors", "Count"),
          new Name("kvs_getmedia_frames_read", "FramesRead", "Count"),
          new Name("kvs_getmedia_connection_resets", "Reconnects", "Count"),
          new Name("kvs_getmedia_parse_errors", "ReadErrors", "Count"));

  private final PrometheusRegistry registry;
  private final String environment;
  private final boolean eachCamera;
  private final InstantSource clock;
  private final Consumer<String> out;
  private final Map<String, Double> before = new HashMap<>();

  /**
   * @param eachCamera whether metrics are also counted for each camera, not for the fleet alone
   * @param out takes a line
   */
  EmfReporter(
      PrometheusRegistry registry,
      String environment,
      boolean eachCamera,
      InstantSource clock,
      Consumer<String> out) {
    this.registry = registry;
    this.environment = environment;
    this.eachCamera = eachCamera;
    this.clock = clock;
    this.out = out;
  }

  /** Tells what happened since the last time. */
  void report() {
    Map<String, EmfLine> cameras = new TreeMap<>();
    Map<String, Double> byType = new TreeMap<>();
    Map<String, MetricSnapshot> scraped = new HashMap<>();
    registry.scrape().forEach(s -> scraped.put(s.getMetadata().getName(), s));
    Map<String, Map<Name, List<Double>>> measured = new TreeMap<>();
    for (Name name : NAMES) {
      MetricSnapshot snapshot = scraped.get(name.prometheus());
      if (snapshot == null) {
        continue;
      }
      for (DataPointSnapshot point : snapshot.getDataPoints()) {
        List<Double> values = values(name, point);
        String camera = point.getLabels().get(CAMERA);
        merge(
            measured
                .computeIfAbsent(camera == null ? NO_CAMERA : camera, key -> new HashMap<>())
                .computeIfAbsent(
                    new Name("", name.cloudWatch(), name.unit()), key -> new ArrayList<>()),
            values,
            point);
        String type = point.getLabels().get(TYPE);
        if (name.cloudWatch().equals("EventsPublished") && type != null) {
          values.forEach(v -> byType.merge(type, v, Double::sum));
        }
      }
    }
    measured.forEach((camera, metrics) ->
        metrics.forEach((name, values) ->
            cameras
                .computeIfAbsent(camera, this::line)
                .put(name.cloudWatch(), name.unit(), values)));
    byType.forEach((type, count) ->
        cameras.put(
            // No camera has this name.
            "/" + type,
            new EmfLine(
                    clock.instant(),
                    Map.of(ENVIRONMENT, environment, TYPE, type),
                    List.of(List.of(ENVIRONMENT, TYPE)))
                .put("EventsPublished", "Count", count)));
    cameras.values().stream().filter(line -> !line.isEmpty()).map(EmfLine::write).forEach(out);
  }

  /** Counters of one camera with several reasons are one number; the rest stay apart. */
  private static void merge(List<Double> into, List<Double> values, DataPointSnapshot point) {
    boolean counted =
        point instanceof CounterDataPointSnapshot || point instanceof UnknownDataPointSnapshot;
    if (counted && into.size() == 1 && values.size() == 1) {
      into.set(0, into.getFirst() + values.getFirst());
    } else {
      into.addAll(values);
    }
  }

  private List<Double> values(Name name, DataPointSnapshot point) {
    String key = name.prometheus() + point.getLabels();
    return switch (point) {
      case CounterDataPointSnapshot counter -> List.of(rise(key, counter.getValue()));
      case UnknownDataPointSnapshot unknown -> List.of(rise(key, unknown.getValue()));
      case GaugeDataPointSnapshot gauge -> List.of(gauge.getValue());
      case HistogramDataPointSnapshot histogram when histogram.hasClassicHistogramData() ->
          buckets(key, histogram);
      default -> List.of();
    };
  }

  private double rise(String key, double now) {
    Double last = before.put(key, now);
    return last == null ? now : Math.max(0, now - last);
  }

  /** Each new observation as the upper bound of its bucket; those beyond all, as the last bound. */
  private List<Double> buckets(String key, HistogramDataPointSnapshot histogram) {
    List<Double> values = new ArrayList<>();
    double bound = 0;
    for (ClassicHistogramBucket bucket : histogram.getClassicBuckets()) {
      bound = Double.isInfinite(bucket.getUpperBound()) ? bound : bucket.getUpperBound();
      long fresh = (long) rise(key + "/" + bucket.getUpperBound(), (double) bucket.getCount());
      for (long i = 0; i < fresh; i++) {
        values.add(bound);
      }
    }
    return values;
  }

  private EmfLine line(String camera) {
    Map<String, String> dimensions = new TreeMap<>();
    dimensions.put(ENVIRONMENT, environment);
    List<List<String>> sets = new ArrayList<>();
    sets.add(List.of(ENVIRONMENT));
    if (!camera.equals(NO_CAMERA) && eachCamera) {
      dimensions.put(CAMERA, camera);
      sets.add(List.of(ENVIRONMENT, CAMERA));
    }
    return new EmfLine(clock.instant(), dimensions, sets);
  }

  /**
   * What {@code KVS_INFER_EMF} says.
   *
   * @return whether each camera is told of; null when nothing is
   * @throws IllegalArgumentException where it is neither {@code cameras} nor {@code fleet}
   */
  static @Nullable Boolean eachCamera(@Nullable String variable) {
    if (variable == null) {
      return null;
    }
    return switch (variable) {
      case "cameras" -> Boolean.TRUE;
      case "fleet" -> Boolean.FALSE;
      default ->
          throw new IllegalArgumentException(
              "KVS_INFER_EMF = " + variable + ": must be cameras or fleet, or not set");
    };
  }
}
