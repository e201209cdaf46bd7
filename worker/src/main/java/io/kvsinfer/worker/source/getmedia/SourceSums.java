package io.kvsinfer.worker.source.getmedia;

import io.kvsinfer.worker.source.FragmentSource;
import io.kvsinfer.worker.source.GapAccount;
import io.kvsinfer.worker.source.GapAccount.Sum;
import io.kvsinfer.worker.source.SourceAccount;
import io.kvsinfer.worker.source.SourceEvent.Gap;
import io.kvsinfer.worker.source.SourceEvent.GapReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What several sources of one camera did, one after the other. Guarded by its owner. */
final class SourceSums {
  private SourceAccount account = new SourceAccount(0, 0, 0, 0, 0, 0, null, Duration.ZERO);
  private GapAccount gaps = GapAccount.NONE;

  /** A source has ended. */
  void add(FragmentSource ended) {
    account = sum(account, ended.account());
    gaps = sum(gaps, ended.gaps());
  }

  /** With the source that is read now, and gaps that none of them knows. */
  SourceAccount account(SourceAccount now, long moreGaps) {
    SourceAccount sum = sum(account, now);
    return new SourceAccount(
        sum.fragments(),
        sum.frames(),
        sum.gaps() + moreGaps,
        sum.reconnects(),
        sum.readErrors(),
        sum.urlRefreshes(),
        sum.lastReceivedAt(),
        sum.longestBreak());
  }

  GapAccount gaps(GapAccount now, GapAccount more) {
    return sum(sum(gaps, now), more);
  }

  private static SourceAccount sum(SourceAccount a, SourceAccount b) {
    return new SourceAccount(
        a.fragments() + b.fragments(),
        a.frames() + b.frames(),
        a.gaps() + b.gaps(),
        a.reconnects() + b.reconnects(),
        a.readErrors() + b.readErrors(),
        a.urlRefreshes() + b.urlRefreshes(),
        later(a.lastReceivedAt(), b.lastReceivedAt()),
        longer(a.longestBreak(), b.longestBreak()));
  }

  private static @Nullable Instant later(@Nullable Instant a, @Nullable Instant b) {
    return a == null || (b != null && b.isAfter(a)) ? b : a;
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? b : a;
  }

  private static GapAccount sum(GapAccount a, GapAccount b) {
    Map<GapReason, Sum> byReason = new EnumMap<>(GapReason.class);
    byReason.putAll(a.byReason());
    b.byReason()
        .forEach((reason, sum) ->
            byReason.merge(
                reason,
                sum,
                (x, y) ->
                    new Sum(
                        x.gaps() + y.gaps(),
                        x.fragments() + y.fragments(),
                        x.time().plus(y.time()))));
    List<Gap> newest = new ArrayList<>(a.newest());
    newest.addAll(b.newest());
    int from = Math.max(0, newest.size() - GapAccount.KEPT);
    return new GapAccount(byReason, newest.subList(from, newest.size()));
  }
}
