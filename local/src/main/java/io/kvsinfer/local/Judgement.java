package io.kvsinfer.local;

import io.kvsinfer.contract.geometry.Box;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The incidents of one camera held against what really happened there.
 *
 * @param expected real events that had to be seen
 * @param found how many of those have an incident
 * @param missed labels and times of those that have none
 * @param invented incidents that nothing real explains
 * @param duplicates incidents beyond the first of one real event
 */
record Judgement(
    int expected, int found, List<GroundTruth.Real> missed, List<Seen> invented, int duplicates) {
  /** An incident as stored. */
  record Seen(
      String camera,
      String incidentId,
      String label,
      Instant startedAt,
      @Nullable Instant endedAt,
      double confidence,
      Box box,
      @Nullable String annotatedKey) {}

  Judgement {
    missed = List.copyOf(missed);
    invented = List.copyOf(invented);
  }

  /** With ground truth: each real event explains one incident, every further one is a duplicate. */
  static Judgement against(
      List<GroundTruth.Real> real, List<Seen> incidents, Instant begin, Instant end) {
    int[] explained = new int[real.size()];
    List<Seen> invented = new ArrayList<>();
    for (Seen seen : incidents) {
      int which = -1;
      for (int i = 0; i < real.size() && which < 0; i++) {
        if (real.get(i).explains(seen.label(), seen.startedAt())) {
          which = i;
        }
      }
      if (which < 0) {
        invented.add(seen);
      } else {
        explained[which]++;
      }
    }
    int expected = 0;
    int found = 0;
    int duplicates = 0;
    List<GroundTruth.Real> missed = new ArrayList<>();
    for (int i = 0; i < explained.length; i++) {
      duplicates += Math.max(0, explained[i] - 1);
      if (real.get(i).expectedWithin(begin, end)) {
        expected++;
        if (explained[i] > 0) {
          found++;
        } else {
          missed.add(real.get(i));
        }
      }
    }
    return new Judgement(expected, found, missed, invented, duplicates);
  }

  /** Without ground truth: the same object at the same time in two incidents is a duplicate. */
  static int duplicatesAmong(List<Seen> incidents) {
    int duplicates = 0;
    for (int i = 0; i < incidents.size(); i++) {
      Seen later = incidents.get(i);
      boolean again = false;
      for (int j = 0; j < i && !again; j++) {
        Seen earlier = incidents.get(j);
        again =
            earlier.label().equals(later.label())
                && earlier.box().iou(later.box()) > 0.5
                && overlaps(earlier, later);
      }
      if (again) {
        duplicates++;
      }
    }
    return duplicates;
  }

  private static boolean overlaps(Seen a, Seen b) {
    return !a.startedAt().isAfter(end(b)) && !b.startedAt().isAfter(end(a));
  }

  private static Instant end(Seen seen) {
    return seen.endedAt() == null ? Instant.MAX : seen.endedAt();
  }
}
