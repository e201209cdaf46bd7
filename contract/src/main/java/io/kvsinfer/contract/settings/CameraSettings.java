package io.kvsinfer.contract.settings;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything an operator says about one camera, defaults filled in. One item of the cameras table,
 * or one element of {@code cameras} in a settings file.
 *
 * @param id camera id, see {@link Names#CAMERA_ID}
 * @param enabled whether a worker should watch it
 * @param streamName KVS stream name; exactly one of it and {@code streamArn} is given
 * @param streamArn KVS stream ARN
 * @param region AWS region of the stream
 * @param fpsTarget frames looked at per second of capture time, greater than 0
 * @param catchUpSeconds how far back a resuming worker reads, in seconds
 */
public record CameraSettings(
    String id,
    boolean enabled,
    @Nullable String streamName,
    @Nullable String streamArn,
    String region,
    double fpsTarget,
    PlaybackSettings playback,
    double catchUpSeconds,
    MotionSettings motion,
    List<RegionSettings> regions,
    List<DetectorSettings> detectors,
    PublisherSettings publishers,
    ResourceSettings resources,
    Map<String, String> tags) {
  public CameraSettings {
    regions = List.copyOf(regions);
    detectors = List.copyOf(detectors);
    tags = Map.copyOf(tags);
  }

  /** The detector of that name, if this camera has it. */
  public Optional<DetectorSettings> detector(String name) {
    return detectors.stream().filter(d -> d.name().equals(name)).findFirst();
  }
}
