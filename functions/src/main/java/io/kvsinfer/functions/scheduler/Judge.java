package io.kvsinfer.functions.scheduler;

import io.kvsinfer.contract.settings.AllowList;
import io.kvsinfer.contract.settings.CameraSettings;
import io.kvsinfer.contract.settings.SettingsReader;
import io.kvsinfer.contract.settings.SettingsRevision;
import io.kvsinfer.contract.settings.Verdict;
import io.kvsinfer.contract.settings.Violation;
import io.kvsinfer.contract.state.Desired;
import io.kvsinfer.contract.state.Desired.Outcome;
import io.kvsinfer.store.CameraTable.CameraItem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The verdict on an item of the cameras table. */
final class Judge {
  private Judge() {}

  /**
   * The verdict, and what of the item the scheduler itself goes by.
   *
   * @param pool of cameras that may share a task; null = none
   */
  record Judgement(Desired desired, @Nullable String pool) {}

  static Judgement judge(CameraItem item, AllowList allowed) {
    return switch (SettingsReader.readItem(item.tree())) {
      case Verdict.Accepted<CameraSettings>(CameraSettings camera, List<String> notices) ->
          judge(camera, allowed.violations(camera));
      case Verdict.Refused<CameraSettings> refused ->
          new Judgement(new Desired(null, Outcome.REFUSED, refused.violations()), null);
    };
  }

  private static Judgement judge(CameraSettings camera, List<Violation> forbidden) {
    if (!forbidden.isEmpty()) {
      return new Judgement(new Desired(null, Outcome.REFUSED, forbidden), null);
    }
    return new Judgement(
        new Desired(
            SettingsRevision.of(camera),
            camera.enabled() ? Outcome.ACCEPTED : Outcome.PAUSED,
            List.of(),
            SettingsRevision.restart(camera),
            null),
        camera.resources().pool());
  }
}
