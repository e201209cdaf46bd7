package io.kvsinfer.local.kvs;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.settings.GetMediaSettings;
import io.kvsinfer.contract.settings.HlsSettings;
import io.kvsinfer.contract.settings.PlaybackSettings;
import io.kvsinfer.testkit.Eventually;
import io.kvsinfer.testkit.TestMedia;
import io.kvsinfer.worker.source.FragmentSource;
import io.kvsinfer.worker.source.SourceEvent;
import io.kvsinfer.worker.source.SourceEvent.GapReason;
import io.kvsinfer.worker.source.SourceHttp;
import io.kvsinfer.worker.source.getmedia.GetMediaMetrics;
import io.kvsinfer.worker.source.getmedia.GetMediaSource;
import io.kvsinfer.worker.source.getmedia.GetMediaStart;
import io.kvsinfer.worker.source.hls.HlsMetrics;
import io.kvsinfer.worker.source.hls.HlsSource;
import io.kvsinfer.worker.source.hls.HlsStart;
import io.kvsinfer.worker.source.hls.KvsHlsSessions;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.kinesisvideo.KinesisVideoClient;

/**
 * The network brings half of what the camera sends: rather than fall behind for ever, a source
 * leaves fragments out and names them.
 */
@ExtendWith(LocalKey.class)
class ShortBandwidthTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int CLIP_SECONDS = 15;

  @ParameterizedTest
  @EnumSource(PlaybackSettings.Mode.class)
  void fragments_are_left_out_and_named_while_the_network_is_too_slow(PlaybackSettings.Mode mode)
      throws Exception {
    Path clip = TestMedia.require("video/kvs_sample.mp4");
    long half = Files.size(clip) / CLIP_SECONDS / 2;
    try (KvsServer server = KvsServer.start(0, KvsServer.Options.defaults());
        HttpClient http = SourceHttp.client();
        KinesisVideoClient control = Clients.control(server.endpoint())) {
      VideoStream stream = server.createStream("yard", 24);
      server.feed(stream, clip, ClipFeed.Options.looping());
      FragmentSource source = source(mode, control, http);
      Thread reader = Reading.toTheEnd(source);
      try (source) {
        Eventually.until("media comes", PATIENCE, () -> source.account().fragments() > 0);
        String api = mode == PlaybackSettings.Mode.HLS ? "GetMP4MediaFragment" : "GetMedia";
        server.faults().add("slow:api=%s,times=always,bytes_per_second=%d".formatted(api, half));

        Eventually.until("media is left out", PATIENCE, () -> source.gaps().gaps() > 0);
        Eventually.until("and again", PATIENCE, () -> source.gaps().gaps() > 1);

        List<SourceEvent.Gap> gaps = source.gaps().newest();
        assertThat(gaps).allMatch(g -> g.reason() == GapReason.OVERLOAD);
        assertThat(gaps).allMatch(g -> g.time().isPositive());
        assertThat(gaps.getFirst().detail()).contains("the network brings less");
      }
      reader.join();
    }
  }

  private static FragmentSource source(
      PlaybackSettings.Mode mode, KinesisVideoClient control, HttpClient http) {
    return switch (mode) {
      case HLS ->
          new HlsSource(
              "yard",
              new KvsHlsSessions(control, Clients::archive, "yard", "us-east-1", 300),
              HlsSettings.of(PlaybackSettings.Preset.BALANCED),
              new HlsStart.Newest(),
              new HlsMetrics(new PrometheusRegistry()),
              http,
              InstantSource.system(),
              new SplittableRandom(1));
      case GETMEDIA ->
          new GetMediaSource(
              "yard",
              Reading.connections(control, http, "yard"),
              GetMediaSettings.defaults(),
              new GetMediaStart.Selected(),
              new GetMediaMetrics(new PrometheusRegistry()),
              InstantSource.system(),
              new SplittableRandom(1));
    };
  }
}
