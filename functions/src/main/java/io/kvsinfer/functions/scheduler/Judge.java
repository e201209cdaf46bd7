package io.kvsinfer.functions.scheduler;

import io.kvsinfer.contract.settings.CameraSettings;
import io.kvsinfer.contract.settings.SettingsReader;
import io.kvsinfer.contract.settings.SettingsRevision;
import io.kvsinfer.contract.settings.Verdict;
import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Desired.Outcome;
import io.kvsinfer.store.CameraTable.CameraItem;
import java.util.List;

/** The verdict on an item of the cameras table. */
final class Judge {
  private Judge() {}

  static Desired judge(CameraItem item) {
    return switch (SettingsReader.readItem(item.tree())) {
      case Verdict.Accepted<CameraSettings>(CameraSettings camera, List<String> notices) ->
          new Desired(
              SettingsRevision.of(camera),
              camera.enabled() ? Outcome.ACCEPTED : Outcome.PAUSED,
              List.of());
      case Verdict.Refused<CameraSettings> refused ->
          new Desired(null, Outcome.REFUSED, refused.violations());
    };
  }
}
