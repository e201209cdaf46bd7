package io.kvsinfer.worker.app;

import io.kvsinfer.contract.settings.CameraSettings;

/** The settings that a camera runs with now; others may take their place while it runs. */
final class LiveSettings {
  private volatile CameraSettings current;

  LiveSettings(CameraSettings first) {
    this.current = first;
  }

  CameraSettings now() {
    return current;
  }

  void replace(CameraSettings changed) {
    current = changed;
  }
}
