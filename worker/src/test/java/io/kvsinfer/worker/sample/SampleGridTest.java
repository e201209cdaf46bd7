package io.kvsinfer.worker.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SampleGridTest {
  private static final Instant T = Instant.parse("2026-11-21T02:48:00Z");

  @Test
  void slots_of_five_frames_a_second_are_200_ms_from_the_epoch_on() {
    SampleGrid grid = SampleGrid.of(5);
    assertThat(grid.slot(Instant.EPOCH)).isZero();
    assertThat(grid.slot(Instant.EPOCH.plusNanos(199_999_999))).isZero();
    assertThat(grid.slot(Instant.EPOCH.plusMillis(200))).isOne();
    assertThat(grid.slot(Instant.EPOCH.minusNanos(1))).isEqualTo(-1);
    assertThat(grid.slotSeconds()).isEqualTo(0.2);
  }

  @Test
  void slots_are_exact_for_any_rate_and_time() {
    Random random = new Random(7);
    for (double fps : new double[] {5, 0.5, 12.5, 29.97, 1.0 / 3, 7, 1000, 0.000001}) {
      SampleGrid grid = SampleGrid.of(fps);
      BigDecimal rate =
          BigDecimal.valueOf(grid.numerator())
              .divide(BigDecimal.valueOf(grid.denominator()), 12, RoundingMode.UNNECESSARY);
      for (int i = 0; i < 2000; i++) {
        Instant t =
            Instant.ofEpochSecond(random.nextLong(4_000_000_000L), random.nextInt(1_000_000_000));
        BigInteger exact =
            new BigDecimal(t.getEpochSecond())
                .add(BigDecimal.valueOf(t.getNano(), 9))
                .multiply(rate)
                .setScale(0, RoundingMode.FLOOR)
                .toBigInteger();
        assertThat(BigInteger.valueOf(grid.slot(t))).isEqualTo(exact);
      }
    }
  }

  @Test
  void a_skipping_detector_gets_the_first_of_so_many_slots() {
    SampleGrid grid = SampleGrid.of(5);
    SampleGrid third = grid.every(2);
    for (int i = 0; i < 100; i++) {
      Instant t = T.plusMillis(200L * i + 13);
      assertThat(third.slot(t)).isEqualTo(Math.floorDiv(grid.slot(t), 3));
    }
  }

  @Test
  void a_rate_that_is_none_is_refused() {
    assertThatThrownBy(() -> SampleGrid.of(0)).hasMessageContaining("greater than 0");
    assertThatThrownBy(() -> SampleGrid.of(Double.NaN)).hasMessageContaining("greater than 0");
    assertThatThrownBy(() -> SampleGrid.of(0.0000001)).hasMessageContaining("greater than 0");
    assertThatThrownBy(() -> SampleGrid.of(5).every(-1)).hasMessageContaining("skip_frames = -1");
  }

  @Test
  void the_first_frame_of_each_slot_is_taken_whenever_it_arrives() {
    GridCursor cursor = new GridCursor(SampleGrid.of(5));
    int taken = 0;
    for (int i = 0; i < 300; i++) {
      taken += cursor.take(T.plusMillis(i * 1000L / 30)) ? 1 : 0;
    }
    assertThat(taken).isEqualTo(50);
  }

  @Test
  void one_that_resumes_does_not_take_a_slot_twice() {
    GridCursor cursor = new GridCursor(SampleGrid.of(5));
    cursor.resumeAfter(T.plusMillis(10));
    assertThat(cursor.take(T.plusMillis(43))).isFalse();
    assertThat(cursor.take(T.plusMillis(200))).isTrue();
  }

  @Test
  void a_clock_that_steps_back_a_little_takes_nothing_twice_and_one_set_anew_goes_on() {
    GridCursor cursor = new GridCursor(SampleGrid.of(5));
    assertThat(cursor.take(T)).isTrue();
    assertThat(cursor.take(T.minusMillis(300))).isFalse();
    assertThat(cursor.take(T.minusSeconds(3600))).isTrue();
    assertThat(cursor.take(T.minusSeconds(3600).plusMillis(200))).isTrue();
  }
}
