package io.kvsinfer.worker.source.getmedia;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.settings.GetMediaSettings;
import io.kvsinfer.contract.settings.GetMediaSettings.StartSelector;
import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.testkit.Eventually;
import io.kvsinfer.worker.source.ConnectionState;
import io.kvsinfer.worker.source.FrameSourceException;
import io.kvsinfer.worker.source.GetMediaStreamException;
import io.kvsinfer.worker.source.KvsConnectionException;
import io.kvsinfer.worker.source.SourceEvent;
import io.kvsinfer.worker.source.SourceEvent.GapReason;
import io.kvsinfer.worker.source.SourceTime;
import io.kvsinfer.worker.source.getmedia.MediaServer.Fault;
import io.kvsinfer.worker.source.getmedia.MediaServer.Stored;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.kinesisvideo.KinesisVideoClient;
import software.amazon.awssdk.services.kinesisvideomedia.KinesisVideoMediaClient;

/** The source with the SDK's own client against a server that answers as KVS does. */
class GetMediaSourceTest {
  private static final Instant T0 = Instant.parse("2026-11-21T02:48:00.123Z");
  private static final StaticCredentialsProvider KEY =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret"));
  private static final GetMediaTimes TIMES =
      new GetMediaTimes(
          Duration.ofMillis(50),
          Duration.ofMillis(1),
          Duration.ofSeconds(20),
          Duration.ofMillis(100),
          Duration.ofSeconds(10),
          Duration.ofMillis(900),
          Duration.ofSeconds(5));

  private final HttpClient http = HttpClient.newHttpClient();
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private volatile Instant now = T0.plusSeconds(3);
  private MediaServer server;
  private KinesisVideoClient control;

  @BeforeEach
  void serve() throws Exception {
    server = new MediaServer();
    control =
        KinesisVideoClient.builder()
            .region(Region.US_EAST_1)
            .endpointOverride(server.address())
            .credentialsProvider(KEY)
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build();
  }

  @AfterEach
  void stop() {
    server.close();
    control.close();
    http.close();
  }

  private MediaConnections connections(Duration idle) {
    return new KvsMediaConnections(
        control,
        endpoint ->
            KinesisVideoMediaClient.builder()
                .region(Region.US_EAST_1)
                .endpointOverride(endpoint)
                .credentialsProvider(KEY)
                .httpClient(new MediaHttp(http, Duration.ofSeconds(20), idle))
                .overrideConfiguration(o -> o.retryStrategy(DefaultRetryStrategy.doNotRetry()))
                .build(),
        "yard",
        "us-east-1");
  }

  private GetMediaSource source(GetMediaSettings settings, GetMediaStart start, Duration idle) {
    return new GetMediaSource(
        "yard",
        connections(idle),
        settings,
        start,
        new GetMediaMetrics(registry),
        SourceTime.of(() -> now),
        new SplittableRandom(1),
        TIMES);
  }

  private GetMediaSource source(GetMediaSettings settings) {
    return source(settings, new GetMediaStart.Selected(), Duration.ofSeconds(20));
  }

  private static GetMediaSettings settings(
      StartSelector selector,
      @Nullable String number,
      @Nullable Instant time,
      @Nullable String token) {
    return new GetMediaSettings(selector, number, time, token, 30, 4096, 0.02, 10, 100, 1);
  }

  private static GetMediaSettings settings(StartSelector selector) {
    return settings(selector, null, null, null);
  }

  private static GetMediaSettings attempts(int most) {
    return new GetMediaSettings(
        StartSelector.EARLIEST, null, null, null, 30, 4096, 0.02, most, 100, 1);
  }

  /** Every frame of these fragments once, each followed by its end. */
  private static List<String> all(int from, int to) {
    List<String> all = new ArrayList<>();
    for (int i = from; i <= to; i++) {
      for (int f = 0; f < MediaServer.FRAMES; f++) {
        all.add((1000 + i) + "+" + 250 * f);
      }
      all.add((1000 + i) + " end");
    }
    return all;
  }

  private String exposed() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(out, registry.scrape());
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void reading_begins_with_the_newest_fragment_and_goes_on_as_frames_come() throws Exception {
    server.store(T0, 0, 1, 2);
    GetMediaSource source = source(settings(StartSelector.NOW));
    assertThat(source.state()).isEqualTo(ConnectionState.DISCONNECTED);
    try (Reading reading = new Reading(source)) {
      reading.until("1002");
      server.store(T0, 3);
      reading.until("1003");
      assertThat(reading.frames()).isEqualTo(all(2, 3));
      assertThat(reading.parts()).hasSize(8).noneMatch(SourceEvent.Part::late);
      assertThat(reading.gaps()).isEmpty();
      assertThat(source.state()).isEqualTo(ConnectionState.CONNECTED);
      assertThat(source.account().fragments()).isEqualTo(2);
      assertThat(source.account().frames()).isEqualTo(8);
      assertThat(source.account().lastReceivedAt()).isEqualTo(now);
      assertThat(server.endpoints).containsExactly("GET_MEDIA");
    }
    assertThat(source.state()).isEqualTo(ConnectionState.DISCONNECTED);
  }

  @Test
  void a_frame_carries_its_capture_and_server_time_fragment_and_offset() throws Exception {
    server.store(new Stored("1000", T0, T0.plusMillis(700), MediaServer.TRACK));
    try (Reading reading = new Reading(source(settings(StartSelector.NOW)))) {
      reading.until("1000");
      EncodedFrame first = reading.parts().getFirst().frames().getFirst();
      assertThat(first.track()).isEqualTo(MediaServer.TRACK);
      assertThat(first.time().capturedAt()).isEqualTo(T0);
      assertThat(first.time().serverAt()).isEqualTo(T0.plusMillis(700));
      assertThat(first.time().keyframe()).isTrue();
      assertThat(first.time().fragmentStart()).isTrue();
      EncodedFrame last = reading.parts().getLast().frames().getLast();
      assertThat(last.time().capturedAt()).isEqualTo(T0.plusMillis(750));
      assertThat(last.time().offsetMs()).isEqualTo(750);
      assertThat(last.time().fragmentNumber()).isEqualTo("1000");
      assertThat(last.time().fragmentStart()).isFalse();
      assertThat(last.data()).containsExactly(1, 2, 3);
    }
  }

  @Test
  void the_start_selectors_are_those_of_the_settings() throws Exception {
    server.store(T0, 0, 1, 2, 3);
    Instant second = T0.plusSeconds(1);
    List<GetMediaSettings> starts =
        List.of(
            settings(StartSelector.NOW),
            settings(StartSelector.EARLIEST),
            settings(StartSelector.FRAGMENT_NUMBER, "1001", null, null),
            settings(StartSelector.SERVER_TIMESTAMP, null, second, null),
            settings(StartSelector.PRODUCER_TIMESTAMP, null, second, null),
            settings(StartSelector.CONTINUATION_TOKEN, null, null, "1000"));
    int[] firstRead = {3, 0, 2, 1, 1, 1};
    for (int i = 0; i < starts.size(); i++) {
      PrometheusRegistry own = new PrometheusRegistry();
      GetMediaSource source =
          new GetMediaSource(
              "yard",
              connections(Duration.ofSeconds(20)),
              starts.get(i),
              new GetMediaStart.Selected(),
              new GetMediaMetrics(own),
              () -> now,
              new SplittableRandom(1));
      try (Reading reading = new Reading(source)) {
        reading.until("1003");
        assertThat(reading.frames()).isEqualTo(all(firstRead[i], 3));
        assertThat(server.selectors.getLast().path("StartSelectorType").asText())
            .isEqualTo(starts.get(i).startSelector().name());
      }
    }
  }

  @Test
  void wherever_a_connection_breaks_every_frame_comes_once() throws Exception {
    server.store(T0, 0, 1, 2);
    int length = MediaServer.bytes(new Stored("1000", T0, T0, MediaServer.TRACK)).length;
    for (long cut = 1; cut < 2L * length; cut += 61) {
      server.then(new Fault.Cut(cut), new Fault.Cut(cut + 13));
      PrometheusRegistry own = new PrometheusRegistry();
      GetMediaSource source =
          new GetMediaSource(
              "yard",
              connections(Duration.ofSeconds(20)),
              settings(StartSelector.EARLIEST),
              new GetMediaStart.Selected(),
              new GetMediaMetrics(own),
              SourceTime.of(() -> now),
              new SplittableRandom(1),
              TIMES);
      try (Reading reading = new Reading(source)) {
        reading.until("1002");
        assertThat(reading.frames()).as("cut after byte " + cut).isEqualTo(all(0, 2));
        assertThat(reading.gaps()).isEmpty();
        assertThat(source.account().reconnects()).isEqualTo(2);
        assertThat(source.account().readErrors()).isEqualTo(2);
      }
    }
  }

  @Test
  void an_answer_that_ends_between_fragments_is_no_error() throws Exception {
    server.store(T0, 0, 1, 2);
    server.then(new Fault.End(1), new Fault.End(1));
    GetMediaSource source = source(settings(StartSelector.EARLIEST));
    try (Reading reading = new Reading(source)) {
      reading.until("1002");
      assertThat(reading.frames()).isEqualTo(all(0, 2));
      assertThat(source.account().readErrors()).isZero();
      assertThat(source.account().reconnects()).isEqualTo(2);
      assertThat(server.selectors.getLast().path("StartSelectorType").asText())
          .isEqualTo("FRAGMENT_NUMBER");
      assertThat(server.selectors.getLast().path("AfterFragmentNumber").asText()).isEqualTo("1001");
    }
    assertThat(exposed()).contains("kvs_getmedia_connection_resets{camera_id=\"yard\"} 2");
  }

  @Test
  void an_answer_that_ends_before_anything_came_is_tried_again_with_delays_and_then_given_up()
      throws Exception {
    server.store(T0, 0);
    for (int i = 0; i < 3; i++) {
      server.then(new Fault.End(0));
    }
    try (Reading reading = new Reading(source(attempts(2)))) {
      assertThat(reading.failed())
          .isInstanceOf(GetMediaStreamException.class)
          .hasMessageContaining("gave up after 3 failures in a row")
          .hasMessageContaining("ended before any media came");
      assertThat(reading.source.state()).isEqualTo(ConnectionState.ERROR);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "3002, false, could not be sent any further",
    "4503, false, KMS key that is not available",
    "5000, false, a fault inside KVS",
    "4711, false, not in KVS's documents",
    "'', false, not in KVS's documents",
  })
  void an_error_inside_an_answer_is_told_and_reading_goes_on(
      String id, boolean permanent, String sentence) throws Exception {
    assertThat(MediaError.of(id, "SOME").permanent()).isEqualTo(permanent);
    server.store(T0, 0, 1);
    server.then(new Fault.Tags(1, id, "INTERNAL_ERROR"));
    GetMediaSource source = source(settings(StartSelector.EARLIEST));
    try (Reading reading = new Reading(source)) {
      reading.until("1001");
      assertThat(reading.frames()).isEqualTo(all(0, 1));
      assertThat(source.account().readErrors()).isOne();
    }
    assertThat(MediaError.of(id, "SOME").sentence()).contains(sentence).contains("SOME");
  }

  @ParameterizedTest
  @CsvSource({
    "4500, allow kms:Decrypt",
    "4501, is disabled: enable it",
    "4502, failed its validation",
    "4504, not for encrypting",
    "4505, forbids its use",
    "4506, is not found",
  })
  void an_error_that_somebody_must_repair_ends_reading_with_what_to_do(String id, String sentence)
      throws Exception {
    server.store(T0, 0);
    server.then(new Fault.Tags(0, id, "KMS"));
    try (Reading reading = new Reading(source(settings(StartSelector.EARLIEST)))) {
      FrameSourceException failure = reading.failed();
      assertThat(failure).isInstanceOf(KvsConnectionException.class);
      assertThat(failure.permanent()).isTrue();
      assertThat(failure).hasMessageStartingWith("stream yard ").hasMessageContaining(sentence);
    }
  }

  @Test
  void where_the_last_fragment_is_gone_reading_goes_on_by_time_and_the_hole_is_named()
      throws Exception {
    server.store(T0, 0, 5);
    server.then(new Fault.Tags(0, "4000", "FRAGMENT_NOT_FOUND"));
    GetMediaStart after =
        new GetMediaStart.After("1000", T0.plusMillis(750), Duration.ofMinutes(5));
    try (Reading reading =
        new Reading(source(settings(StartSelector.NOW), after, Duration.ofSeconds(20)))) {
      reading.until("1005");
      assertThat(reading.frames()).isEqualTo(all(5, 5));
      assertThat(server.selectors.getFirst().path("AfterFragmentNumber").asText())
          .isEqualTo("1000");
      assertThat(server.selectors.getLast().path("StartSelectorType").asText())
          .isEqualTo("PRODUCER_TIMESTAMP");
      assertThat(reading.gaps())
          .singleElement()
          .satisfies(gap -> {
            assertThat(gap.reason()).isEqualTo(GapReason.NOT_KEPT);
            assertThat(gap.from()).isEqualTo(T0.plusMillis(750));
            assertThat(gap.to()).isEqualTo(T0.plusSeconds(5));
          });
    }
  }

  @Test
  void what_was_not_watched_for_longer_than_is_caught_up_is_a_gap() throws Exception {
    server.store(T0, 0, 1, 2, 3);
    now = T0.plusMillis(3500);
    GetMediaStart after =
        new GetMediaStart.After("0999", T0.minus(Duration.ofMinutes(1)), Duration.ofSeconds(2));
    try (Reading reading =
        new Reading(source(settings(StartSelector.NOW), after, Duration.ofSeconds(20)))) {
      reading.until("1003");
      assertThat(reading.frames()).isEqualTo(all(2, 3));
      assertThat(reading.gaps())
          .singleElement()
          .satisfies(gap -> assertThat(gap.reason()).isEqualTo(GapReason.TOO_OLD));
      assertThat(reading.source.gaps().gaps()).isOne();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400, ConnectionLimitExceededException, 'three: end another reader'",
    "400, ClientLimitExceededException, fewer readers",
    "400, InvalidEndpointException, is asked for again",
    "500, InternalFailure, answered 500",
  })
  void a_passing_refusal_backs_off_and_says_why(int status, String code, String why)
      throws Exception {
    server.store(T0, 0);
    server.then(new Fault.Refuse(status, code));
    GetMediaSource source = source(settings(StartSelector.EARLIEST));
    try (Reading reading = new Reading(source)) {
      reading.until("1000");
      assertThat(source.account().readErrors()).isOne();
      assertThat(server.endpoints).as("asked for again").hasSize(2);
    }
    for (int i = 0; i < 2; i++) {
      server.then(new Fault.Refuse(status, code));
    }
    GetMediaSource impatient =
        new GetMediaSource(
            "yard",
            connections(Duration.ofSeconds(20)),
            attempts(1),
            new GetMediaStart.Selected(),
            new GetMediaMetrics(new PrometheusRegistry()),
            SourceTime.of(() -> now),
            new SplittableRandom(1),
            TIMES);
    try (Reading reading = new Reading(impatient)) {
      assertThat(reading.failed())
          .isInstanceOf(KvsConnectionException.class)
          .hasMessageContaining("gave up after 2 failures in a row")
          .hasMessageContaining(why);
    }
  }

  @Test
  void access_denied_ends_reading_at_once_with_what_to_do() throws Exception {
    server.then(new Fault.Refuse(401, "NotAuthorizedException"));
    try (Reading reading = new Reading(source(settings(StartSelector.NOW)))) {
      FrameSourceException failure = reading.failed();
      assertThat(failure.permanent()).isTrue();
      assertThat(failure).hasMessageContaining("allow kinesisvideo:GetMedia on it");
      assertThat(server.selectors).hasSize(1);
    }
  }

  @Test
  void broken_bytes_are_read_again_and_only_then_passed_over() throws Exception {
    server.store(T0, 0, 1, 2);
    server.then(new Fault.Garbage(1, "garbage"));
    GetMediaSource source = source(settings(StartSelector.EARLIEST));
    try (Reading reading = new Reading(source)) {
      reading.until("1002");
      assertThat(reading.frames()).isEqualTo(all(0, 2));
      assertThat(reading.gaps()).isEmpty();
      assertThat(source.account().reconnects()).isOne();
    }
    assertThat(exposed()).contains("kvs_getmedia_parse_errors{camera_id=\"yard\"} 1");
  }

  @Test
  void bytes_that_stay_broken_are_passed_over_and_nothing_else() throws Exception {
    server.store(T0, 0, 1, 2);
    String garbage = "\u0000garbage";
    server.then(
        new Fault.Garbage(1, garbage),
        new Fault.Garbage(0, garbage),
        new Fault.Garbage(0, garbage));
    GetMediaSource source = source(settings(StartSelector.EARLIEST));
    try (Reading reading = new Reading(source)) {
      reading.until("1002");
      assertThat(reading.frames()).isEqualTo(all(0, 2));
      assertThat(source.account().reconnects()).isEqualTo(2);
    }
  }

  @Test
  void a_fragment_that_stays_broken_is_a_gap_with_its_number() throws Exception {
    server.store(T0, 0, 1, 2);
    server.breakFragment("1001");
    GetMediaSource source = source(settings(StartSelector.EARLIEST));
    try (Reading reading = new Reading(source)) {
      reading.until("1002");
      assertThat(reading.frames()).startsWith("1000+0").contains("1001+0").containsAll(all(2, 2));
      assertThat(reading.frames()).doesNotContain("1001 end").doesNotHaveDuplicates();
      assertThat(reading.gaps())
          .singleElement()
          .satisfies(gap -> {
            assertThat(gap.reason()).isEqualTo(GapReason.UNREADABLE);
            assertThat(gap.detail()).contains("fragment 1001 broke off");
            assertThat(gap.to()).isEqualTo(T0.plusSeconds(2));
          });
    }
  }

  @Test
  void now_passes_over_media_that_is_too_old_and_names_it() throws Exception {
    server.store(T0, 0);
    now = T0.plusSeconds(40);
    try (Reading reading = new Reading(source(settings(StartSelector.NOW)))) {
      Eventually.until("a gap", Duration.ofSeconds(30), () -> !reading.gaps().isEmpty());
      server.store(T0, 39);
      reading.until("1039");
      assertThat(reading.frames()).isEqualTo(all(39, 39));
      assertThat(reading.gaps().getFirst().reason()).isEqualTo(GapReason.TOO_OLD);
      assertThat(reading.gaps().getFirst().detail()).contains("max_fragment_age_seconds");
      assertThat(reading.gaps().getFirst().fragments()).isOne();
    }
  }

  @Test
  void another_start_reads_old_media_and_calls_it_late() throws Exception {
    server.store(T0, 0);
    now = T0.plusSeconds(40);
    try (Reading reading = new Reading(source(settings(StartSelector.EARLIEST)))) {
      reading.until("1000");
      assertThat(reading.parts()).allMatch(SourceEvent.Part::late);
      assertThat(reading.gaps()).isEmpty();
    }
  }

  @Test
  void a_fragment_that_comes_again_is_passed_over() throws Exception {
    server.store(T0, 0, 0, 1, 0, 2);
    try (Reading reading = new Reading(source(settings(StartSelector.EARLIEST)))) {
      reading.until("1002");
      assertThat(reading.frames()).isEqualTo(all(0, 2));
    }
  }

  @Test
  void media_that_kvs_does_not_send_is_a_gap() throws Exception {
    server.store(T0, 0, 1, 4);
    try (Reading reading = new Reading(source(settings(StartSelector.EARLIEST)))) {
      reading.until("1004");
      assertThat(reading.gaps())
          .singleElement()
          .satisfies(gap -> {
            assertThat(gap.reason()).isEqualTo(GapReason.MISSING);
            assertThat(gap.from()).isEqualTo(T0.plusSeconds(2));
            assertThat(gap.to()).isEqualTo(T0.plusSeconds(4));
          });
    }
  }

  @Test
  void a_producer_that_is_silent_is_a_state_and_no_error() throws Exception {
    server.store(T0, 0);
    GetMediaSource source =
        source(
            settings(StartSelector.EARLIEST), new GetMediaStart.Selected(), Duration.ofMillis(200));
    try (Reading reading = new Reading(source)) {
      reading.until("1000");
      Eventually.until("silence", Duration.ofSeconds(30), source::stalled);
      Eventually.until(
          "a look whether the connection lives",
          Duration.ofSeconds(30),
          () -> source.account().reconnects() > 1);
      assertThat(source.state()).isEqualTo(ConnectionState.CONNECTED);
      assertThat(source.account().readErrors()).isZero();
      server.store(T0, 1);
      reading.until("1001");
      assertThat(reading.frames()).isEqualTo(all(0, 1));
    }
  }

  @Test
  void closing_ends_a_read_that_waits() throws Exception {
    server.store(T0, 0);
    Reading reading = new Reading(source(settings(StartSelector.EARLIEST)));
    reading.until("1000");
    reading.close();
    assertThat(reading.ended()).isTrue();
    assertThat(reading.source.next()).isEqualTo(new SourceEvent.End());
    reading.source.close();
  }

  @Test
  void metrics_have_the_names_and_types_that_operators_use() throws Exception {
    server.store(T0, 2);
    try (Reading reading = new Reading(source(settings(StartSelector.NOW)))) {
      reading.until("1002");
    }
    assertThat(exposed())
        .contains("# TYPE kvs_getmedia_frames_read untyped")
        .contains("kvs_getmedia_frames_read{camera_id=\"yard\"} 4")
        .contains("# TYPE kvs_getmedia_connection_resets untyped")
        .contains("kvs_getmedia_connection_resets{camera_id=\"yard\"} 0")
        .contains("kvs_getmedia_parse_errors{camera_id=\"yard\"} 0")
        .contains("# TYPE kvs_getmedia_latency_ms gauge")
        .contains("kvs_getmedia_latency_ms{camera_id=\"yard\"} 250")
        .contains("# TYPE kvs_getmedia_latency_seconds histogram")
        .contains("kvs_getmedia_latency_seconds_count{camera_id=\"yard\"} 4")
        .contains("kvs_getmedia_frames_dropped_total{camera_id=\"yard\"} 0")
        .contains("kvs_getmedia_connection_state{camera_id=\"yard\"} 0")
        .contains("kvs_getmedia_last_frame_timestamp{camera_id=\"yard\"} 1.");
  }
}
