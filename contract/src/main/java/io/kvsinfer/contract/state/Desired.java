package io.kvsinfer.contract.state;

import io.kvsinfer.contract.settings.Violation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the scheduler made of the operator's item.
 *
 * @param revision settings revision; null when refused
 * @param verdict accepted, refused or paused
 * @param violations why it was refused
 */
public record Desired(@Nullable String revision, Outcome verdict, List<Violation> violations) {
  public Desired {
    violations = List.copyOf(violations);
  }

  /** The verdict on a camera item. */
  public enum Outcome {
    ACCEPTED,
    REFUSED,
    PAUSED
  }
}
