package io.kvsinfer.contract.state;

import io.kvsinfer.contract.settings.Violation;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the scheduler made of the operator's item.
 *
 * @param revision settings revision; null when refused
 * @param verdict accepted, refused or paused
 * @param violations why it was refused
 * @param restartRevision what of the settings only a new worker takes up, see {@link
 *     io.kvsinfer.contract.settings.SettingsRevision#restart}; null when refused
 * @param resumedAt when the camera came back after it was paused or removed; media from before is
 *     left out on purpose. Null when it was never away
 */
public record Desired(
    @Nullable String revision,
    Outcome verdict,
    List<Violation> violations,
    @Nullable String restartRevision,
    @Nullable Instant resumedAt) {
  public Desired {
    violations = List.copyOf(violations);
  }

  /** A verdict without a restart revision, on a camera that was never away. */
  public Desired(@Nullable String revision, Outcome verdict, List<Violation> violations) {
    this(revision, verdict, violations, null, null);
  }

  /** The same verdict on a camera that came back then. */
  public Desired resumed(@Nullable Instant at) {
    return new Desired(revision, verdict, violations, restartRevision, at);
  }

  /** Refused by the worker that was to run with it. */
  public Desired refused(String reason) {
    return new Desired(
        revision,
        Outcome.REFUSED,
        List.of(new Violation("detectors", "", reason)),
        restartRevision,
        resumedAt);
  }

  /** The verdict on a camera item. */
  public enum Outcome {
    ACCEPTED,
    REFUSED,
    PAUSED
  }
}
