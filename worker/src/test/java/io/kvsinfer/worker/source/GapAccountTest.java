package io.kvsinfer.worker.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.worker.source.SourceEvent.Gap;
import io.kvsinfer.worker.source.SourceEvent.GapReason;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class GapAccountTest {
  private static final Instant T0 = Instant.parse("2026-11-21T02:48:00Z");

  private static Gap gap(int from, int to, int fragments, GapReason reason) {
    return new Gap(T0.plusSeconds(from), T0.plusSeconds(to), fragments, reason, "seen to it");
  }

  @Test
  void gaps_are_summed_by_reason_and_kept_one_by_one() {
    SourceCounters counters = new SourceCounters();
    counters.gap(gap(0, 4, 2, GapReason.MISSING));
    counters.gap(gap(10, 11, 0, GapReason.MISSING));
    counters.gap(new Gap(null, T0, 1, GapReason.TOO_OLD, "long ago"));
    GapAccount account = counters.gapAccount();
    assertThat(account.byReason())
        .containsOnlyKeys(GapReason.MISSING, GapReason.TOO_OLD)
        .containsEntry(GapReason.MISSING, new GapAccount.Sum(2, 2, Duration.ofSeconds(5)))
        .containsEntry(GapReason.TOO_OLD, new GapAccount.Sum(1, 1, Duration.ZERO));
    assertThat(account.gaps()).isEqualTo(3).isEqualTo(counters.account().gaps());
    assertThat(account.fragments()).isEqualTo(3);
    assertThat(account.time()).isEqualTo(Duration.ofSeconds(5));
    assertThat(account.newest()).extracting(Gap::to).endsWith(T0);
  }

  @Test
  void a_time_is_named_where_one_gap_spans_it() {
    SourceCounters counters = new SourceCounters();
    counters.gap(gap(0, 4, 0, GapReason.MISSING));
    counters.gap(new Gap(T0.plusSeconds(9), null, GapReason.UNREADABLE, "torn"));
    GapAccount account = counters.gapAccount();
    assertThat(account.names(T0.plusSeconds(1), T0.plusSeconds(3))).isTrue();
    assertThat(account.names(T0, T0.plusSeconds(4))).isTrue();
    assertThat(account.names(T0.plusSeconds(3), T0.plusSeconds(5))).isFalse();
    assertThat(account.names(T0.plusSeconds(9), T0.plusSeconds(10))).isFalse();
  }

  @Test
  void single_gaps_are_kept_up_to_a_bound_and_sums_go_on() {
    SourceCounters counters = new SourceCounters();
    for (int i = 0; i < GapAccount.KEPT + 10; i++) {
      counters.gap(gap(i, i + 1, 1, GapReason.NOT_KEPT));
    }
    assertThat(counters.gapAccount().newest()).hasSize(GapAccount.KEPT);
    assertThat(counters.gapAccount().newest().getFirst().from()).isEqualTo(T0.plusSeconds(10));
    assertThat(counters.gapAccount().gaps()).isEqualTo(GapAccount.KEPT + 10);
  }
}
