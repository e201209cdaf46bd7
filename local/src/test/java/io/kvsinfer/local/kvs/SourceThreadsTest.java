package io.kvsinfer.local.kvs;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.settings.GetMediaSettings;
import io.kvsinfer.contract.settings.GetMediaSettings.StartSelector;
import io.kvsinfer.contract.settings.HlsSettings;
import io.kvsinfer.contract.settings.PlaybackSettings;
import io.kvsinfer.contract.settings.PlaybackSettings.Mode;
import io.kvsinfer.media.decode.H264Encoder;
import io.kvsinfer.media.decode.MediaException;
import io.kvsinfer.media.decode.NativeObjects;
import io.kvsinfer.media.decode.Sample;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.testkit.Eventually;
import io.kvsinfer.worker.source.FragmentSource;
import io.kvsinfer.worker.source.FrameSource;
import io.kvsinfer.worker.source.SourceAccount;
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
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.kinesisvideo.KinesisVideoClient;

/** One thread reads a camera's frames from the local KVS, others ask and close as they like. */
class SourceThreadsTest {
  private static final int FRAGMENTS = 12;
  private static final int FRAMES = 10;
  private static final int THREADS = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final GetMediaMetrics getmediaMetrics = new GetMediaMetrics(registry);
  private final HlsMetrics hlsMetrics = new HlsMetrics(registry);
  private final List<Instant> seen = Collections.synchronizedList(new ArrayList<>());

  /** Threads that hang fail the test, and do not keep it. */
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());

  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void end() {
    threads.shutdownNow();
    http.shutdownNow();
  }

  @BeforeAll
  static void key() {
    System.setProperty("aws.accessKeyId", "local");
    System.setProperty("aws.secretAccessKey", "local");
  }

  @AfterAll
  static void noKey() {
    System.clearProperty("aws.accessKeyId");
    System.clearProperty("aws.secretAccessKey");
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void others_ask_while_one_reads_and_several_close_a_read_that_waits(Mode mode) throws Exception {
    Instant start = Instant.now().minusSeconds(FRAGMENTS + 1);
    try (KvsServer server = KvsServer.start(0);
        KinesisVideoClient control = Clients.control(server.endpoint())) {
      feed(server.createStream("yard", 24), start);
      // A read that nobody ends waits longer than this test.
      FrameSource source =
          new FrameSource(
              "yard",
              mode == Mode.HLS ? hls(control, start) : getmedia(control),
              Duration.ofHours(1));
      source.start();
      List<Future<?>> asking = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        asking.add(threads.submit(() -> askUntilEnded(source)));
      }
      Thread reader = Thread.ofPlatform().daemon().name("reader").start(() -> readAll(source));
      Eventually.until(
          "all frames are read and the reader waits for more",
          PATIENCE,
          () ->
              seen.size() == FRAGMENTS * FRAMES && reader.getState() == Thread.State.TIMED_WAITING);

      List<Future<?>> closing = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        closing.add(
            threads.submit(() -> {
              source.close();
              source.close();
            }));
      }
      for (Future<?> one : closing) {
        one.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
      for (Future<?> one : asking) {
        one.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
      Eventually.until("the reader ends", PATIENCE, () -> !reader.isAlive());
      assertThat(source.ended()).isTrue();
      assertThat(source.healthy()).isFalse();
      assertThat(source.read()).isEmpty();
      assertThat(source.metrics().frames()).isEqualTo(FRAGMENTS * FRAMES);
    }
    assertThat(seen).hasSize(FRAGMENTS * FRAMES).isSorted().doesNotHaveDuplicates();
    assertThat(NativeObjects.open()).isZero();
  }

  /** Whatever it asks is answered at once and never goes back. */
  private static void askUntilEnded(FrameSource source) {
    long frames = 0;
    while (!source.ended()) {
      SourceAccount account = source.metrics();
      assertThat(account.frames()).isGreaterThanOrEqualTo(frames);
      frames = account.frames();
      assertThat(source.gaps().gaps()).isZero();
      assertThat(source.decodeErrors()).isZero();
      assertThat(source.state()).isNotNull();
      if (source.healthy()) {
        assertThat(source.codec()).isNotNull();
      }
      Thread.onSpinWait();
    }
  }

  private void readAll(FrameSource source) {
    for (VideoFrame frame : source) {
      try (frame) {
        seen.add(frame.time().capturedAt());
      }
    }
  }

  private static void feed(VideoStream stream, Instant start) throws MediaException {
    List<Sample> samples = new ArrayList<>();
    try (H264Encoder encoder = H264Encoder.open(160, 120, FRAMES, 100_000, FRAMES)) {
      for (int i = 0; i < FRAMES; i++) {
        samples.addAll(encoder.encodeBgr(new byte[160 * 120 * 3], i * 1_000_000L / FRAMES));
      }
      samples.addAll(encoder.finish());
      for (int i = 0; i < FRAGMENTS; i++) {
        Instant at = start.plusSeconds(i);
        stream.ingest(at, at, at.plusSeconds(1), encoder.track(), samples, 1_000_000);
      }
    }
  }

  private FragmentSource hls(KinesisVideoClient control, Instant start) {
    return new HlsSource(
        "yard",
        new KvsHlsSessions(control, Clients::archive, "yard", "us-east-1", 300),
        HlsSettings.of(PlaybackSettings.Preset.BALANCED),
        new HlsStart.After(null, start.minusMillis(1), Duration.ofDays(1)),
        hlsMetrics,
        http,
        InstantSource.system(),
        new SplittableRandom(1));
  }

  private FragmentSource getmedia(KinesisVideoClient control) {
    return new GetMediaSource(
        "yard",
        new KvsMediaConnections(
            control,
            endpoint -> KvsMediaConnections.client(endpoint, "us-east-1", http),
            "yard",
            "us-east-1"),
        new GetMediaSettings(StartSelector.EARLIEST, null, null, null, 300, 65536, 1, 5, 1000, 1),
        new GetMediaStart.Selected(),
        getmediaMetrics,
        InstantSource.system(),
        new SplittableRandom(1));
  }
}
