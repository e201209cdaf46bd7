package io.kvsinfer.worker.source;

import io.kvsinfer.worker.source.GapAccount.Sum;
import io.kvsinfer.worker.source.SourceEvent.Gap;
import io.kvsinfer.worker.source.SourceEvent.GapReason;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Keeps a source's gaps. Bounded; thread-safe. */
final class GapRecorder {
  private final Map<GapReason, Sum> byReason = new EnumMap<>(GapReason.class);
  private final ArrayDeque<Gap> newest = new ArrayDeque<>();

  synchronized void add(Gap gap) {
    byReason.merge(
        gap.reason(),
        new Sum(1, gap.fragments(), gap.time()),
        (a, b) ->
            new Sum(a.gaps() + b.gaps(), a.fragments() + b.fragments(), a.time().plus(b.time())));
    newest.add(gap);
    if (newest.size() > GapAccount.KEPT) {
      newest.remove();
    }
  }

  synchronized long gaps() {
    return byReason.values().stream().mapToLong(Sum::gaps).sum();
  }

  synchronized GapAccount account() {
    return new GapAccount(byReason, List.copyOf(newest));
  }
}
