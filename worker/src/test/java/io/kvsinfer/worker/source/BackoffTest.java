package io.kvsinfer.worker.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BackoffTest {
  /** Always at that part of the range asked for. */
  private static RandomGenerator at(double part) {
    return new RandomGenerator() {
      @Override
      public long nextLong() {
        return 0;
      }

      @Override
      public double nextDouble(double origin, double bound) {
        return origin + part * (bound - origin);
      }
    };
  }

  @Test
  void the_first_retry_comes_within_a_second() {
    for (int seed = 0; seed < 1000; seed++) {
      Backoff backoff = new Backoff(5, 60, 2, new SplittableRandom(seed));
      assertThat(backoff.next()).isPositive().isLessThanOrEqualTo(Duration.ofSeconds(1));
    }
  }

  @Test
  void then_delays_grow_from_the_reconnect_delay_to_the_cap() {
    Backoff backoff = new Backoff(5, 60, 2, at(0.5));
    backoff.next();
    assertThat(new long[] {seconds(backoff), seconds(backoff), seconds(backoff), seconds(backoff)})
        .containsExactly(5, 10, 20, 40);
    assertThat(seconds(backoff)).isEqualTo(60);
    assertThat(seconds(backoff)).isEqualTo(60);
  }

  @Test
  void jitter_is_applied_after_the_cap() {
    Backoff low = new Backoff(60, 60, 2, at(0));
    low.next();
    assertThat(seconds(low)).isEqualTo(48);
    Backoff high = new Backoff(60, 60, 2, at(1));
    high.next();
    assertThat(seconds(high)).isEqualTo(72);
  }

  @Test
  void a_good_frame_starts_again() {
    Backoff backoff = new Backoff(5, 60, 2, at(0.5));
    backoff.next();
    backoff.next();
    assertThat(backoff.failures()).isEqualTo(2);
    backoff.reset();
    assertThat(backoff.failures()).isZero();
    assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void delays_that_cannot_be_are_refused() {
    assertThatThrownBy(() -> new Backoff(0, 60, 2, at(0)))
        .hasMessageContaining("above 0 s")
        .hasMessageContaining("0.0, 60.0 and 2.0");
    assertThatThrownBy(() -> new Backoff(1, 60, 0.5, at(0))).hasMessageContaining("at least 1");
  }

  private static long seconds(Backoff backoff) {
    return Math.round(backoff.next().toNanos() / 1e9);
  }
}
