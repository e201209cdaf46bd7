package io.kvsinfer.contract.settings;

import java.util.List;
import java.util.Map;

/** What of a camera's settings a running worker takes up between two fragments. */
final class LiveSettings {
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
        detector.params());
  }
}
