package io.kvsinfer.contract.settings;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** What was found wrong or worth a word while reading settings. */
final class Findings {
  /** More than an operator reads, and few enough to be kept in a table item. */
  private static final int MOST = 100;

  // Sets: a wrong default is met again under each camera and said once.
  private final Set<Violation> violations = new LinkedHashSet<>();
  private final Set<String> notices = new LinkedHashSet<>();

  void refuse(Tree at, String message) {
    if (!(at instanceof Tree.Broken)) {
      violations.add(new Violation(at.path(), Excerpt.of(at), message));
    }
  }

  /** A violation where there is no value to show. */
  void refuse(String path, String message) {
    violations.add(new Violation(path, "", message));
  }

  void notice(String notice) {
    notices.add(notice);
  }

  boolean none() {
    return violations.isEmpty();
  }

  /** Accepted with what {@code value} makes, or refused with everything found. */
  <T> Verdict<T> verdict(Supplier<T> value) {
    return none() ? new Verdict.Accepted<>(value.get(), List.copyOf(notices)) : refused();
  }

  /** Refused with everything found. */
  <T> Verdict.Refused<T> refused() {
    List<Violation> first = new ArrayList<>(violations);
    if (first.size() > MOST) {
      int more = first.size() - MOST;
      first = new ArrayList<>(first.subList(0, MOST));
      first.add(new Violation("", "", "and " + more + " more violations"));
    }
    return new Verdict.Refused<>(first);
  }
}
