package io.kvsinfer.cli;

import io.kvsinfer.contract.settings.HlsSettings;
import io.kvsinfer.contract.settings.Names;
import io.kvsinfer.contract.settings.PlaybackSettings;
import io.kvsinfer.worker.source.FragmentSource;
import io.kvsinfer.worker.source.SourceHttp;
import io.kvsinfer.worker.source.file.FileSource;
import io.kvsinfer.worker.source.hls.HlsMetrics;
import io.kvsinfer.worker.source.hls.HlsSessions;
import io.kvsinfer.worker.source.hls.HlsSource;
import io.kvsinfer.worker.source.hls.HlsStart;
import io.kvsinfer.worker.source.hls.KvsHlsSessions;
import io.kvsinfer.worker.source.hls.UrlSessions;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** What {@code read} reads. */
sealed interface ReadTarget {

  /** A KVS stream by name or ARN. */
  record Stream(String name) implements ReadTarget {}

  /** An HLS playlist by its address. */
  record Playlist(URI uri) implements ReadTarget {
    @Override
    public String toString() {
      return "Playlist"; // the address may hold a token
    }
  }

  /** A file, or an RTSP camera by its address. */
  record Media(String pathOrUrl) implements ReadTarget {}

  /**
   * Tells what a word of the command line means.
   *
   * @throws IllegalArgumentException where it is neither
   */
  static ReadTarget of(String source) {
    String lower = source.toLowerCase(Locale.ROOT);
    if (lower.startsWith("kvs:")) {
      String name = source.substring("kvs:".length());
      if (name.isEmpty()) {
        throw new IllegalArgumentException("kvs: needs a stream's name, as in kvs:front-door");
      }
      return new Stream(name);
    }
    if (lower.startsWith("http://") || lower.startsWith("https://")) {
      try {
        return new Playlist(URI.create(source));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("the playlist's address is no URL", e);
      }
    }
    return new Media(source);
  }

  /** A camera id for metrics where none was given. */
  default String cameraId() {
    String name =
        switch (this) {
          case Stream(var stream) -> stream.replaceFirst("^arn:.*:stream/([^/]+)/.*$", "$1");
          case Playlist(var uri) -> String.valueOf(uri.getHost());
          case Media(var path) ->
              path.contains("://") ? "camera" : String.valueOf(Path.of(path).getFileName());
        };
    String id = name.replaceAll("[^A-Za-z0-9_-]", "-").replaceAll("^[^A-Za-z0-9]+", "");
    String cut = id.substring(0, Math.min(id.length(), 64));
    return Names.CAMERA_ID.matcher(cut).matches() ? cut : "camera";
  }

  /**
   * The source.
   *
   * @param start where to begin; for a file the capture time of its first frame
   */
  default FragmentSource open(
      String cameraId,
      String region,
      ReadStart start,
      PrometheusRegistry registry,
      InstantSource clock) {
    HlsSettings settings = HlsSettings.of(PlaybackSettings.Preset.BALANCED);
    return switch (this) {
      case Stream(var name) ->
          hls(
              cameraId,
              KvsHlsSessions.connect(name, region, settings.sessionSeconds()),
              settings,
              start.hls(),
              registry,
              clock);
      case Playlist(var uri) ->
          hls(cameraId, new UrlSessions(uri), settings, start.hls(), registry, clock);
      case Media(var path) ->
          new FileSource(path, start.firstCapture(), FileSource.Pace.AS_READ, clock);
    };
  }

  private static HlsSource hls(
      String cameraId,
      HlsSessions sessions,
      HlsSettings settings,
      HlsStart start,
      PrometheusRegistry registry,
      InstantSource clock) {
    HttpClient client = SourceHttp.client();
    return new HlsSource(
        cameraId,
        sessions,
        settings,
        start,
        new HlsMetrics(registry),
        client,
        clock,
        new SplittableRandom());
  }

  /**
   * Where reading begins.
   *
   * @param from null for the newest media
   * @param to null to go on live
   */
  record ReadStart(@Nullable Instant from, @Nullable Instant to) {
    /** How far back KVS may keep media: ten years. */
    private static final Duration RETENTION = Duration.ofDays(3650);

    /**
     * {@code NOW}, an instant, or two with a slash between.
     *
     * @throws IllegalArgumentException where it is none of these
     */
    static ReadStart of(String text) {
      if (text.equalsIgnoreCase("NOW")) {
        return new ReadStart(null, null);
      }
      try {
        int slash = text.indexOf('/');
        if (slash < 0) {
          return new ReadStart(Instant.parse(text), null);
        }
        Instant from = Instant.parse(text.substring(0, slash));
        Instant to = Instant.parse(text.substring(slash + 1));
        if (!from.isBefore(to)) {
          throw new IllegalArgumentException("the end of " + text + " must lie after its start");
        }
        return new ReadStart(from, to);
      } catch (java.time.format.DateTimeParseException e) {
        throw new IllegalArgumentException(
            "'%s' is no start: NOW, a time like 2026-11-21T02:48:00Z, or two with / between"
                .formatted(text),
            e);
      }
    }

    HlsStart hls() {
      if (from == null) {
        return new HlsStart.Newest();
      }
      return to == null ? new HlsStart.After(null, from, RETENTION) : new HlsStart.Range(from, to);
    }

    Instant firstCapture() {
      return from == null ? Instant.EPOCH : from;
    }
  }
}
