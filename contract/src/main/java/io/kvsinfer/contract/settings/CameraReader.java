package io.kvsinfer.contract.settings;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one camera whose older names and defaults are already resolved. */
final class CameraReader {
  /** Where a camera is written. */
  enum Origin {
    FILE,
    ITEM
  }

  private static final String PLACEHOLDER = "refused";
  private static final String DEFAULT_REGION = "us-east-1";
  private static final Range FPS = Range.above(0, 120);
  private static final Range CATCH_UP = Range.of(0, 604_800);
  private static final int MOST_TAGS = 50;

  private final Origin origin;
  private final Findings findings;
  private final @Nullable String fileRegion;
  private final String fileDevice;

  CameraReader(Origin origin, Findings findings) {
    this(origin, findings, null, null);
  }

  /**
   * For the cameras of a file.
   *
   * @param region for cameras that name none; null if the file says nothing
   * @param device likewise
   */
  CameraReader(Origin origin, Findings findings, @Nullable String region, @Nullable String device) {
    this.origin = origin;
    this.findings = findings;
    this.fileRegion = region;
    this.fileDevice = device == null ? ResourceSettings.defaults().device() : device;
  }

  /** Reads what defaults say, for its violations only. */
  void readDefaults(Tree.Fields defaults) {
    Section camera = new Section(defaults, findings);
    read(camera, PLACEHOLDER, null, null, new PlaybackReader(findings));
  }

  /** The camera; with placeholders where the findings are not empty. */
  CameraSettings read(Tree.Fields fields) {
    Section camera = new Section(fields, findings);
    if (!camera.has("id")) {
      camera.refuse("id", "is missing: " + TextForm.CAMERA_ID.allowed());
    }
    String id = camera.text("id", TextForm.CAMERA_ID, PLACEHOLDER);
    String name = camera.text("stream_name", TextForm.STREAM_NAME);
    String arn = camera.text("stream_arn", TextForm.STREAM_ARN);
    if (camera.has("stream_name") && camera.has("stream_arn")) {
      camera.refuse("stream_arn", "stands beside stream_name: keep exactly one of them");
    } else if (!camera.has("stream_name") && !camera.has("stream_arn")) {
      camera.refuse("stream_name", "is missing: give the stream by stream_name or stream_arn");
    }
    PlaybackReader playback = new PlaybackReader(findings);
    CameraSettings read = read(camera, id, name, arn, playback);
    playback.check();
    if (read.detectors().isEmpty()) {
      findings.notice(camera.path("detectors") + ": none, nothing will be detected");
    }
    return read;
  }

  private CameraSettings read(
      Section camera,
      String id,
      @Nullable String streamName,
      @Nullable String streamArn,
      PlaybackReader playback) {
    RegionReader regions = new RegionReader(findings);
    CameraSettings read =
        new CameraSettings(
            id,
            camera.flag("enabled", true),
            streamName,
            streamArn,
            region(camera, streamArn),
            camera.number("fps_target", FPS, 5),
            playback.read(camera.section("playback")),
            camera.number("catch_up_seconds", CATCH_UP, 300),
            motion(camera.section("motion")),
            regions.read(camera),
            new DetectorReader(origin, regions.kinds(), findings).read(camera),
            publishers(camera.section("publishers")),
            resources(camera.section("resources")),
            tags(camera.map("tags")));
    camera.end();
    return read;
  }

  private String region(Section camera, @Nullable String streamArn) {
    String region = camera.text("region", TextForm.REGION);
    if (streamArn == null) {
      return region != null ? region : fileRegion != null ? fileRegion : DEFAULT_REGION;
    }
    String ofArn = streamArn.split(":", -1)[3];
    if (region != null && !region.equals(ofArn)) {
      camera.refuse("region", "must be " + ofArn + ", as stream_arn says, or be left out");
    }
    return ofArn;
  }

  private static MotionSettings motion(Section motion) {
    MotionSettings defaults = MotionSettings.defaults();
    MotionSettings read =
        new MotionSettings(
            motion.flag("enabled", defaults.enabled()),
            motion.number("sensitivity", Range.SHARE, defaults.sensitivity()),
            motion.number("heartbeat_seconds", Range.above(0, 3600), defaults.heartbeatSeconds()));
    motion.end();
    return read;
  }

  private static PublisherSettings publishers(Section publishers) {
    PublisherSettings read =
        new PublisherSettings(
            publishers.text("kinesis_stream_name", TextForm.KINESIS_STREAM),
            publishers.text("s3_bucket", TextForm.BUCKET),
            publishers.text("dynamodb_table", TextForm.TABLE));
    publishers.end();
    return read;
  }

  private ResourceSettings resources(Section resources) {
    ResourceSettings read =
        new ResourceSettings(
            resources.text("device", TextForm.DEVICE, fileDevice),
            resources.text("pool", TextForm.CAMERA_ID));
    resources.end();
    return read;
  }

  private Map<String, String> tags(Tree.Fields fields) {
    if (fields.entries().size() > MOST_TAGS) {
      findings.refuse(fields, "must have at most " + MOST_TAGS + " tags");
      return Map.of();
    }
    Section section = new Section(fields, findings);
    Map<String, String> tags = new LinkedHashMap<>();
    for (String key : fields.entries().keySet()) {
      if (!TextForm.TAG_KEY.matches(key)) {
        section.refuse(key, TextForm.TAG_KEY.allowed());
      }
      tags.put(key, section.text(key, TextForm.TAG_VALUE, ""));
    }
    return tags;
  }
}
