package io.kvsinfer.worker.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.worker.app.HttpEndpoint.Health;
import io.kvsinfer.worker.app.WorkerMetrics.Skip;
import io.kvsinfer.worker.app.WorkerMetrics.StreamError;
import io.kvsinfer.worker.publish.PublishMetrics;
import io.kvsinfer.worker.source.SourceEvent.GapReason;
import io.kvsinfer.worker.source.hls.HlsMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpEndpointTest {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final WorkerMetrics metrics = new WorkerMetrics(registry);
  private final AtomicReference<Health> ready =
      new AtomicReference<>(new Health(false, "waiting for yard"));
  private final HttpClient client = HttpClient.newHttpClient();
  private HttpEndpoint endpoint;

  @BeforeEach
  void start() throws IOException {
    PublishMetrics _ = new PublishMetrics(registry);
    HlsMetrics _ = new HlsMetrics(registry);
    endpoint = HttpEndpoint.start(0, registry, () -> new Health(true, "ok"), ready::get);
  }

  @AfterEach
  void stop() {
    endpoint.close();
    client.close();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port() + path));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void metrics_have_the_names_operators_use() throws Exception {
    metrics.begin("yard");
    metrics.frameProcessed("yard");
    metrics.streamError("yard", StreamError.DECODE);
    metrics.detections("yard", "fire_smoke", 2);
    metrics.inference("fire_smoke", "fire_smoke-n-320", "cpu", 0.012);
    metrics.framesSkipped("yard", Skip.OVERLOAD, 4);
    metrics.gap("yard", GapReason.NOT_KEPT, 1.5);
    metrics.qualityStep("yard", 2);
    HttpResponse<String> answer = get("/metrics");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type"))
        .get()
        .asString()
        .startsWith("text/plain");
    assertThat(answer.body())
        .contains(
            "kvs_infer_frames_processed_total{camera_id=\"yard\"} 1.0",
            "kvs_infer_stream_errors_total{camera_id=\"yard\",reason=\"decode\"} 1.0",
            "kvs_infer_detections_total{camera_id=\"yard\",type=\"fire_smoke\"} 2.0",
            "kvs_infer_inference_seconds_count{device=\"cpu\",model=\"fire_smoke-n-320\","
                + "type=\"fire_smoke\"} 1",
            "kvs_infer_frames_skipped_total{camera_id=\"yard\",reason=\"overload\"} 4.0",
            "kvs_infer_gap_seconds_total{camera_id=\"yard\",reason=\"not_kept\"} 1.5",
            "kvs_infer_quality_step{camera_id=\"yard\"} 2.0",
            "kvs_infer_open_native_objects ");
  }

  @Test
  void a_camera_that_did_nothing_yet_shows_zeros() throws Exception {
    metrics.begin("yard");
    assertThat(get("/metrics").body())
        .contains(
            "kvs_infer_frames_processed_total{camera_id=\"yard\"} 0.0",
            "kvs_infer_stream_errors_total{camera_id=\"yard\",reason=\"gave_up\"} 0.0",
            "kvs_infer_frames_skipped_total{camera_id=\"yard\",reason=\"idle\"} 0.0",
            "kvs_infer_gap_seconds_total{camera_id=\"yard\",reason=\"too_old\"} 0.0",
            "kvs_infer_paused_seconds_total{camera_id=\"yard\"} 0.0",
            "kvs_infer_quality_step{camera_id=\"yard\"} 0.0");
  }

  @Test
  void a_gap_is_never_negative() throws Exception {
    metrics.gap("yard", GapReason.MISSING, -3);
    assertThat(get("/metrics").body())
        .contains("kvs_infer_gap_seconds_total{camera_id=\"yard\",reason=\"missing\"} 0.0");
  }

  @Test
  void a_scraper_that_takes_open_metrics_gets_it() throws Exception {
    HttpRequest scrape =
        request("/metrics").header("Accept", "application/openmetrics-text; version=1.0.0").build();
    HttpResponse<String> answer = client.send(scrape, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.headers().firstValue("Content-Type"))
        .get()
        .asString()
        .startsWith("application/openmetrics-text");
    assertThat(answer.body()).endsWith("# EOF\n");
  }

  @Test
  void health_says_whether_and_why_not() throws Exception {
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
    HttpResponse<String> waiting = get("/health/ready");
    assertThat(waiting.statusCode()).isEqualTo(503);
    assertThat(waiting.body()).isEqualTo("waiting for yard\n");
    ready.set(new Health(true, "ready"));
    assertThat(get("/health/ready").statusCode()).isEqualTo(200);
  }

  @Test
  void a_head_request_is_answered_without_a_body() throws Exception {
    HttpRequest head = request("/health/live").HEAD().build();
    HttpResponse<String> answer = client.send(head, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void other_paths_are_not_found() throws Exception {
    assertThat(get("/").statusCode()).isEqualTo(404);
  }

  @Test
  void a_port_that_is_taken_is_named_with_the_way_out() {
    int taken = endpoint.port();
    assertThatThrownBy(() ->
            HttpEndpoint.start(
                taken, registry, () -> new Health(true, ""), () -> new Health(true, "")))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("port " + taken, "KVS_INFER_PORT");
  }
}
