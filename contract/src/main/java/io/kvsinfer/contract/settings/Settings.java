package io.kvsinfer.contract.settings;

import java.util.List;

/** A whole settings file, validated, defaults filled in. */
public record Settings(List<CameraSettings> cameras) {
  public Settings {
    cameras = List.copyOf(cameras);
  }
}
