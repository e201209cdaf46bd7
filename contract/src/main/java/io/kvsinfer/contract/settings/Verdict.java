package io.kvsinfer.contract.settings;

import java.util.List;

/** What reading settings came to: accepted, or refused with everything that is wrong. */
public sealed interface Verdict<T> {

  /** Usable; {@code notices} tell of older names and ignored keys. */
  record Accepted<T>(T value, List<String> notices) implements Verdict<T> {
    public Accepted {
      notices = List.copyOf(notices);
    }
  }

  /** Not usable; at least one violation. */
  record Refused<T>(List<Violation> violations) implements Verdict<T> {
    public Refused {
      violations = List.copyOf(violations);
    }
  }
}
