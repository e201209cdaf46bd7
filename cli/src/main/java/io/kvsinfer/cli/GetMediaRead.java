package io.kvsinfer.cli;

import io.kvsinfer.contract.settings.GetMediaSettings;
import io.kvsinfer.contract.settings.GetMediaSettings.StartSelector;
import io.kvsinfer.worker.source.FragmentSource;
import io.kvsinfer.worker.source.SourceHttp;
import io.kvsinfer.worker.source.getmedia.GetMediaMetrics;
import io.kvsinfer.worker.source.getmedia.GetMediaSource;
import io.kvsinfer.worker.source.getmedia.GetMediaStart;
import io.kvsinfer.worker.source.getmedia.KvsMediaConnections;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.http.HttpClient;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What {@code read --mode GETMEDIA} reads: a stream from one of KVS's start selectors on.
 *
 * @param stream name or ARN
 */
record GetMediaRead(String stream, GetMediaSettings settings) {

  /**
   * Takes a target and {@code --start} apart.
   *
   * @throws IllegalArgumentException where GetMedia cannot read it
   */
  static GetMediaRead of(ReadTarget target, String start) {
    if (!(target instanceof ReadTarget.Stream(var name))) {
      throw new IllegalArgumentException("--mode GETMEDIA reads kvs:NAME only");
    }
    return new GetMediaRead(name, settings(start));
  }

  /** NOW, EARLIEST, a capture time, server:TIME, fragment:NUMBER or token:TOKEN. */
  private static GetMediaSettings settings(String start) {
    int colon = start.indexOf(':');
    String kind = colon < 0 ? start : start.substring(0, colon);
    String rest = start.substring(colon + 1);
    return switch (kind.toUpperCase(Locale.ROOT)) {
      case "NOW" -> selected(StartSelector.NOW, null, null, null);
      case "EARLIEST" -> selected(StartSelector.EARLIEST, null, null, null);
      case "SERVER" -> selected(StartSelector.SERVER_TIMESTAMP, null, time(rest, start), null);
      case "FRAGMENT" -> {
        if (!rest.matches("[0-9]{1,128}")) {
          throw wrong(start, null);
        }
        yield selected(StartSelector.FRAGMENT_NUMBER, rest, null, null);
      }
      case "TOKEN" -> {
        if (rest.isEmpty()) {
          throw wrong(start, null);
        }
        yield selected(StartSelector.CONTINUATION_TOKEN, null, null, rest);
      }
      default -> selected(StartSelector.PRODUCER_TIMESTAMP, null, time(start, start), null);
    };
  }

  private static Instant time(String text, String start) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw wrong(start, e);
    }
  }

  private static IllegalArgumentException wrong(String start, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "'%s' is no start of GetMedia: NOW, EARLIEST, a capture time like 2026-11-21T02:48:00Z,"
                .formatted(start)
            + " server:TIME, fragment:NUMBER (reading begins after it) or token:TOKEN",
        cause);
  }

  private static GetMediaSettings selected(
      StartSelector selector,
      @Nullable String fragment,
      @Nullable Instant time,
      @Nullable String token) {
    GetMediaSettings d = GetMediaSettings.defaults();
    return new GetMediaSettings(
        selector,
        fragment,
        time,
        token,
        d.maxFragmentAgeSeconds(),
        d.chunkSize(),
        d.reconnectDelaySeconds(),
        d.maxReconnectAttempts(),
        d.frameQueueMaxSize(),
        d.frameQueueTimeoutSeconds());
  }

  FragmentSource open(
      String cameraId, String region, PrometheusRegistry registry, InstantSource clock) {
    HttpClient http = SourceHttp.client();
    return new GetMediaSource(
        cameraId,
        KvsMediaConnections.connect(stream, region, http),
        settings,
        new GetMediaStart.Selected(),
        new GetMediaMetrics(registry),
        clock,
        new SplittableRandom());
  }
}
