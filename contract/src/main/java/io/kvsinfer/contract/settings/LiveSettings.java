package io.kvsinfer.contract.settings;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What of a camera's settings a running worker takes up between two fragments. */
final class LiveSettings {
  /** Of plates: which are looked for, and how they are written. */
  private static final Set<String> LIVE_PARAMS = Set.of("lists", "countries", "patterns");

  private LiveSettings() {}

  /** The camera with every live setting at the same neutral value, for comparison only. */
  static CameraSettings without(CameraSettings camera) {
    return new CameraSettings(
        camera.id(),
        camera.enabled(),
        camera.streamName(),
        camera.streamArn(),
        camera.region(),
        1,
        camera.playback(),
        0,
        camera.motion(),
        List.of(),
        camera.detectors().stream().map(LiveSettings::without).toList(),
        camera.publishers(),
        camera.resources(),
        Map.of());
  }

  private static DetectorSettings without(DetectorSettings detector) {
    return new DetectorSettings(
        detector.type(),
        detector.name(),
        detector.enabled(),
        detector.model(),
        ConfidenceThreshold.unset(),
        List.of(),
        List.of(),
        ConfirmSettings.defaults(),
        0,
        0,
        0,
        detector.params().entrySet().stream()
            .filter(e -> !LIVE_PARAMS.contains(e.getKey()))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
  }
}
