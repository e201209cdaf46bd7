package io.kvsinfer.local.kvs;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.settings.GetMediaSettings;
import io.kvsinfer.contract.settings.GetMediaSettings.StartSelector;
import io.kvsinfer.contract.settings.HlsSettings;
import io.kvsinfer.contract.settings.PlaybackSettings;
import io.kvsinfer.media.decode.NativeObjects;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.testkit.Eventually;
import io.kvsinfer.testkit.TestMedia;
import io.kvsinfer.worker.source.FragmentSource;
import io.kvsinfer.worker.source.FrameSource;
import io.kvsinfer.worker.source.getmedia.GetMediaMetrics;
import io.kvsinfer.worker.source.getmedia.GetMediaSource;
import io.kvsinfer.worker.source.getmedia.GetMediaStart;
import io.kvsinfer.worker.source.hls.HlsMetrics;
import io.kvsinfer.worker.source.hls.HlsSource;
import io.kvsinfer.worker.source.hls.HlsStart;
import io.kvsinfer.worker.source.hls.KvsHlsSessions;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.lang.management.ManagementFactory;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.kinesisvideo.KinesisVideoClient;

/**
 * Ten cameras in one process, half of them by HLS and half by GetMedia: every frame of each comes
 * once and decoded, threads stay few, and nothing is left behind. What it costs is measured in
 * bench/streams.
 */
@ExtendWith(LocalKey.class)
class TenStreamsTest {
  private static final int STREAMS = 10;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** Of the HTTP client, the servers and the readers' carriers, for all streams together. */
  private static final int SHARED_THREADS = 30;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final GetMediaMetrics getmediaMetrics = new GetMediaMetrics(registry);
  private final HlsMetrics hlsMetrics = new HlsMetrics(registry);
  private final Map<String, Map<String, Integer>> frames = new ConcurrentHashMap<>();

  @Test
  void ten_streams_in_one_process_give_every_frame_once_and_leave_nothing_behind()
      throws Exception {
    Instant start = Instant.now().minusSeconds(31);
    int threadsBefore = platformThreads();
    try (KvsServer server =
            KvsServer.start(0, KvsServer.Options.defaults().withEnforceLimits(false));
        HttpClient http = HttpClient.newHttpClient();
        KinesisVideoClient control = Clients.control(server.endpoint())) {
      Map<String, Map<String, Integer>> owed = new TreeMap<>();
      for (int i = 0; i < STREAMS; i++) {
        VideoStream stream = server.createStream("camera-" + i, 24);
        feed(server, stream, start);
        owed.put(stream.name(), framesByFragment(stream));
      }
      List<FrameSource> sources = new ArrayList<>();
      List<Thread> readers = new ArrayList<>();
      for (String name : owed.keySet()) {
        boolean hls = sources.size() % 2 == 0;
        FrameSource source =
            new FrameSource(
                name,
                hls ? hls(name, control, http, start) : getmedia(name, control, http),
                Duration.ofSeconds(1));
        int most = owed.get(name).values().stream().mapToInt(n -> n).sum();
        sources.add(source);
        source.start();
        readers.add(Thread.ofPlatform().name(name).start(() -> read(name, source, most)));
      }
      AtomicInteger threads = new AtomicInteger();
      Eventually.until(
          "every frame is read",
          PATIENCE,
          () -> {
            threads.accumulateAndGet(platformThreads(), Math::max);
            return readers.stream().noneMatch(Thread::isAlive);
          });
      for (FrameSource source : sources) {
        assertThat(source.decodeErrors()).isZero();
        assertThat(source.gaps().gaps()).isZero();
        source.close();
      }
      assertThat(frames).isEqualTo(owed);
      assertThat(threads.get() - threadsBefore)
          .as("threads, of which ten are the readers' own")
          .isLessThan(STREAMS + SHARED_THREADS);
    }
    assertThat(NativeObjects.open()).isZero();
    Eventually.until(
        "the threads have ended", PATIENCE, () -> platformThreads() < threadsBefore + STREAMS);
  }

  private static void feed(KvsServer server, VideoStream stream, Instant start) throws Exception {
    ClipFeed feed =
        server.feed(
            stream,
            TestMedia.require("video/house6.mp4"),
            ClipFeed.Options.once().withSpeed(Double.POSITIVE_INFINITY).withStartAt(start));
    Eventually.until("the clip is fed", PATIENCE, feed::ended);
  }

  private static Map<String, Integer> framesByFragment(VideoStream stream) {
    Map<String, Integer> frames = new TreeMap<>();
    stream.fragments().all().forEach(f -> frames.put(f.number(), f.samples().size()));
    return frames;
  }

  /** Reads so many frames, and one more if there is one too many. */
  private void read(String name, FrameSource source, int most) {
    Map<String, Integer> seen = new TreeMap<>();
    frames.put(name, seen);
    try {
      int count = 0;
      boolean waited = false;
      while (count <= most && !(waited && count == most)) {
        try (VideoFrame frame = source.read().orElse(null)) {
          if (frame != null) {
            count++;
            seen.merge(String.valueOf(frame.time().fragmentNumber()), 1, Integer::sum);
          }
          waited = frame == null;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private FragmentSource hls(
      String name, KinesisVideoClient control, HttpClient http, Instant start) {
    return new HlsSource(
        name,
        new KvsHlsSessions(control, Clients::archive, name, "us-east-1", 300),
        HlsSettings.of(PlaybackSettings.Preset.BALANCED),
        new HlsStart.After(null, start.minusMillis(1), Duration.ofDays(1)),
        hlsMetrics,
        http,
        InstantSource.system(),
        new SplittableRandom(1));
  }

  private FragmentSource getmedia(String name, KinesisVideoClient control, HttpClient http) {
    return new GetMediaSource(
        name,
        Reading.connections(control, http, name),
        new GetMediaSettings(StartSelector.EARLIEST, null, null, null, 30, 65536, 1, 5, 100, 1),
        new GetMediaStart.Selected(),
        getmediaMetrics,
        InstantSource.system(),
        new SplittableRandom(1));
  }

  private static int platformThreads() {
    return ManagementFactory.getThreadMXBean().getThreadCount();
  }
}
