package io.kvsinfer.worker.app;

import io.kvsinfer.contract.settings.CameraSettings;
import io.kvsinfer.contract.settings.PlaybackSettings.Mode;
import io.kvsinfer.worker.source.FragmentSource;
import io.kvsinfer.worker.source.KvsConnectionException;
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
  private final HttpClient http =
      HttpClient.newBuilder()
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(Duration.ofSeconds(10))
          .build();
  private final Map<String, KinesisVideoClient> controls = new ConcurrentHashMap<>();
  private final HlsMetrics metrics;
  private final InstantSource clock;

  Sources(HlsMetrics metrics, InstantSource clock) {
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * {@inheritDoc}
   *
   * @throws KvsConnectionException when the settings ask for GetMedia and nothing else
   */
  @Override
  public FragmentSource open(CameraSettings camera, HlsStart start) {
    if (camera.playback().mode() == Mode.GETMEDIA && !camera.playback().fallback()) {
      throw new KvsConnectionException(
          "playback.mode GETMEDIA without fallback cannot be read by this version:"
              + " set playback.mode to HLS, or playback.fallback to true",
          true,
          null);
    }
    String stream =
        camera.streamArn() != null
            ? camera.streamArn()
            : Objects.requireNonNull(camera.streamName());
    KinesisVideoClient control =
        controls.computeIfAbsent(
            camera.region(), r -> KinesisVideoClient.builder().region(Region.of(r)).build());
    KvsHlsSessions sessions =
        new KvsHlsSessions(
            control,
            endpoint -> archivedMedia(endpoint, camera.region()),
            stream,
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
