package io.kvsinfer.worker.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What waits for a service that was away goes on soon after it is back, and asks seldom before. */
final class RetryDelayTest {
  @Test
  void however_long_an_outage_lasts_the_next_try_is_no_farther_away_than_half_of_five_seconds() {
    PublishLimits limits = PublishLimits.defaults();
    RetryDelay delay = new RetryDelay(limits.firstRetry(), limits.mostRetry());
    Duration waited = Duration.ZERO;
    for (int failure = 0; failure < 300; failure++) {
      Duration next = Duration.ofNanos(delay.nextNanos());
      assertThat(next).isBetween(Duration.ofMillis(400), Duration.ofMillis(2500));
      waited = waited.plus(next);
    }
    assertThat(waited).as("about every two seconds").isGreaterThan(Duration.ofMinutes(9));
    delay.reset();
    assertThat(delay.nextNanos()).isLessThan(Duration.ofMillis(601).toNanos());
  }
}
