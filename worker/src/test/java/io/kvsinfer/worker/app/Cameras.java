package io.kvsinfer.worker.app;

import io.kvsinfer.contract.settings.CameraSettings;
import io.kvsinfer.contract.settings.Settings;
import io.kvsinfer.contract.settings.SettingsReader;
import io.kvsinfer.contract.settings.Verdict;

/** Settings of cameras. */
final class Cameras {
  private Cameras() {}

  /** The camera {@code yard} with the fire and smoke detector, unless {@code more} says others. */
  static CameraSettings camera(String more) {
    String detectors = more.contains("detectors:") ? "" : "    detectors: [{type: fire_smoke}]\n";
    String yaml =
        """
        schema: 1
        aws: {region: eu-central-1}
        cameras:
          - id: yard
            stream_name: yard
        """
            + (more.contains("fps_target:") ? "" : "    fps_target: 5\n")
            + detectors
            + (more.isEmpty() ? "" : "    " + more + "\n");
    return switch (SettingsReader.read(yaml)) {
      case Verdict.Accepted<Settings>(var settings, var _) -> settings.cameras().getFirst();
      case Verdict.Refused<Settings>(var violations) ->
          throw new AssertionError(violations.toString());
    };
  }
}
