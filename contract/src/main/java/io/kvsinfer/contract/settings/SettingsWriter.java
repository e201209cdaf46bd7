package io.kvsinfer.contract.settings;

import io.kvsinfer.contract.time.Timestamps;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes a camera's settings with every value explicit and what is absent left out, keys sorted.
 * Numbers are Long where they are whole and Double otherwise.
 */
public final class SettingsWriter {
  private SettingsWriter() {}

  /**
   * The settings as an item of the cameras table: String, Long, Double, Boolean, List and Map
   * values. {@link SettingsReader#readItem} reads it back equal, unless a detector names its model
   * by a path.
   */
  public static Map<String, Object> item(CameraSettings camera) {
    Map<String, Object> item = new TreeMap<>();
    item.put("id", camera.id());
    item.put("enabled", camera.enabled());
    putIfGiven(item, "stream_name", camera.streamName());
    putIfGiven(item, "stream_arn", camera.streamArn());
    item.put("region", camera.region());
    item.put("fps_target", number(camera.fpsTarget()));
    item.put("playback", playback(camera.playback()));
    item.put("catch_up_seconds", number(camera.catchUpSeconds()));
    MotionSettings motion = camera.motion();
    item.put(
        "motion",
        sorted(
            Map.of(
                "enabled", motion.enabled(),
                "sensitivity", number(motion.sensitivity()),
                "heartbeat_seconds", number(motion.heartbeatSeconds()))));
    item.put("regions", camera.regions().stream().map(SettingsWriter::region).toList());
    item.put("detectors", camera.detectors().stream().map(SettingsWriter::detector).toList());
    item.put("publishers", publishers(camera.publishers()));
    Map<String, Object> resources = new TreeMap<>();
    resources.put("device", camera.resources().device());
    putIfGiven(resources, "pool", camera.resources().pool());
    item.put("resources", resources);
    item.put("tags", sorted(camera.tags()));
    return item;
  }

  /** The canonical JSON that {@link SettingsRevision} hashes: {@link #item} without white space. */
  public static String canonicalJson(CameraSettings camera) {
    return CanonicalJson.of(item(camera));
  }

  private static Map<String, Object> playback(PlaybackSettings playback) {
    HlsSettings hls = playback.hls();
    return sorted(
        Map.of(
            "mode",
            playback.mode().name(),
            "fallback",
            playback.fallback(),
            "retention_required",
            playback.retentionRequired(),
            "preset",
            lower(playback.preset()),
            "hls",
            sorted(
                Map.of(
                    "session_seconds", number(hls.sessionSeconds()),
                    "url_refresh_margin", number(hls.urlRefreshMargin()),
                    "reconnect_delay", number(hls.reconnectDelay()),
                    "max_reconnect_delay", number(hls.maxReconnectDelay()),
                    "backoff_multiplier", number(hls.backoffMultiplier()),
                    "max_consecutive_errors", number(hls.maxConsecutiveErrors()))),
            "getmedia",
            getmedia(playback.getmedia())));
  }

  private static Map<String, Object> getmedia(GetMediaSettings getmedia) {
    Map<String, Object> map = new TreeMap<>();
    map.put("start_selector", getmedia.startSelector().name());
    putIfGiven(map, "fragment_number", getmedia.fragmentNumber());
    if (getmedia.timestamp() != null) {
      map.put("timestamp", Timestamps.format(getmedia.timestamp()));
    }
    putIfGiven(map, "continuation_token", getmedia.continuationToken());
    map.put("max_fragment_age_seconds", number(getmedia.maxFragmentAgeSeconds()));
    map.put("chunk_size", number(getmedia.chunkSize()));
    map.put("reconnect_delay_seconds", number(getmedia.reconnectDelaySeconds()));
    map.put("max_reconnect_attempts", number(getmedia.maxReconnectAttempts()));
    map.put(
        "frame_queue",
        sorted(
            Map.of(
                "max_size", number(getmedia.frameQueueMaxSize()),
                "timeout_seconds", number(getmedia.frameQueueTimeoutSeconds()))));
    return map;
  }

  private static Map<String, Object> region(RegionSettings region) {
    List<List<Object>> points =
        region.polygon().points().stream().map(p -> List.of(number(p.x()), number(p.y()))).toList();
    return sorted(Map.of("name", region.name(), "kind", lower(region.kind()), "polygon", points));
  }

  private static Map<String, Object> detector(DetectorSettings detector) {
    Map<String, Object> map = new TreeMap<>();
    map.put("type", detector.type());
    map.put("name", detector.name());
    map.put("enabled", detector.enabled());
    putIfGiven(map, "model", detector.model());
    ConfidenceThreshold confidence = detector.confidence();
    if (!confidence.byLabel().isEmpty()) {
      Map<String, Object> byLabel = new TreeMap<>();
      confidence.byLabel().forEach((label, value) -> byLabel.put(label, number(value)));
      if (confidence.value() != null) {
        byLabel.put(ConfidenceThreshold.OTHER_LABELS, number(confidence.value()));
      }
      map.put("confidence_threshold", byLabel);
    } else if (confidence.value() != null) {
      map.put("confidence_threshold", number(confidence.value()));
    }
    map.put("labels", detector.labels());
    map.put("regions", detector.regions());
    map.put(
        "confirm",
        sorted(
            Map.of(
                "hits", number(detector.confirm().hits()),
                "window", number(detector.confirm().window()))));
    map.put("min_area", number(detector.minArea()));
    map.put("min_duration_seconds", number(detector.minDurationSeconds()));
    map.put("cooldown_seconds", number(detector.cooldownSeconds()));
    map.put("params", sorted(detector.params()));
    return map;
  }

  private static Map<String, Object> publishers(PublisherSettings publishers) {
    Map<String, Object> map = new TreeMap<>();
    putIfGiven(map, "kinesis_stream_name", publishers.kinesisStreamName());
    putIfGiven(map, "s3_bucket", publishers.s3Bucket());
    putIfGiven(map, "dynamodb_table", publishers.dynamodbTable());
    return map;
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** Whole numbers as such, however they were written: DynamoDB keeps 5.0 as 5. */
  private static Object number(double value) {
    long whole = (long) value;
    return whole == value ? (Object) whole : (Object) value;
  }

  private static void putIfGiven(Map<String, Object> map, String key, @Nullable String value) {
    if (value != null) {
      map.put(key, value);
    }
  }

  private static Map<String, Object> sorted(Map<String, ?> map) {
    return new TreeMap<>(map);
  }
}
