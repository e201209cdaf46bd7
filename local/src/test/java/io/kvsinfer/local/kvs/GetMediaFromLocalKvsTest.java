package io.kvsinfer.local.kvs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.contract.settings.GetMediaSettings;
import io.kvsinfer.contract.settings.GetMediaSettings.StartSelector;
import io.kvsinfer.contract.settings.HlsSettings;
import io.kvsinfer.contract.settings.PlaybackSettings;
import io.kvsinfer.media.decode.NativeObjects;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.media.frame.Codec;
import io.kvsinfer.testkit.Eventually;
import io.kvsinfer.testkit.TestMedia;
import io.kvsinfer.worker.source.FragmentSource;
import io.kvsinfer.worker.source.FrameSource;
import io.kvsinfer.worker.source.KvsConnectionException;
import io.kvsinfer.worker.source.getmedia.GetMediaMetrics;
import io.kvsinfer.worker.source.getmedia.GetMediaSource;
import io.kvsinfer.worker.source.getmedia.GetMediaStart;
import io.kvsinfer.worker.source.getmedia.KvsMediaConnections;
import io.kvsinfer.worker.source.hls.HlsMetrics;
import io.kvsinfer.worker.source.hls.HlsSource;
import io.kvsinfer.worker.source.hls.HlsStart;
import io.kvsinfer.worker.source.hls.KvsHlsSessions;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.kinesisvideo.KinesisVideoClient;

/** The worker's sources on the local KVS, with real media and the SDK's own clients. */
@ExtendWith(LocalKey.class)
class GetMediaFromLocalKvsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String SIGNED =
      "AWS4-HMAC-SHA256 Credential=id/20261121/us-east-1/kinesisvideo/aws4_request,"
          + " SignedHeaders=host;x-amz-date, Signature="
          + "0".repeat(64);

  private final HttpClient http = HttpClient.newHttpClient();
  private KvsServer server;
  private VideoStream stream;
  private KinesisVideoClient control;

  @BeforeEach
  void serve() throws Exception {
    KvsServer.Options options =
        KvsServer.Options.defaults()
            .withEnforceLimits(false)
            .withMediaConnectionLife(Duration.ofMillis(1500));
    server = KvsServer.start(0, options);
    stream = server.createStream("yard", 24);
    control = Clients.control(server.endpoint());
  }

  @AfterEach
  void stop() {
    server.close();
    control.close();
    http.close();
    assertThat(NativeObjects.open()).isZero();
  }

  private GetMediaSource getmedia(StartSelector selector) {
    GetMediaSettings settings =
        new GetMediaSettings(selector, null, null, null, 30, 65536, 1, 5, 100, 1);
    return new GetMediaSource(
        "yard",
        Reading.connections(control, http, "yard"),
        settings,
        new GetMediaStart.Selected(),
        new GetMediaMetrics(new PrometheusRegistry()),
        InstantSource.system(),
        new SplittableRandom(1));
  }

  private HlsSource hls(Instant from) {
    return new HlsSource(
        "yard",
        new KvsHlsSessions(control, Clients::archive, "yard", "us-east-1", 300),
        HlsSettings.of(PlaybackSettings.Preset.BALANCED),
        new HlsStart.After(null, from, Duration.ofDays(1)),
        new HlsMetrics(new PrometheusRegistry()),
        http,
        InstantSource.system(),
        new SplittableRandom(1));
  }

  private void feed(Path file, Instant startAt) {
    ClipFeed feed =
        server.feed(
            stream,
            file,
            ClipFeed.Options.once().withSpeed(Double.POSITIVE_INFINITY).withStartAt(startAt));
    try {
      Eventually.until("the clip is fed", PATIENCE, feed::ended);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Pictures by fragment until there are so many. */
  private static Map<String, List<VideoSize>> pictures(FragmentSource source, int most)
      throws Exception {
    Map<String, List<VideoSize>> seen = new TreeMap<>();
    int count = 0;
    try (FrameSource frames = new FrameSource("yard", source, Duration.ofSeconds(1))) {
      frames.start();
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (count < most && System.nanoTime() < end) {
        try (VideoFrame frame = frames.read().orElse(null)) {
          if (frame != null) {
            count++;
            seen.computeIfAbsent(
                    String.valueOf(frame.time().fragmentNumber()), n -> new ArrayList<>())
                .add(new VideoSize(frame.width(), frame.height(), frame.time().keyframe()));
          }
        }
      }
      assertThat(frames.decodeErrors()).isZero();
    }
    return seen;
  }

  private static List<VideoSize> of(Map<String, List<VideoSize>> seen, Fragment fragment) {
    return seen.getOrDefault(fragment.number(), List.of());
  }

  private record VideoSize(int width, int height, boolean keyframe) {}

  @Test
  void every_frame_of_a_real_clip_comes_once_over_connections_that_end() throws Exception {
    Path clip = TestMedia.require("video/house6.mp4");
    feed(clip, Instant.now().minusSeconds(31));
    List<Fragment> stored = stream.fragments().all();
    int frames = stored.stream().mapToInt(f -> f.samples().size()).sum();
    GetMediaSource source = getmedia(StartSelector.EARLIEST);
    Map<String, List<VideoSize>> seen = pictures(source, frames);
    assertThat(seen.keySet())
        .containsExactlyElementsOf(stored.stream().map(Fragment::number).toList());
    for (Fragment fragment : stored) {
      assertThat(seen.get(fragment.number())).hasSize(fragment.samples().size());
    }
    assertThat(source.account().frames()).isEqualTo(frames);
    assertThat(source.account().readErrors()).isZero();
  }

  enum Api {
    HLS,
    GETMEDIA
  }

  @ParameterizedTest
  @EnumSource(Api.class)
  void a_change_of_codec_and_size_in_mid_stream_loses_no_keyframe(Api api) throws Exception {
    Instant start = Instant.now().minusSeconds(60);
    boolean hls = api == Api.HLS; // which needs codec private data, as raw streams have none
    feed(TestMedia.require(hls ? "video/house6.mp4" : "frames/producer_sample.h264"), start);
    int before = stream.fragments().all().size();
    Instant end = stream.fragments().newest().orElseThrow().producerTimestamp().plusSeconds(4);
    feed(TestMedia.require(hls ? "video/kvs_sample.mp4" : "frames/producer_sample.h265"), end);
    List<Fragment> stored = stream.fragments().all();
    assertThat(stored.getFirst().track().codec()).isEqualTo(Codec.H264);
    assertThat(stored.getLast().track().codec()).isEqualTo(hls ? Codec.H264 : Codec.H265);
    int frames = stored.stream().mapToInt(f -> f.samples().size()).sum();
    FragmentSource source = hls ? hls(start.minusMillis(1)) : getmedia(StartSelector.EARLIEST);
    Map<String, List<VideoSize>> seen = pictures(source, frames);
    for (Fragment fragment : stored) {
      List<VideoSize> pictures = of(seen, fragment);
      assertThat(pictures).as("fragment " + fragment.number()).hasSize(fragment.samples().size());
      assertThat(pictures.getFirst().keyframe()).isTrue();
    }
    assertThat(of(seen, stored.get(before - 1)).getLast().height()).isEqualTo(hls ? 240 : 480);
    assertThat(of(seen, stored.get(before)).getFirst().height()).isEqualTo(hls ? 720 : 360);
  }

  /** As FFmpeg writes them, through PutMedia and GetMedia to decoded pictures. */
  @ParameterizedTest
  @CsvSource({"vp8.webm, VP8", "vp9.webm, VP9", "av1.webm, AV1"})
  void what_a_producer_puts_in_other_codecs_comes_out_decoded(String name, Codec codec)
      throws Exception {
    Path clip = TestMedia.repository().resolve("media/src/test/resources/clips").resolve(name);
    HttpRequest put =
        HttpRequest.newBuilder(server.endpoint().resolve("/putMedia"))
            .header("Authorization", SIGNED)
            .header("x-amzn-stream-name", "yard")
            .header("x-amzn-fragment-timecode-type", "RELATIVE")
            .header("x-amzn-producer-start-timestamp", "2026-11-21T12:00:00Z")
            .POST(BodyPublishers.ofFile(clip))
            .build();
    String acks = http.send(put, BodyHandlers.ofString()).body();
    assertThat(acks).contains("PERSISTED").doesNotContain("ERROR");
    List<Fragment> stored = stream.fragments().all();
    assertThat(stored).allMatch(f -> f.track().codec() == codec);
    Map<String, List<VideoSize>> seen = pictures(getmedia(StartSelector.EARLIEST), 12);
    assertThat(seen.keySet())
        .containsExactlyElementsOf(stored.stream().map(Fragment::number).toList());
    assertThat(seen.values().stream().flatMap(List::stream))
        .hasSize(12)
        .allMatch(size -> size.width() == 64 && size.height() == 48);
  }

  @Test
  void a_stream_that_is_not_there_is_told_with_what_to_do() throws Exception {
    KvsMediaConnections connections = Reading.connections(control, http, "shed");
    GetMediaSource source =
        new GetMediaSource(
            "shed",
            connections,
            GetMediaSettings.defaults(),
            new GetMediaStart.Selected(),
            new GetMediaMetrics(new PrometheusRegistry()),
            InstantSource.system(),
            new SplittableRandom(1));
    try (source) {
      assertThatThrownBy(source::next)
          .isInstanceOf(KvsConnectionException.class)
          .hasMessageContaining("stream shed was not found in region us-east-1");
    }
  }
}
