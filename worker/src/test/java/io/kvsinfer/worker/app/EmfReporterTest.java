package io.kvsinfer.worker.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kvsinfer.worker.app.WorkerMetrics.StreamError;
import io.kvsinfer.worker.source.SourceEvent.GapReason;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmfReporterTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-21T02:48:00Z"));

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final List<String> lines = new ArrayList<>();

  @Test
  void a_counter_is_told_by_how_much_it_rose() throws Exception {
    WorkerMetrics metrics = new WorkerMetrics(registry);
    EmfReporter reporter = reporter(true);
    metrics.begin("yard");
    metrics.frameProcessed("yard");
    metrics.frameProcessed("yard");
    reporter.report();
    metrics.frameProcessed("yard");
    lines.clear();
    reporter.report();

    JsonNode line = line("\"camera_id\":\"yard\"");
    assertThat(line.get("FramesProcessed").asDouble()).isEqualTo(1);
    assertThat(line.at("/_aws/CloudWatchMetrics/0/Dimensions").toString())
        .isEqualTo("[[\"environment\"],[\"environment\",\"camera_id\"]]");
  }

  @Test
  void reasons_of_one_camera_are_one_number() throws Exception {
    WorkerMetrics metrics = new WorkerMetrics(registry);
    metrics.streamError("yard", StreamError.REFUSED);
    metrics.streamError("yard", StreamError.GAVE_UP);
    reporter(true).report();

    assertThat(line("yard").get("StreamErrors").asDouble()).isEqualTo(2);
  }

  @Test
  void a_pause_is_no_gap() throws Exception {
    WorkerMetrics metrics = new WorkerMetrics(registry);
    metrics.begin("yard");
    metrics.gap("yard", GapReason.TOO_OLD, 2.5);
    metrics.paused("yard", 3600);
    reporter(true).report();

    assertThat(line("\"camera_id\":\"yard\"").get("GapSeconds").asDouble()).isEqualTo(2.5);
  }

  @Test
  void a_histogram_is_told_as_the_bounds_its_new_observations_fell_under() throws Exception {
    Histogram histogram =
        Histogram.builder()
            .name("kvs_infer_capture_to_event_seconds")
            .help("h")
            .labelNames("camera_id")
            .classicUpperBounds(0.5, 1, 2)
            .register(registry);
    EmfReporter reporter = reporter(true);
    histogram.labelValues("yard").observe(0.3);
    reporter.report();
    histogram.labelValues("yard").observe(0.7);
    histogram.labelValues("yard").observe(99);
    lines.clear();
    reporter.report();

    assertThat(line("yard").get("CaptureToEventSeconds").toString()).isEqualTo("[1.0,2.0]");
  }

  @Test
  void gauges_are_told_as_they_are_and_events_by_their_type_too() throws Exception {
    Gauge.builder()
        .name("kvs_infer_spool_bytes")
        .help("h")
        .labelNames("camera_id")
        .register(registry)
        .labelValues("yard")
        .set(4096);
    Counter events =
        Counter.builder()
            .name("kvs_infer_events_published_total")
            .help("h")
            .labelNames("camera_id", "type")
            .register(registry);
    events.labelValues("yard", "weapon").inc();
    events.labelValues("gate", "weapon").inc(2);
    reporter(true).report();

    assertThat(line("\"camera_id\":\"yard\"").get("SpoolBytes").asDouble()).isEqualTo(4096);
    assertThat(line("\"type\":\"weapon\"").get("EventsPublished").asDouble()).isEqualTo(3);
  }

  @Test
  void without_metrics_of_each_camera_no_line_names_one() {
    WorkerMetrics metrics = new WorkerMetrics(registry);
    metrics.frameProcessed("yard");
    reporter(false).report();

    assertThat(lines).isNotEmpty().noneMatch(l -> l.contains("yard"));
  }

  @Test
  void the_variable_says_how_much_is_told() {
    assertThat(EmfReporter.eachCamera(null)).isNull();
    assertThat(EmfReporter.eachCamera("cameras")).isTrue();
    assertThat(EmfReporter.eachCamera("fleet")).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EmfReporter.eachCamera("all"))
        .withMessageContaining("KVS_INFER_EMF = all: must be cameras or fleet");
  }

  private EmfReporter reporter(boolean eachCamera) {
    return new EmfReporter(registry, "dev", eachCamera, CLOCK, lines::add);
  }

  private JsonNode line(String part) throws Exception {
    return new JsonMapper()
        .readTree(lines.stream().filter(l -> l.contains(part)).findFirst().orElseThrow());
  }
}
