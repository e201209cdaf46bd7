package io.kvsinfer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvsinfer.contract.settings.GetMediaSettings.StartSelector;
import io.kvsinfer.media.decode.H264Encoder;
import io.kvsinfer.media.decode.Mp4FileWriter;
import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.testkit.TestMedia;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReadCommandTest {
  private final CommandRun run = new CommandRun(Map.of());
  private final ObjectMapper mapper = new ObjectMapper();

  @TempDir Path dir;

  /** Two seconds at ten frames a second. */
  private String clip() throws Exception {
    Path file = dir.resolve("clip.mp4");
    try (H264Encoder encoder = H264Encoder.open(160, 120, 10, 100_000, 10)) {
      List<Sample> samples = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        samples.addAll(encoder.encodeBgr(new byte[160 * 120 * 3], i * 100_000L));
      }
      samples.addAll(encoder.finish());
      try (Mp4FileWriter writer = Mp4FileWriter.create(file, encoder.track())) {
        for (Sample sample : samples) {
          writer.add(sample);
        }
      }
    }
    return file.toString();
  }

  private List<JsonNode> lines() throws Exception {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : run.out().lines().toList()) {
      lines.add(mapper.readTree(line));
    }
    return lines;
  }

  @Test
  void json_has_a_line_per_frame_and_a_summary() throws Exception {
    assertThat(run.of("read", clip(), "--json", "--start", "2026-11-21T02:48:00Z")).isZero();
    List<JsonNode> lines = lines();
    assertThat(lines).hasSize(21);
    assertThat(lines.get(13))
        .isEqualTo(
            mapper.readTree(
                """
                {"frame": 13, "captured_at": "2026-11-21T02:48:01.300Z", "offset_ms": 300,
                 "width": 160, "height": 120, "keyframe": false}
                """));
    assertThat(lines.getLast())
        .isEqualTo(
            mapper.readTree(
                """
                {"frames": 20, "fragments": 2, "gaps": 0, "errors": 0, "reconnects": 0,
                 "codec": "h264"}
                """));
    assertThat(run.err()).isEmpty();
  }

  @Test
  void without_json_a_sentence_says_what_came() throws Exception {
    assertThat(run.of("read", clip(), "--no-display")).isZero();
    assertThat(run.out().strip())
        .isEqualTo("20 frames of h264 in 2 fragments, 0 gaps, 0 errors, 0 reconnects");
    assertThat(run.err()).isEmpty();
    // without a display the window is left out, and nothing else changes
    assertThat(run.of("read", clip())).isZero();
    assertThat(run.out()).contains("20 frames of h264");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void target_fps_keeps_the_first_frame_of_each_slot_and_its_number() throws Exception {
    assertThat(run.of("read", clip(), "--json", "--target-fps", "2")).isZero();
    assertThat(lines().stream().filter(l -> l.has("frame")).map(l -> l.get("frame").asInt()))
        .containsExactly(0, 5, 10, 15);
  }

  @Test
  void max_frames_ends_early_with_a_summary() throws Exception {
    assertThat(run.of("read", clip(), "--json", "--max-frames", "7")).isZero();
    assertThat(lines()).hasSize(8);
    assertThat(lines().getLast().get("frames").asInt()).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "read",
        "read kvs:yard --stream-name yard",
        "read kvs:",
        "read a.mp4 --mode GETMEDIA",
        "read kvs:yard --mode GETMEDIA --start yesterday",
        "read kvs:yard --mode GETMEDIA --start server:noon",
        "read kvs:yard --mode GETMEDIA --start fragment:x",
        "read kvs:yard --mode GETMEDIA --start token:",
        "read kvs:yard --mode GETMEDIA --start 2026-11-21T02:48:00Z/2026-11-21T02:49:00Z",
        "read kvs:yard --start yesterday",
        "read kvs:yard --start 2026-11-21T02:48:00Z/2026-11-21T02:48:00Z",
        "read a.mp4 --max-frames 0",
        "read a.mp4 --target-fps -1",
        "read a.mp4 --camera-id ../x",
        "read http://[/a.m3u8",
      })
  void wrong_use_is_told_with_code_2(String line) {
    assertThat(run.of(line.split(" "))).isEqualTo(2);
    assertThat(run.err()).startsWith("kvs-infer: ").contains("Try 'kvs-infer read --help'");
  }

  @ParameterizedTest
  @CsvSource({
    "NOW, NOW",
    "earliest, EARLIEST",
    "2026-11-21T02:48:00Z, PRODUCER_TIMESTAMP",
    "server:2026-11-21T02:48:00Z, SERVER_TIMESTAMP",
    "fragment:91343852333181432392682062607743920146159169392, FRAGMENT_NUMBER",
    "token:91343852333181432392682062607743920146159169392, CONTINUATION_TOKEN",
  })
  void every_start_selector_of_getmedia_can_be_asked_for(String start, StartSelector selector) {
    GetMediaRead read = GetMediaRead.of(new ReadTarget.Stream("yard"), start);
    assertThat(read.settings().startSelector()).isEqualTo(selector);
    assertThat(read.settings().timestamp() != null).isEqualTo(start.contains("2026"));
    assertThat(read.settings().fragmentNumber() != null).isEqualTo(start.startsWith("fragment"));
    assertThat(read.settings().continuationToken() != null).isEqualTo(start.startsWith("token"));
  }

  @Test
  void an_arn_of_another_region_is_refused_by_getmedia_too() {
    String arn = "arn:aws:kinesisvideo:eu-west-1:123456789012:stream/yard/1234567890123";
    assertThat(run.of("read", "--stream-name", arn, "--region", "us-east-1", "--mode", "getmedia"))
        .isEqualTo(1);
    assertThat(run.err()).contains("another region than us-east-1");
  }

  @Test
  void a_source_that_cannot_be_read_fails_in_one_line_after_its_summary() throws Exception {
    String absent = dir.resolve("absent.mp4").toString();
    assertThat(run.of("read", absent, "--json")).isEqualTo(1);
    assertThat(run.err()).startsWith("kvs-infer: cannot read " + absent).hasLineCount(1);
    assertThat(lines()).singleElement().satisfies(l -> assertThat(l.get("errors").asInt()).isOne());
  }

  @Test
  void an_arn_of_another_region_is_refused() {
    String arn = "arn:aws:kinesisvideo:eu-west-1:123456789012:stream/yard/1234567890123";
    assertThat(run.of("read", "--stream-name", arn, "--region", "us-east-1")).isEqualTo(1);
    assertThat(run.err()).contains("another region than us-east-1");
  }

  @Test
  void metrics_are_served_on_their_port() throws Exception {
    PrometheusRegistry registry = new PrometheusRegistry();
    Counter.builder().name("looks_total").help("looks").register(registry).inc();
    try (MetricsPort port = MetricsPort.open(0, registry);
        HttpClient client = HttpClient.newHttpClient()) {
      String text =
          client
              .send(
                  HttpRequest.newBuilder(URI.create("http://localhost:" + port.port() + "/metrics"))
                      .build(),
                  BodyHandlers.ofString())
              .body();
      assertThat(text).contains("looks_total 1.0");
    }
    try (ServerSocket taken = new ServerSocket(0)) {
      assertThat(run.of("read", clip(), "--metrics-port", "" + taken.getLocalPort())).isEqualTo(1);
      assertThat(run.err()).contains("cannot serve metrics on port " + taken.getLocalPort());
    }
    assertThat(run.of("read", clip(), "--metrics-port", "0", "--json")).isZero();
    assertThat(run.err()).contains("Metrics at http://localhost:");
  }

  @ParameterizedTest
  @CsvSource({
    "kvs:front-door, front-door",
    "kvs:arn:aws:kinesisvideo:eu-west-1:1:stream/yard/123, yard",
    "https://h.example/v.m3u8?t=1, h-example",
    "rtsp://10.0.0.1/x, camera",
    "/a/-b c.mp4, b-c-mp4",
  })
  void a_camera_id_follows_from_the_source(String source, String id) {
    assertThat(ReadTarget.of(source).cameraId()).isEqualTo(id);
    assertThat(ReadTarget.of(source).toString()).doesNotContain("t=1");
  }

  // frames as ffprobe counts them
  @ParameterizedTest
  @CsvSource({
    "video/car-detection.mp4, 377, 7, 0, h264",
    "frames/producer_sample.h264, 403, 9, 0, h264",
    "frames/producer_sample.h265, 403, 9, 0, h265",
    "getmedia/output_get_media.mkv, 300, 5, 0, h264",
    "getmedia/non_increasing_timecode.mkv, 358, 12, 1, h264",
  })
  void real_files_are_read_whole(String name, int frames, int fragments, int errors, String codec)
      throws Exception {
    Path file = TestMedia.require(name);
    assertThat(run.of("read", file.toString(), "--json")).isZero();
    List<JsonNode> lines = lines();
    assertThat(lines).hasSize(frames + 1);
    JsonNode summary = lines.getLast();
    assertThat(summary.get("frames").asInt()).isEqualTo(frames);
    assertThat(summary.get("fragments").asInt()).isEqualTo(fragments);
    assertThat(summary.get("errors").asInt()).isEqualTo(errors);
    assertThat(summary.get("codec").asText()).isEqualTo(codec);
    if (name.startsWith("getmedia")) {
      assertThat(lines.subList(0, frames)).allMatch(l -> l.has("fragment_number"));
      assertThat(lines.subList(0, frames)).allMatch(l -> l.has("server_at"));
    }
    if (errors > 0) {
      assertThat(run.err()).contains("ends in the middle of an element, at byte 1916047");
    }
  }
}
