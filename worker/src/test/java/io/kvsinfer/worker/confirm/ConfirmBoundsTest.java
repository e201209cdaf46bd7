package io.kvsinfer.worker.confirm;

import static io.kvsinfer.worker.confirm.Scene.T;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kvsinfer.contract.event.IncidentEvent.FrameSize;
import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.contract.state.Checkpoint.OpenIncident;
import io.kvsinfer.contract.state.Checkpoint.QuietPlace;
import io.kvsinfer.worker.detect.PlateReading;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Where exactly two sights begin to be the same thing, an event begins to be due, a place quiet.
 */
final class ConfirmBoundsTest {
  private static final Box HERE = new Box(0.25, 0.25, 0.25, 0.25);
  private static final FrameSize SIZE = new FrameSize(1000, 500);

  private static Sight sight(long track, Box box, double confidence, Instant at) {
    return new Sight(track, "car", box, confidence, at, 0, null);
  }

  private static LiveIncident incident(Box box) {
    return new LiveIncident(
        new IncidentRef("id", "objects", "objects", "car", T), sight(1, box, 0.8, T));
  }

  @ParameterizedTest(name = "{0}, {1}, {2} × {3}")
  @CsvSource({
    "0.25, 0.25, 0.25, 0.25, true",
    "0.62, 0.25, 0.25, 0.25, true", // within half of either's size
    "0.63, 0.25, 0.25, 0.25, false",
    "-0.12, 0.25, 0.25, 0.25, true",
    "-0.13, 0.25, 0.25, 0.25, false",
    "0.25, 0.62, 0.25, 0.25, true",
    "0.25, 0.63, 0.25, 0.25, false",
    "0.25, -0.12, 0.25, 0.25, true",
    "0.25, -0.13, 0.25, 0.25, false",
    "0.7, 0.25, 0.5, 0.25, true", // the larger one's size counts
    "0.76, 0.25, 0.5, 0.25, false",
  })
  void what_touches_one_grown_by_half_is_near(
      double x, double y, double width, double height, boolean near) {
    Box other = new Box(x, y, width, height);
    assertThat(Nearness.near(HERE, other)).isEqualTo(near);
    assertThat(Nearness.near(other, HERE)).isEqualTo(near);
    assertThat(incident(HERE).nearness(other))
        .isCloseTo(near ? 1 + HERE.iou(other) : 0, within(1e-12));
  }

  @ParameterizedTest(name = "moved by {0} of 1")
  @CsvSource({"0.24, true", "0.25, true", "0.26, false"})
  void two_boxes_that_share_six_tenths_are_one_object(double moved, boolean same) {
    assertThat(Nearness.sameObject(new Box(0, 0, 1, 1), new Box(moved, 0, 1, 1))).isEqualTo(same);
  }

  @ParameterizedTest(name = "moved by {0}, {1} as wide, after {2} ms: {3}")
  @CsvSource({
    "0, 1, 200, 2", // all of it is shared
    "0.5, 1, 200, 1.3333333",
    "0.7, 1, 0, 0.3", // less than a fifth is shared: by distance
    "0.7, 1, 500, 0.5333333",
    "0.7, 1, 1000, 0.65",
    "0.7, 1, 9000, 0.65", // no more than a second counts
    "1, 1, 0, 0",
    "1.5, 1, 1000, 0.25",
    "2, 1, 1000, 0",
    "1.5, 2, 1000, 0.5", // from 0.5 to 2.5: half of a size away, of two that it may be
    "2, 2.1, 1000, 0", // more than twice as large
    "1.5, 0.5, 1000, 0.375",
    "1.5, 0.49, 1000, 0",
  })
  void an_object_without_a_track_is_found_again_where_it_may_be(
      double moved, double width, int millis, double likeness) {
    // In units of its own width, its left edge moved.
    LiveIncident incident = incident(new Box(1, 0, 1, 1));
    double found =
        Nearness.foundAgain(
            incident, sight(2, new Box(1 + moved, 0, width, 1), 0.8, T.plusMillis(millis)));
    assertThat(found).isCloseTo(likeness, within(1e-6));
  }

  @ParameterizedTest(name = "down by {0}, {1} as large: {2}")
  @CsvSource({"0.35, 1, 0.3", "0.35, 0.7, 0.415", "0.35, 0.69, 0", "0.5, 1, 0"})
  void height_and_area_count_as_width_does(double moved, double height, double likeness) {
    // An incident of half the picture's sides, and what lies lower.
    LiveIncident incident = incident(new Box(0, 0, 0.5, 0.5));
    double high = 0.5 * height;
    double wide = 0.5 * Math.min(1, height + 0.02);
    double found = Nearness.foundAgain(incident, sight(2, new Box(0, moved, wide, high), 0.8, T));
    assertThat(found).isCloseTo(likeness, within(0.02));
  }

  @Test
  void a_place_is_near_by_any_of_its_last_boxes() {
    LiveIncident incident = incident(HERE);
    Box other = new Box(0.45, 0.25, 0.25, 0.25);
    int millis = 0;
    for (Box box : List.of(HERE, other)) {
      incident.beginFrame(t -> true);
      incident.seen(sight(1, box, 0.8, T.plusMillis(millis += 200)));
      incident.endFrame(SIZE);
    }
    assertThat(incident.nearness(HERE)).isCloseTo(2, within(1e-9));
    assertThat(incident.nearness(other)).isCloseTo(2, within(1e-9));
  }

  @ParameterizedTest(name = "least area {0}")
  @CsvSource({"0.0625, true", "0.06250001, false"})
  void the_least_area_counts(double least, boolean counts) {
    Scene scene = new Scene(Scene.detector("objects", 1, 1, least, 0, 60));
    scene.play(0, 1, i -> List.of(Scene.seen("car", 0, 0, 250, 125)));
    assertThat(scene.opened()).isEqualTo(counts ? 1 : 0);
  }

  @Test
  void evidence_is_sure_large_and_legible() {
    PlateReading half = new PlateReading("AB", List.of(0.5, 0.5), 1);
    double area = 1 / 16.0;
    assertThat(sight(1, HERE, 0.8, T).score()).isCloseTo(0.8 * area, within(1e-12));
    assertThat(new Sight(1, "car", HERE, 0.8, T, 0, half).score())
        .isCloseTo(0.8 * area * (0.1 + 0.9 * half.confidence()), within(1e-12));
    assertThat(new Sight(1, "car", HERE, 0.8, T, 0, PlateReading.NONE).score())
        .isCloseTo(0.8 * area * 0.1, within(1e-12));
  }

  @Test
  void a_candidate_counts_its_window_and_no_more() {
    Candidate candidate = new Candidate(3);
    assertThat(candidate.pending()).isFalse();
    assertThatThrownBy(candidate::firstHit).isInstanceOf(IllegalStateException.class);
    assertThat(candidate.confirmed(0, 0, Scene.time(0))).isFalse();
    candidate.hit(Scene.time(0), 4);
    candidate.hit(Scene.time(1), 5);
    assertThat(candidate.firstOrdinal()).isEqualTo(4);
    assertThat(candidate.firstHit()).isEqualTo(Scene.time(0));
    assertThat(candidate.confirmed(2, 0.2, Scene.time(1))).isTrue();
    assertThat(candidate.confirmed(3, 0.2, Scene.time(1))).isFalse();
    assertThat(candidate.confirmed(2, 0.21, Scene.time(1))).isFalse();
    candidate.miss();
    assertThat(candidate.confirmed(2, 0, Scene.time(2))).isTrue();
    candidate.miss();
    assertThat(candidate.confirmed(2, 0, Scene.time(3))).isFalse();
    assertThat(candidate.pending()).isTrue();
    candidate.miss();
    assertThat(candidate.pending()).isFalse();
    candidate.hit(Scene.time(7), 1);
    assertThat(candidate.firstHit()).isEqualTo(Scene.time(7));
    candidate.clear();
    assertThat(candidate.pending()).isFalse();
    assertThatThrownBy(candidate::firstHit).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest(name = "{0} times as good after {1} ms: {2}")
  @CsvSource({
    "1.11, 5000, true",
    "1.1, 5000, false",
    "1.11, 4999, false",
    "1.11, 60000, true",
  })
  void evidence_a_tenth_better_is_told_every_five_seconds(double factor, int millis, boolean told) {
    LiveIncident incident = incident(HERE);
    incident.shown(sight(1, HERE, 0.5, T), "");
    Sight better = sight(1, HERE, 0.5 * factor, T.plusMillis(millis));
    assertThat(incident.improvedBy(better, "")).isEqualTo(told);
    // Another text is news whatever the picture.
    assertThat(incident.improvedBy(sight(1, HERE, 0.1, T.plusMillis(millis)), "AB1"))
        .isEqualTo(millis >= 5000);
  }

  @Test
  void a_plate_is_told_after_a_second() {
    LiveIncident incident = incident(HERE);
    incident.shown(sight(1, HERE, 0.5, T), "AB1");
    assertThat(incident.plate()).isEqualTo("AB1");
    PlateReading read = new PlateReading("AB12", List.of(0.9, 0.9, 0.9, 0.9), 1);
    Sight soon = new Sight(1, "car", HERE, 0.5, T.plusMillis(999), 0, read);
    Sight later = new Sight(1, "car", HERE, 0.5, T.plusMillis(1000), 0, read);
    assertThat(incident.improvedBy(soon, "AB12")).isFalse();
    assertThat(incident.improvedBy(later, "AB12")).isTrue();
    assertThat(incident.improvedBy(later, "AB1")).isFalse();
  }

  @Test
  void the_best_sight_of_a_frame_is_the_incidents() {
    LiveIncident incident = incident(HERE);
    incident.beginFrame(t -> true);
    incident.seen(sight(1, HERE, 0.5, T.plusMillis(200)));
    Box other = new Box(0.3, 0.25, 0.25, 0.25);
    incident.seen(sight(2, other, 0.6, T.plusMillis(200)));
    incident.seen(sight(3, HERE, 0.6, T.plusMillis(200)));
    assertThat(incident.endFrame(SIZE)).isEqualTo(sight(2, other, 0.6, T.plusMillis(200)));
    assertThat(incident.box()).isEqualTo(other);
    assertThat(incident.trackId()).isEqualTo(2L);
    assertThat(incident.lastSeenAt()).isEqualTo(T.plusMillis(200));
    assertThat(incident.frame()).isEqualTo(SIZE);
    incident.beginFrame(t -> t == 3);
    assertThat(incident.tracks()).containsExactly(3L);
    assertThat(incident.endFrame(SIZE)).isNull();
    assertThat(incident.misses()).isOne();
    incident.beginFrame(t -> true);
    assertThat(incident.endFrame(SIZE)).isNull();
    assertThat(incident.misses()).isEqualTo(2);
    incident.held();
    assertThat(incident.misses()).isZero();
  }

  @ParameterizedTest(name = "seen for {0} ms, moved by {1}: {2}")
  @CsvSource({
    "600, 0, true",
    "500, 0, false", // not known for long enough
    "501, 0, true",
    "600, 0.083, true",
    "600, 0.084, false", // less than half of its place
  })
  void what_stays_for_more_than_half_a_second_is_stationary(
      int millis, double moved, boolean stationary) {
    LiveIncident incident = incident(HERE);
    incident.seen(sight(1, HERE, 0.8, T));
    incident.endFrame(SIZE);
    assertThat(incident.stationary()).isFalse();
    Box later = new Box(0.25 + moved, 0.25, 0.25, 0.25);
    incident.beginFrame(t -> true);
    incident.seen(sight(1, later, 0.8, T.plusMillis(millis)));
    incident.endFrame(SIZE);
    assertThat(incident.stationary()).isEqualTo(stationary);
  }

  @Test
  void only_the_last_two_seconds_decide_whether_it_stands() {
    LiveIncident incident = incident(HERE);
    for (int i = 0; i <= 25; i++) {
      // It comes within the first second, and then stands.
      Box box = i < 5 ? new Box(0.05 * i, 0.25, 0.25, 0.25) : HERE;
      incident.beginFrame(t -> true);
      incident.seen(sight(1, box, 0.8, T.plusMillis(200L * i)));
      incident.endFrame(SIZE);
      // Of frame 12 the oldest that counts is frame 3, of whose place less than half is shared.
      if (i >= 6 && i <= 12) {
        assertThat(incident.stationary()).as("frame %d", i).isFalse();
      } else if (i > 12) {
        assertThat(incident.stationary()).as("frame %d", i).isTrue();
      }
    }
  }

  private static Cooldowns cooldowns(Identity identity) {
    return new Cooldowns(identity, new Regions(List.of(), Scene.objects()), 60);
  }

  private static QuietPlace quiet(boolean stationary, @Nullable String plate, Instant until) {
    return new QuietPlace("objects", "car", HERE, stationary, plate, List.of(), until);
  }

  @ParameterizedTest(name = "moved by {0}, stood: {1}, after {2} ms: {3}")
  @CsvSource({
    "0, true, 0, true",
    "0, true, 59999, true",
    "0, true, 60000, false",
    "0, false, 0, false",
    "0.134, true, 0, true", // three tenths and a little more shared
    "0.135, true, 0, false",
  })
  void the_place_of_what_stood_still_is_quiet_for_its_cooldown(
      double moved, boolean stood, int millis, boolean quiet) {
    Cooldowns cooldowns = cooldowns(Identity.OBJECT);
    cooldowns.restore(quiet(stood, null, T.plusSeconds(60)));
    Box box = new Box(0.25 + moved, 0.25, 0.25, 0.25);
    assertThat(cooldowns.quiet(sight(7, box, 0.8, T.plusMillis(millis)), "")).isEqualTo(quiet);
    assertThat(cooldowns.holds(7)).isEqualTo(quiet);
  }

  @ParameterizedTest(name = "moved by {0}: quiet for longer {1}")
  @CsvSource({"0.083, true", "0.084, false"})
  void what_still_stands_there_keeps_its_place_quiet(double moved, boolean longer) {
    Cooldowns cooldowns = cooldowns(Identity.OBJECT);
    cooldowns.restore(quiet(true, null, T.plusSeconds(60)));
    Box box = new Box(0.25 + moved, 0.25, 0.25, 0.25);
    assertThat(cooldowns.quiet(sight(7, box, 0.8, T.plusSeconds(59)), "")).isTrue();
    assertThat(cooldowns.quiet(sight(8, HERE, 0.8, T.plusSeconds(61)), "")).isEqualTo(longer);
  }

  @Test
  void a_fires_place_is_not_quiet_for_longer_because_it_burns() {
    Cooldowns cooldowns = cooldowns(Identity.PLACE);
    cooldowns.restore(quiet(false, null, T.plusSeconds(60)));
    assertThat(cooldowns.quiet(sight(7, HERE, 0.8, T.plusSeconds(59)), "")).isTrue();
    assertThat(cooldowns.quiet(sight(7, HERE, 0.8, T.plusSeconds(60)), "")).isFalse();
  }

  @Test
  void a_plate_is_quiet_wherever_it_is_and_another_label_never() {
    Cooldowns cooldowns = cooldowns(Identity.OBJECT);
    cooldowns.restore(quiet(false, "AB1", T.plusSeconds(60)));
    Box far = new Box(0.8, 0.8, 0.1, 0.1);
    assertThat(cooldowns.quiet(sight(7, far, 0.8, T), "")).isFalse();
    assertThat(cooldowns.quiet(sight(7, far, 0.8, T), "AB2")).isFalse();
    assertThat(cooldowns.quiet(new Sight(7, "bus", far, 0.8, T, 0, null), "AB1")).isFalse();
    assertThat(cooldowns.quiet(sight(7, far, 0.8, T), "AB1")).isTrue();
    // Known by its track from now on.
    assertThat(cooldowns.quiet(sight(7, far, 0.8, T), "")).isTrue();
  }

  @Test
  void a_checkpoint_holds_the_places_that_a_successor_would_know_again() {
    Cooldowns objects = cooldowns(Identity.OBJECT);
    List<QuietPlace> places = new ArrayList<>();
    places.add(quiet(true, null, T.plusSeconds(3)));
    places.add(quiet(false, "AB1", T.plusSeconds(2)));
    places.add(quiet(false, null, T.plusSeconds(4)));
    places.add(quiet(true, null, T));
    places.forEach(objects::restore);
    assertThat(objects.state("objects", T)).containsExactly(places.get(1), places.get(0));
    Cooldowns fires = cooldowns(Identity.PLACE);
    places.forEach(fires::restore);
    assertThat(fires.state("objects", T))
        .containsExactly(places.get(1), places.get(0), places.get(2));
  }

  @Test
  void an_open_incident_is_what_it_was_after_it_was_taken_over() {
    LiveIncident incident = incident(HERE);
    incident.seen(sight(1, HERE, 0.7, T));
    incident.endFrame(SIZE);
    assertThat(incident.opened()).isFalse();
    assertThat(incident.takeSequence()).isZero();
    assertThat(incident.takeSequence()).isOne();
    assertThat(incident.opened()).isTrue();
    incident.shown(sight(1, HERE, 0.7, T.plusSeconds(1)), "AB1");
    incident.shown(sight(1, HERE, 0.6, T.plusSeconds(2)), "AB1");
    OpenIncident open = incident.open();
    assertThat(open.bestConfidence()).isEqualTo(0.7);
    assertThat(open.bestScore()).isCloseTo(0.7 / 16, within(1e-12));
    assertThat(open.updatedAt()).isEqualTo(T.plusSeconds(2));
    assertThat(open.nextSequence()).isEqualTo(2);
    assertThat(open.plate()).isEqualTo("AB1");
    assertThat(new LiveIncident(open).open()).isEqualTo(open);
  }
}
