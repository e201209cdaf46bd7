package io.kvsinfer.worker.track;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kvsinfer.contract.geometry.Box;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where exactly a tracker takes two boxes for one object, and where it begins not to. */
final class TrackerBoundsTest {
  private static final Instant T = Instant.parse("2026-11-21T02:48:00Z");

  /** Without reach: what does not overlap enough is another. */
  private static TrackerSettings overlapOnly(double minIou) {
    return new TrackerSettings(minIou, 0, 0, 1, 3);
  }

  private static Tracker tracker() {
    return new Tracker(TrackerSettings.objects(3));
  }

  @ParameterizedTest(name = "moved by {0} of 100")
  @CsvSource({"49, 1", "50, 1", "51, 2"})
  void the_least_overlap_counts(double moved, long id) {
    // By 50 of 100, a third of both together is shared.
    Tracker tracker = new Tracker(overlapOnly(1 / 3.0));
    tracker.update(T, List.of(car(100, 100, 100)));
    assertThat(seen(tracker.update(at(200), List.of(car(100 + moved, 100, 100)))).id())
        .isEqualTo(id);
  }

  @ParameterizedTest(name = "moved by {0} of 130")
  @CsvSource({"69, true", "70, true", "71, false"})
  void a_faint_box_must_overlap_by_three_tenths(double moved, boolean followed) {
    Tracker tracker = tracker();
    tracker.update(T, List.of(car(100, 100, 130)));
    List<Track> tracks = tracker.update(at(200), List.of(), List.of(car(100 + moved, 100, 130)));
    assertThat(tracks.getFirst().faint()).isEqualTo(followed);
  }

  @ParameterizedTest(name = "moved by {0} of 150")
  @CsvSource({"49, 1", "50, 1", "51, 2"})
  void after_a_break_half_of_the_place_must_be_covered(double moved, long id) {
    Tracker tracker = tracker();
    tracker.update(T, List.of(car(100, 100, 150)));
    assertThat(seen(tracker.update(at(60_000), List.of(car(100 + moved, 100, 150)))).id())
        .isEqualTo(id);
  }

  @ParameterizedTest(name = "after {0} ms")
  @CsvSource({"2999, 1", "3000, 1", "3001, 2"})
  void the_time_that_an_object_may_be_lost_is_part_of_it(int millis, long id) {
    Tracker tracker = tracker();
    tracker.update(T, List.of(car(100, 100, 100)));
    // Beside its place, where only a motion could have taken it.
    assertThat(seen(tracker.update(at(millis), List.of(car(250, 100, 100)))).id()).isEqualTo(id);
    Tracker second = tracker();
    second.update(T, List.of(car(100, 100, 100)));
    List<Track> tracks = second.update(at(millis), List.of(), List.of(car(100, 100, 100)));
    assertThat(tracks.getFirst().faint()).isEqualTo(id == 1);
  }

  @ParameterizedTest(name = "{0} px away, {1} wide")
  @CsvSource({
    "199, 100, 1",
    "200, 100, 2",
    "-199, 100, 1",
    "201, 200, 1", // the longer of both boxes is the measure
    "205, 200, 1",
    "110, 50, 1",
    "110, 49, 2",
    "170, 200, 1",
    "170, 201, 2",
  })
  void a_first_motion_reaches_two_lengths_and_sizes_may_differ_by_two(
      double away, double width, long id) {
    Tracker tracker = tracker();
    tracker.update(T, List.of(new Observation("car", 0.9, new Box(450, 120, 100, 20))));
    Box other = new Box(500 + away - width / 2, 120, width, 20);
    List<Track> tracks = tracker.update(at(200), List.of(new Observation("car", 0.9, other)));
    assertThat(seen(tracks).id()).isEqualTo(id);
  }

  @ParameterizedTest(name = "{0} px beside where it is expected")
  @CsvSource({"99, 1", "100, 2", "-99, 1", "-100, 2"})
  void a_known_motion_reaches_one_length(double beside, long id) {
    Tracker tracker = tracker();
    tracker.update(T, List.of(car(100, 300, 100)));
    tracker.update(at(200), List.of(car(130, 300, 100)));
    // Expected at 160, and above or below it nothing overlaps.
    assertThat(seen(tracker.update(at(400), List.of(car(160, 300 + beside, 100)))).id())
        .isEqualTo(id);
  }

  @Test
  void what_moves_is_not_looked_for_where_it_was() {
    Tracker tracker = tracker();
    tracker.update(T, List.of(car(100, 100, 100)));
    tracker.update(at(200), List.of(car(290, 100, 100)));
    assertThat(seen(tracker.update(at(400), List.of(car(290, 100, 100)))).id()).isEqualTo(2);
  }

  @Test
  void one_pair_that_overlaps_is_likelier_than_two_that_are_near() {
    Tracker tracker = tracker();
    tracker.update(T, List.of(car(100, 100, 100), car(260, 100, 100)));
    List<Track> tracks = tracker.update(at(200), List.of(car(165, 100, 100), car(20, 100, 100)));
    // Both near pairs together would be (100 to 20) and (260 to 165).
    assertThat(tracks.getFirst().box().x()).isEqualTo(165);
    assertThat(tracks.get(1).seen()).isFalse();
  }

  @Test
  void a_velocity_is_that_of_the_last_quarter_second_or_of_all_there_is() {
    Tracker tracker = tracker();
    tracker.update(T, List.of(car(100, 100, 100)));
    assertThat(tracker.update(at(200), List.of(car(110, 105, 100))).getFirst().predicted())
        .isEqualTo(new Box(110, 105, 100, 60));
    tracker.update(at(400), List.of(car(140, 100, 100)));
    // 50 a second, then 150, of which 1 − e^(−0.8) counts; likewise 25 and −25.
    double gain = 1 - Math.exp(-0.8);
    Box next = tracker.update(at(500), List.of()).getFirst().predicted();
    assertThat(next.x()).isCloseTo(140 + 0.1 * (50 + gain * 100), within(1e-9));
    assertThat(next.y()).isCloseTo(100 + 0.1 * (25 - gain * 50), within(1e-9));

    Tracker fast = tracker();
    fast.update(T, List.of(car(100, 100, 100)));
    fast.update(at(20), List.of(car(101, 100, 100)));
    fast.update(at(40), List.of(car(104, 100, 100)));
    // So soon half of all the time counts for more than e^(−0.08).
    assertThat(fast.update(at(60), List.of()).getFirst().predicted().x())
        .isCloseTo(104 + 0.02 * (50 + 0.5 * 100), within(1e-9));
  }

  @Test
  void motion_is_carried_on_for_a_second_and_a_half() {
    Tracker tracker = tracker();
    tracker.update(T, List.of(car(100, 100, 100)));
    tracker.update(at(200), List.of(car(120, 90, 100)));
    for (int millis : new int[] {1700, 1800, 2600}) {
      Box box = tracker.update(at(millis), List.of()).getFirst().predicted();
      assertThat(box.x()).isCloseTo(120 + 150, within(1e-9));
      assertThat(box.y()).isCloseTo(90 - 75, within(1e-9));
    }
  }

  @ParameterizedTest(name = "moved by {0} of 100")
  @CsvSource({"24, true", "25, true", "26, false"})
  void six_tenths_of_its_place_covered_is_standing(double moved, boolean stands) {
    Tracker tracker = tracker();
    for (int i = 0; i < 15; i++) {
      Observation seen = car(100 + (i == 9 ? moved : 0), 100, 100);
      assertThat(seen(tracker.update(at(200L * i), List.of(seen))).stands()).isFalse();
    }
    List<Track> tracks = tracker.update(at(3000), List.of(car(100, 100, 100)));
    assertThat(seen(tracks).stands()).isEqualTo(stands);
  }

  @Test
  void an_object_ends_after_three_looks_and_more_than_the_time_only() {
    Tracker tracker = tracker();
    tracker.update(T, List.of(car(100, 100, 100)));
    assertThat(tracker.update(at(10_000), List.of())).hasSize(1);
    assertThat(tracker.update(at(20_000), List.of()).getFirst().misses()).isEqualTo(2);
    assertThat(tracker.update(at(30_000), List.of())).isEmpty();
    Tracker second = tracker();
    second.update(T, List.of(car(100, 100, 100)));
    for (int i = 1; i <= 3; i++) {
      assertThat(second.update(at(1000L * i), List.of())).hasSize(1);
    }
    assertThat(second.update(at(3001), List.of())).isEmpty();
  }

  @ParameterizedTest(name = "set back by {0} ms")
  @CsvSource({"3000, 1", "3001, 2"})
  void a_clock_may_go_back_by_as_long_as_an_object_may_be_lost(int millis, long id) {
    Tracker tracker = tracker();
    tracker.update(T, List.of(car(100, 100, 100)));
    assertThat(seen(tracker.update(at(-millis), List.of(car(100, 100, 100)))).id()).isEqualTo(id);
  }

  @Test
  void what_was_followed_faintly_and_then_missed_is_not_faint() {
    Tracker tracker = tracker();
    tracker.update(T, List.of(car(100, 100, 100)));
    assertThat(tracker.update(at(200), List.of(), List.of(car(110, 100, 100))).getFirst().faint())
        .isTrue();
    Track missed = tracker.update(at(400), List.of()).getFirst();
    assertThat(missed.faint()).isFalse();
    assertThat(missed.misses()).isOne();
    assertThat(missed.predicted().x()).isCloseTo(120, within(1e-9));
    assertThat(missed.box().x()).isEqualTo(110);
    assertThat(missed.lastSeenAt()).isEqualTo(at(200));
    assertThat(missed.firstSeenAt()).isEqualTo(T);
  }

  @Test
  void each_track_names_the_observation_it_took() {
    Tracker tracker = tracker();
    tracker.update(T, List.of(car(100, 100, 100), car(600, 100, 100)));
    List<Track> tracks =
        tracker.update(
            at(200), List.of(car(900, 400, 100), car(610, 100, 100), car(105, 100, 100)));
    assertThat(tracks).extracting(Track::observation).containsExactly(2, 1, 0);
    assertThat(tracks).extracting(Track::id).containsExactly(1L, 2L, 3L);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 1, 2, 3, false",
    "1.01, 1, 1, 2, 3, false",
    "1, 1, 1, 2, 3, true",
    "0.1, -1, 1, 2, 3, false",
    "0.1, 0, 0, 1, 1e-9, true",
    "0.1, 1, -0.1, 2, 3, false",
    "0.1, 1, 1, 0.99, 3, false",
    "0.1, 1, 1, 2, 0, false",
    "NaN, 1, 1, 2, 3, false",
  })
  void settings_have_bounds(
      double iou, double reach, double first, double ratio, double seconds, boolean sound) {
    if (sound) {
      assertThat(new TrackerSettings(iou, reach, first, ratio, seconds).minIou()).isEqualTo(iou);
    } else {
      assertThatThrownBy(() -> new TrackerSettings(iou, reach, first, ratio, seconds))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /** The only one that was seen in the last frame. */
  private static Track seen(List<Track> tracks) {
    List<Track> seen = tracks.stream().filter(Track::seen).toList();
    assertThat(seen).hasSize(1);
    return seen.getFirst();
  }

  private static Instant at(long millis) {
    return T.plusMillis(millis);
  }

  private static Observation car(double x, double y, double width) {
    return new Observation("car", 0.9, new Box(x, y, width, 60));
  }
}
