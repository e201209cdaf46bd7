package io.kvsinfer.worker.sample;

import static io.kvsinfer.worker.sample.Weather.SIZE;
import static io.kvsinfer.worker.sample.Weather.grey;
import static io.kvsinfer.worker.sample.Weather.lit;
import static io.kvsinfer.worker.sample.Weather.person;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Arrays;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MotionDetectorTest {
  private static final Instant T = Instant.parse("2026-11-21T02:48:00Z");

  private final Weather weather = new Weather();

  private static MotionDetector detector() {
    return detector(0.5);
  }

  private static MotionDetector detector(double sensitivity) {
    boolean[] everywhere = new boolean[SIZE.cells()];
    Arrays.fill(everywhere, true);
    return new MotionDetector(SIZE, everywhere, MotionSensitivity.of(sensitivity));
  }

  /** In how many of {@code count} pictures, {@code millis} apart, something moves. */
  private static int moving(
      MotionDetector detector, int from, int count, int millis, IntFunction<double[]> picture) {
    int moving = 0;
    for (int i = from; i < from + count; i++) {
      moving += detector.moves(T.plusMillis((long) i * millis), grey(picture.apply(i))) ? 1 : 0;
    }
    return moving;
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 1000, 2000, 10_000})
  void sensor_noise_is_not_motion(int millis) {
    assertThat(moving(detector(), 0, 120, millis, i -> weather.noisy(weather.yard(), 3))).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 2000})
  void flicker_of_the_whole_picture_is_not_motion(int millis) {
    assertThat(
            moving(
                detector(),
                0,
                120,
                millis,
                i -> weather.noisy(lit(weather.yard(), i % 2 == 0 ? 1.15 : 0.85, i % 3), 1.5)))
        .isZero();
  }

  @Test
  void slow_light_is_not_motion_from_day_to_night() {
    assertThat(
            moving(
                detector(),
                0,
                600,
                1000,
                i -> weather.noisy(lit(weather.yard(), 1.2 - i / 600.0, 0), 1.5)))
        .isZero();
  }

  @Test
  void light_that_is_switched_on_is_not_motion() {
    assertThat(
            moving(
                detector(),
                0,
                60,
                1000,
                i -> weather.noisy(lit(weather.yard(), i < 30 ? 0.6 : 1.1, i < 30 ? 0 : 9), 1.5)))
        .isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 1000})
  void rain_that_begins_and_stays_is_not_motion(int millis) {
    assertThat(
            moving(
                detector(),
                0,
                120,
                millis,
                i -> weather.rain(weather.noisy(weather.yard(), 2), i < 20 ? 0 : 100)))
        .isZero();
  }

  @Test
  void a_cloudburst_is_learned() {
    IntFunction<double[]> wet = i -> weather.rain(weather.noisy(weather.yard(), 2), 350);
    MotionDetector detector = detector();
    moving(detector, 0, 30, 1000, i -> weather.noisy(weather.yard(), 2));
    moving(detector, 30, 60, 1000, wet);
    assertThat(moving(detector, 90, 100, 1000, wet)).isLessThan(10);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 1000, 2000, 10_000})
  void a_person_who_walks_is_motion_in_rain_and_at_any_rate(int millis) {
    MotionDetector detector = detector();
    IntFunction<double[]> wet = i -> weather.rain(weather.noisy(weather.yard(), 2), 100);
    assertThat(moving(detector, 0, 60, millis, wet)).isZero();
    double perPicture = Math.min(12, 1.5 * millis / 1000);
    assertThat(
            moving(
                detector, 60, 6, millis, i -> person(wet.apply(i), 10 + perPicture * (i - 60), 30)))
        .isEqualTo(6);
  }

  @Test
  void what_has_stopped_is_still_after_a_while_and_what_leaves_moves() {
    MotionDetector detector = detector();
    assertThat(moving(detector, 0, 20, 200, i -> weather.noisy(weather.yard(), 2))).isZero();
    assertThat(
            moving(detector, 20, 100, 200, i -> person(weather.noisy(weather.yard(), 2), 20, 30)))
        .isBetween(20, 60);
    assertThat(
            moving(detector, 120, 30, 200, i -> person(weather.noisy(weather.yard(), 2), 20, 30)))
        .isZero();
    assertThat(moving(detector, 150, 3, 200, i -> weather.noisy(weather.yard(), 2))).isEqualTo(3);
  }

  @Test
  void a_tree_that_sways_is_learned() {
    MotionDetector detector = detector();
    IntFunction<double[]> swaying =
        i ->
            Weather.something(
                weather.noisy(weather.yard(), 2), 40, 10, 8, 8, 14 * Math.sin(i * 1.3));
    moving(detector, 0, 300, 200, swaying);
    assertThat(moving(detector, 300, 100, 200, swaying)).isZero();
    // Yet someone in front of it is seen.
    assertThat(moving(detector, 400, 1, 200, i -> person(swaying.apply(i), 42, 12))).isOne();
  }

  @Test
  void motion_where_nothing_counts_is_none() {
    boolean[] left = new boolean[SIZE.cells()];
    for (int i = 0; i < left.length; i++) {
      left[i] = i % SIZE.width() < SIZE.width() / 2;
    }
    MotionDetector detector = new MotionDetector(SIZE, left, MotionSensitivity.of(0.5));
    assertThat(moving(detector, 0, 20, 200, i -> person(weather.yard(), 60 + i, 30))).isZero();
    assertThat(moving(detector, 20, 5, 200, i -> person(weather.yard(), i, 30))).isEqualTo(5);
  }

  @Test
  void sensitivity_decides_about_what_is_faint_or_small() {
    IntFunction<double[]> faint =
        i -> Weather.something(weather.noisy(weather.yard(), 0.5), i % 60, 30, 2, 2, -10);
    for (double sensitivity : new double[] {0, 0.5, 1}) {
      MotionDetector detector = detector(sensitivity);
      moving(detector, 0, 1, 1000, i -> weather.yard());
      assertThat(moving(detector, 1, 30, 1000, faint))
          .as("sensitivity " + sensitivity)
          .isBetween(sensitivity == 1 ? 25 : 0, sensitivity == 1 ? 30 : 0);
    }
  }

  @Test
  void a_clock_set_back_starts_anew_and_the_same_picture_again_tells_nothing() {
    MotionDetector detector = detector();
    byte[] empty = grey(weather.yard());
    byte[] someone = grey(person(weather.yard(), 20, 30));
    assertThat(detector.moves(T, empty)).isFalse();
    assertThat(detector.moves(T, someone)).isFalse();
    assertThat(detector.moves(T.minusSeconds(60), someone)).isFalse();
    assertThat(detector.moves(T.minusSeconds(59), someone)).isFalse();
    assertThat(detector.moves(T.minusSeconds(58), empty)).isTrue();
  }

  @Test
  void a_picture_of_another_size_is_refused() {
    assertThatThrownBy(() -> detector().moves(T, new byte[7])).hasMessageContaining("7 cells");
  }
}
