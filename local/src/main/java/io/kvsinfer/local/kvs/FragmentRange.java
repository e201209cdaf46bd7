package io.kvsinfer.local.kvs;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** Selects fragments by one of their times. */
final class FragmentRange {
  private FragmentRange() {}

  /**
   * Fragments that start from {@code start} to {@code end}, both inclusive, by time. Of fragments
   * with the same time only the one with the largest number.
   */
  static List<Fragment> select(
      List<Fragment> fragments, TimestampType type, Instant start, Instant end) {
    TreeMap<Instant, Fragment> byTime = new TreeMap<>(Comparator.naturalOrder());
    for (Fragment fragment : fragments) {
      Instant time = fragment.timestamp(type);
      if (!time.isBefore(start) && !time.isAfter(end)) {
        byTime.merge(
            time,
            fragment,
            (a, b) -> FragmentNumbers.ORDER.compare(a.number(), b.number()) < 0 ? b : a);
      }
    }
    return List.copyOf(byTime.values());
  }
}
