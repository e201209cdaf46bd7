package io.kvsinfer.contract.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** Shorthands for reading settings in tests. */
final class Reading {
  private Reading() {}

  /** A file with one camera of that YAML, which stands at {@code cameras[0]}. */
  static String file(String camera) {
    return "schema: 1\ncameras:\n  -" + camera.indent(4).substring(3);
  }

  static CameraSettings camera(String yaml) {
    return accepted(SettingsReader.read(file(yaml))).cameras().getFirst();
  }

  static <T> T accepted(Verdict<T> verdict) {
    return switch (verdict) {
      case Verdict.Accepted<T> accepted -> accepted.value();
      case Verdict.Refused<T> refused -> throw new AssertionError(refused.violations().toString());
    };
  }

  static List<String> notices(Verdict<?> verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
    return ((Verdict.Accepted<?>) verdict).notices();
  }

  static List<Violation> violations(Verdict<?> verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Refused.class);
    return ((Verdict.Refused<?>) verdict).violations();
  }

  /** As {@code path = value: message}. */
  static List<String> problems(Verdict<?> verdict) {
    return violations(verdict).stream().map(Violation::toString).toList();
  }

  static List<String> problemsOf(String camera) {
    return problems(SettingsReader.read(file(camera)));
  }
}
