package io.kvsinfer.worker.source.getmedia;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LagTest {
  private final Lag lag = new Lag(Duration.ofSeconds(5));

  /** Whether reading goes on with the newest fragment after one of these, in seconds. */
  private boolean tooMuch(double... behind) {
    boolean any = false;
    for (double seconds : behind) {
      lag.whole(Duration.ofMillis(Math.round(seconds * 1000)));
      any |= lag.tooMuch();
    }
    return any;
  }

  @Test
  void a_lag_that_grows_from_fragment_to_fragment_is_too_much_at_5_s() {
    assertThat(tooMuch(0.1, 2, 4)).isFalse();
    assertThat(tooMuch(6)).isTrue();
  }

  @Test
  void who_catches_up_goes_on_however_far_behind() {
    assertThat(tooMuch(0.1, 0.1)).isFalse();
    lag.opened();

    assertThat(tooMuch(60, 50, 52, 40, 30, 20, 10, 0.2)).isFalse();
  }

  @Test
  void a_clock_that_is_off_by_minutes_is_no_lag() {
    assertThat(tooMuch(300, 300.1, 300.2, 300.1, 300.3, 300.4)).isFalse();
  }

  @Test
  void one_pause_of_the_network_is_no_lag_that_grows() {
    assertThat(tooMuch(0.1, 0.1, 9, 5, 1, 0.1)).isFalse();
  }

  @Test
  void a_fragment_that_waited_to_be_taken_says_nothing_of_the_network() {
    for (int i = 0; i < 10; i++) {
      lag.held();
      assertThat(tooMuch(3 * i)).isFalse();
    }
  }
}
