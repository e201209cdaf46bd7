package io.kvsinfer.worker.source.hls;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.settings.HlsSettings;
import io.kvsinfer.contract.settings.PlaybackSettings;
import io.kvsinfer.worker.source.FrameSourceException;
import io.kvsinfer.worker.source.KvsConnectionException;
import io.kvsinfer.worker.source.SourceTime;
import io.kvsinfer.worker.source.ThrottledException;
import io.kvsinfer.worker.source.hls.Recovery.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** With the default settings, on a simulated clock. */
class RecoveryTest {
  private final FrameSourceException down =
      new KvsConnectionException("the network is down", false, null);
  private final FrameSourceException limit = new ThrottledException("too many calls", null);
  private final Passing time = new Passing();
  private final Recovery recovery =
      new Recovery(
          HlsSettings.of(PlaybackSettings.Preset.BALANCED),
          new Lifetime(time),
          new SplittableRandom(5));

  /** Fails again and again until it is given up; the waits between. */
  private List<Duration> waits(FrameSourceException why) {
    List<Duration> waits = new ArrayList<>();
    while (recovery.after(why) instanceof Step.Retry(var pause, var reopen, var counted)) {
      waits.add(pause);
      time.pass(pause);
    }
    return waits;
  }

  /** How many of the failures that come every few seconds count. */
  private int counted(FrameSourceException why) {
    int counted = 0;
    while (recovery.after(why) instanceof Step.Retry(var pause, var reopen, var counts)) {
      counted += counts ? 1 : 0;
      time.pass(pause);
    }
    return counted;
  }

  private static Duration sum(List<Duration> waits) {
    return waits.stream().reduce(Duration.ZERO, Duration::plus);
  }

  @Test
  void an_outage_of_minutes_is_noticed_to_be_over_within_5_s() {
    List<Duration> waits = waits(down);

    assertThat(waits.getFirst()).isLessThanOrEqualTo(Duration.ofSeconds(1));
    assertThat(waits).allMatch(w -> w.compareTo(Duration.ofMillis(4200)) <= 0);
    // 1, 5, 10, 20, 40 and five times 60 s, each 80 to 120 %
    assertThat(sum(waits)).isBetween(Duration.ofSeconds(300), Duration.ofSeconds(452));
  }

  @Test
  void tries_within_a_delay_count_as_nothing() {
    assertThat(counted(down)).isEqualTo(10);
  }

  @Test
  void a_service_that_asks_for_fewer_calls_gets_as_few_as_the_settings_say() {
    List<Duration> waits = waits(limit);

    assertThat(waits).hasSize(10);
    assertThat(waits.getLast()).isBetween(Duration.ofSeconds(48), Duration.ofSeconds(72));
    assertThat(sum(waits)).isBetween(Duration.ofSeconds(300), Duration.ofSeconds(452));
  }

  @Test
  void a_good_frame_makes_the_next_failure_the_first_again() {
    for (int i = 0; i < 20; i++) {
      if (recovery.after(down) instanceof Step.Retry(var pause, var reopen, var counted)) {
        time.pass(pause);
      }
    }
    recovery.good();

    assertThat(recovery.after(down))
        .isInstanceOfSatisfying(
            Step.Retry.class,
            retry -> assertThat(retry.pause()).isLessThanOrEqualTo(Duration.ofSeconds(1)));
  }

  private static final class Passing implements SourceTime {
    private long nanos;

    void pass(Duration time) {
      nanos += time.toNanos();
    }

    @Override
    public Instant instant() {
      return Instant.EPOCH.plusNanos(nanos);
    }

    @Override
    public long nanos() {
      return nanos;
    }

    @Override
    public void await(Duration time, CountDownLatch end) {
      pass(time);
    }
  }
}
