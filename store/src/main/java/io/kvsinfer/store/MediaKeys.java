package io.kvsinfer.store;

import io.kvsinfer.contract.settings.Names;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Keys of the media bucket. Only checked names become part of a key; anything else is an {@link
 * IllegalArgumentException}.
 */
public final class MediaKeys {
  /** What every archived object's key begins with. */
  public static final String ARCHIVE = "events/";

  /** What the key of every record set aside begins with. */
  public static final String POISON = "poison/";

  private static final DateTimeFormatter DAY = utc("uuuu-MM-dd");
  private static final DateTimeFormatter HOUR = utc("HH");
  private static final Pattern INCIDENT_ID = Pattern.compile("[a-z2-7]{26}");
  private static final Pattern SHARD = Pattern.compile("[A-Za-z0-9_.-]{1,128}");
  private static final Pattern SEQUENCE_NUMBER = Pattern.compile("[0-9]{1,128}");

  private MediaKeys() {}

  /** Kinds of picture. */
  public enum Picture {
    SNAPSHOT,
    ANNOTATED,
    CROP
  }

  /**
   * {@code media/camera=<id>/dt=<captured
   * day>/<incident_id>/<sequence>-{snapshot,annotated,crop}.jpg}.
   *
   * @param capturedAt of the frame the picture shows
   * @param sequence of the event it belongs to
   */
  public static String picture(
      String cameraId, Instant capturedAt, String incidentId, int sequence, Picture picture) {
    if (sequence < 0) {
      throw new IllegalArgumentException("sequence = " + sequence + ": must not be negative");
    }
    return "media/camera=%s/dt=%s/%s/%d-%s.jpg"
        .formatted(
            check("camera id", Names.CAMERA_ID, cameraId),
            DAY.format(capturedAt),
            check("incident id", INCIDENT_ID, incidentId),
            sequence,
            picture.name().toLowerCase(Locale.ROOT));
  }

  /** {@code events/dt=…/hour=…/<shard>-<first>-<last>.jsonl.gz} by the hour of capture. */
  public static String archive(Instant capturedAt, String shard, String first, String last) {
    return "events/dt=%s/hour=%s/%s-%s-%s.jsonl.gz"
        .formatted(
            DAY.format(capturedAt),
            HOUR.format(capturedAt),
            check("shard", SHARD, shard),
            check("sequence number", SEQUENCE_NUMBER, first),
            check("sequence number", SEQUENCE_NUMBER, last));
  }

  /** {@code poison/dt=<day of arrival>/<shard>-<sequence number>.json}. */
  public static String poison(Instant arrivedAt, String shard, String sequenceNumber) {
    return "poison/dt=%s/%s".formatted(DAY.format(arrivedAt), record(shard, sequenceNumber));
  }

  /** {@code fenced/camera=<id>/dt=<captured day>/<shard>-<sequence number>.json}. */
  public static String fenced(
      String cameraId, Instant capturedAt, String shard, String sequenceNumber) {
    return "fenced/camera=%s/dt=%s/%s"
        .formatted(
            check("camera id", Names.CAMERA_ID, cameraId),
            DAY.format(capturedAt),
            record(shard, sequenceNumber));
  }

  /** Everything a camera left under {@code media/}. */
  public static String picturesOf(String cameraId) {
    return "media/camera=" + check("camera id", Names.CAMERA_ID, cameraId) + "/";
  }

  /** Everything of a camera under {@code fenced/}. */
  public static String fencedOf(String cameraId) {
    return "fenced/camera=" + check("camera id", Names.CAMERA_ID, cameraId) + "/";
  }

  private static String record(String shard, String sequenceNumber) {
    return check("shard", SHARD, shard)
        + "-"
        + check("sequence number", SEQUENCE_NUMBER, sequenceNumber)
        + ".json";
  }

  private static String check(String what, Pattern pattern, String value) {
    if (!pattern.matcher(value).matches()) {
      throw new IllegalArgumentException(what + " must match " + pattern.pattern());
    }
    return value;
  }

  private static DateTimeFormatter utc(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
  }
}
