package io.kvsinfer.worker.app;

import io.kvsinfer.contract.settings.CameraSettings;
import io.kvsinfer.contract.settings.PlaybackSettings;
import io.kvsinfer.worker.source.FragmentSource;
import io.kvsinfer.worker.source.SourceHttp;
import io.kvsinfer.worker.source.SourceTime;
import io.kvsinfer.worker.source.getmedia.FallbackSource;
import io.kvsinfer.worker.source.getmedia.GetMediaMetrics;
import io.kvsinfer.worker.source.getmedia.GetMediaSource;
import io.kvsinfer.worker.source.getmedia.GetMediaStart;
import io.kvsinfer.worker.source.getmedia.KvsMediaConnections;
import io.kvsinfer.worker.source.getmedia.ReadPosition;
import io.kvsinfer.worker.source.hls.HlsMetrics;
import io.kvsinfer.worker.source.hls.HlsSource;
import io.kvsinfer.worker.source.hls.HlsStart;
import io.kvsinfer.worker.source.hls.KvsHlsSessions;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesisvideo.KinesisVideoClient;
import software.amazon.awssdk.services.kinesisvideoarchivedmedia.KinesisVideoArchivedMediaClient;

/** The streams in Kinesis Video Streams; what cameras can share they do. Thread-safe. */
final class Sources implements Streams, AutoCloseable {
  private final HttpClient http = SourceHttp.client();
  private final Map<String, KinesisVideoClient> controls = new ConcurrentHashMap<>();
  private final HlsMetrics metrics;
  private final GetMediaMetrics mediaMetrics;
  private final InstantSource clock;

  Sources(HlsMetrics metrics, GetMediaMetrics mediaMetrics, InstantSource clock) {
    this.metrics = metrics;
    this.mediaMetrics = mediaMetrics;
    this.clock = clock;
  }

  @Override
  public FragmentSource open(CameraSettings camera, HlsStart start) {
    PlaybackSettings playback = camera.playback();
    return switch (playback.mode()) {
      case HLS -> hls(camera, start);
      case GETMEDIA ->
          playback.fallback()
              ? new FallbackSource(
                  camera.id(),
                  position -> getmedia(camera, position == null ? start : after(camera, position)),
                  position -> hls(camera, position == null ? start : after(camera, position)),
                  SourceTime.of(clock))
              : getmedia(camera, start);
    };
  }

  private static HlsStart after(CameraSettings camera, ReadPosition position) {
    return new HlsStart.After(
        position.fragmentNumber(),
        position.capturedAt(),
        Duration.ofMillis(Math.round(camera.catchUpSeconds() * 1000)));
  }

  private GetMediaSource getmedia(CameraSettings camera, HlsStart start) {
    GetMediaStart begin =
        switch (start) {
          case HlsStart.Newest() -> new GetMediaStart.Selected();
          case HlsStart.After(var number, var capturedAt, var catchUp) ->
              new GetMediaStart.After(number, capturedAt, catchUp);
          case HlsStart.Range range ->
              throw new IllegalArgumentException("archived ranges are read by HLS");
        };
    return new GetMediaSource(
        camera.id(),
        new KvsMediaConnections(
            control(camera),
            endpoint -> KvsMediaConnections.client(endpoint, camera.region(), http),
            stream(camera),
            camera.region()),
        camera.playback().getmedia(),
        begin,
        mediaMetrics,
        clock,
        RandomGenerator.getDefault());
  }

  private static String stream(CameraSettings camera) {
    return camera.streamArn() != null
        ? camera.streamArn()
        : Objects.requireNonNull(camera.streamName());
  }

  private KinesisVideoClient control(CameraSettings camera) {
    return controls.computeIfAbsent(
        camera.region(), r -> KinesisVideoClient.builder().region(Region.of(r)).build());
  }

  private HlsSource hls(CameraSettings camera, HlsStart start) {
    KvsHlsSessions sessions =
        new KvsHlsSessions(
            control(camera),
            endpoint -> archivedMedia(endpoint, camera.region()),
            stream(camera),
            camera.region(),
            camera.playback().hls().sessionSeconds());
    return new HlsSource(
        camera.id(),
        sessions,
        camera.playback().hls(),
        start,
        metrics,
        http,
        clock,
        RandomGenerator.getDefault());
  }

  private static KinesisVideoArchivedMediaClient archivedMedia(URI endpoint, String region) {
    return KinesisVideoArchivedMediaClient.builder()
        .region(Region.of(region))
        .endpointOverride(endpoint)
        .build();
  }

  @Override
  public void close() {
    controls.values().forEach(KinesisVideoClient::close);
    http.close();
  }
}
