package io.kvsinfer.worker.track;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.contract.geometry.Box;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TrackerTest {
  private static final Instant T = Instant.parse("2026-11-21T02:48:00Z");

  private final Tracker tracker = new Tracker(TrackerSettings.objects(3));

  @Test
  void a_slow_object_keeps_its_id() {
    for (int i = 0; i < 20; i++) {
      List<Track> tracks = tracker.update(at(i), List.of(car(100 + 10 * i, 100)));
      assertThat(tracks).hasSize(1);
      assertThat(tracks.getFirst().id()).isOne();
      assertThat(tracks.getFirst().seen()).isTrue();
    }
  }

  @Test
  void an_object_faster_than_its_own_size_keeps_its_id() {
    for (int i = 0; i < 10; i++) {
      List<Track> tracks = tracker.update(at(i), List.of(car(50 + 130 * i, 100 + 20 * i)));
      assertThat(tracks).hasSize(1);
      assertThat(tracks.getFirst().id()).isOne();
    }
  }

  @Test
  void motion_carries_an_object_over_a_short_gap() {
    for (int i = 0; i < 5; i++) {
      tracker.update(at(i), List.of(car(100 + 60 * i, 100)));
    }
    List<Track> gone = tracker.update(at(5), List.of());
    assertThat(gone.getFirst().seen()).isFalse();
    assertThat(gone.getFirst().predicted().x()).isEqualTo(400);
    assertThat(gone.getFirst().box().x()).isEqualTo(340);
    tracker.update(at(6), List.of());
    tracker.update(at(7), List.of());
    List<Track> back = tracker.update(at(8), List.of(car(100 + 60 * 8, 100)));
    assertThat(back).extracting(Track::id).containsExactly(1L);
    assertThat(back.getFirst().misses()).isZero();
  }

  @Test
  void two_objects_that_pass_each_other_keep_their_ids() {
    for (int i = 0; i <= 20; i++) {
      List<Track> tracks =
          tracker.update(at(i), List.of(car(100 + 50 * i, 100), car(1100 - 50 * i, 160)));
      assertThat(tracks).hasSize(2);
      assertThat(tracks.get(0).box().y()).isEqualTo(100);
      assertThat(tracks.get(1).box().y()).isEqualTo(160);
    }
  }

  @Test
  void the_pairs_are_the_likeliest_together() {
    tracker.update(at(0), List.of(car(100, 100), car(160, 100)));
    // The first is nearest to what only the second can be.
    List<Track> tracks = tracker.update(at(1), List.of(car(130, 100), car(80, 100)));
    assertThat(tracks).extracting(Track::id).containsExactly(1L, 2L);
    assertThat(tracks).extracting(t -> t.box().x()).containsExactly(80.0, 130.0);
  }

  @Test
  void a_faint_observation_follows_what_is_known_and_begins_nothing() {
    for (int i = 0; i < 5; i++) {
      tracker.update(at(i), List.of(car(100 + 60 * i, 100)));
    }
    List<Track> tracks = List.of();
    for (int i = 5; i < 30; i++) {
      tracks = tracker.update(at(i), List.of(), List.of(car(100 + 60 * i, 100), car(100, 400)));
    }
    assertThat(tracks).hasSize(1);
    assertThat(tracks.getFirst().faint()).isTrue();
    assertThat(tracks.getFirst().seen()).isFalse();
    assertThat(tracks.getFirst().misses()).isZero();
    assertThat(tracks.getFirst().box().x()).isEqualTo(100 + 60 * 29);
    assertThat(tracks.getFirst().predicted()).isEqualTo(tracks.getFirst().box());
    assertThat(tracks.getFirst().confidence()).isEqualTo(0.9);
    List<Track> sure = tracker.update(at(30), List.of(car(100 + 60 * 30, 100)));
    assertThat(sure).extracting(Track::id).containsExactly(1L);
    assertThat(sure.getFirst().faint()).isFalse();
  }

  @Test
  void a_faint_observation_takes_no_object_from_a_sure_one_and_must_overlap() {
    tracker.update(at(0), List.of(car(100, 100)));
    List<Track> tracks = tracker.update(at(1), List.of(car(130, 100)), List.of(car(101, 100)));
    assertThat(tracks.getFirst().box().x()).isEqualTo(130);
    assertThat(tracks.getFirst().faint()).isFalse();
    tracks = tracker.update(at(2), List.of(), List.of(car(260, 100)));
    assertThat(tracks.getFirst().faint()).isFalse();
    assertThat(tracks.getFirst().misses()).isOne();
  }

  @Test
  void a_faint_observation_revives_nothing_that_was_lost_for_long_or_is_something_else() {
    tracker.update(at(0), List.of(car(100, 100)));
    Observation person = new Observation("person", 0.2, new Box(100, 100, 100, 60));
    assertThat(tracker.update(at(1), List.of(), List.of(person)).getFirst().faint()).isFalse();
    assertThat(
            tracker.update(T.plusSeconds(9), List.of(), List.of(car(100, 100))).getFirst().faint())
        .isFalse();
  }

  @Test
  void boxes_that_tremble_do_not_throw_an_object_off_at_thirty_frames_a_second() {
    Instant last = T;
    for (int i = 0; i < 60; i++) {
      last = T.plusMillis(33L * i);
      tracker.update(last, List.of(car(100 + 2 * i + (i % 2 == 0 ? 4 : -4), 100)));
    }
    Instant later = last.plusMillis(500);
    double expected = 100 + 2 * (59 + 500 / 33.0);
    assertThat(tracker.update(later, List.of()).getFirst().predicted().x())
        .isBetween(expected - 25, expected + 25);
  }

  @Test
  void what_covers_the_same_place_for_seconds_stands_until_it_drives_off() {
    List<Track> tracks = List.of();
    for (int i = 0; i < 15; i++) {
      tracks = tracker.update(at(i), List.of(car(100 + i % 3, 100)));
      assertThat(tracks.getFirst().stands()).isFalse();
    }
    tracks = tracker.update(at(15), List.of(car(100, 100)));
    assertThat(tracks.getFirst().stands()).isTrue();
    tracks = tracker.update(at(16), List.of(car(150, 100)));
    assertThat(tracks.getFirst().stands()).isFalse();
  }

  @Test
  void labels_never_mix() {
    tracker.update(at(0), List.of(car(100, 100)));
    List<Track> tracks =
        tracker.update(at(1), List.of(new Observation("person", 0.8, new Box(100, 100, 100, 60))));
    assertThat(tracks).extracting(Track::label).containsExactly("car", "person");
    assertThat(tracks).extracting(Track::seen).containsExactly(false, true);
  }

  @Test
  void an_object_out_of_sight_for_too_long_ends_and_the_next_has_a_new_id() {
    tracker.update(at(0), List.of(car(100, 100)));
    List<Track> tracks = List.of();
    for (int i = 1; i <= 16; i++) {
      tracks = tracker.update(at(i), List.of());
    }
    assertThat(tracks).isEmpty();
    assertThat(tracker.update(at(17), List.of(car(100, 100))))
        .extracting(Track::id)
        .containsExactly(2L);
  }

  @Test
  void after_a_break_in_the_stream_only_what_stands_where_it_stood_is_the_same() {
    tracker.update(at(0), List.of(car(100, 100), car(600, 300)));
    List<Track> tracks = tracker.update(T.plusSeconds(60), List.of(car(102, 100), car(690, 300)));
    assertThat(tracks.stream().filter(Track::seen)).extracting(Track::id).containsExactly(1L, 3L);
  }

  @Test
  void a_clock_set_back_ends_all_tracks() {
    tracker.update(at(0), List.of(car(100, 100)));
    assertThat(tracker.update(T.minusSeconds(3600), List.of(car(100, 100))))
        .extracting(Track::id)
        .containsExactly(2L);
  }

  @Test
  void far_or_differently_sized_things_are_others() {
    tracker.update(at(0), List.of(car(100, 100)));
    assertThat(tracker.update(at(1), List.of(car(400, 100))))
        .extracting(Track::id)
        .containsExactly(1L, 2L);
    Tracker second = new Tracker(TrackerSettings.objects(3));
    second.update(at(0), List.of(car(100, 100)));
    assertThat(
            second.update(at(1), List.of(new Observation("car", 0.9, new Box(210, 100, 30, 20)))))
        .extracting(Track::id)
        .containsExactly(1L, 2L);
  }

  @Test
  void the_same_frames_give_the_same_tracks() {
    assertThat(run(new Tracker(TrackerSettings.objects(3))))
        .isEqualTo(run(new Tracker(TrackerSettings.objects(3))));
  }

  @Test
  void settings_that_cannot_be_are_refused() {
    assertThatThrownBy(() -> new TrackerSettings(0, 1, 1, 2, 3)).hasMessageContaining("minIou=0");
  }

  private static List<List<Track>> run(Tracker tracker) {
    List<List<Track>> all = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      List<Observation> seen = new ArrayList<>();
      for (int j = 0; j < 5; j++) {
        if ((i * 7 + j * 3) % 5 != 0) {
          seen.add(car(100 + 40 * i + 90 * j, 100 + 40 * (j % 2)));
        }
      }
      all.add(tracker.update(at(i), seen));
    }
    return all;
  }

  private static Instant at(int frame) {
    return T.plusMillis(200L * frame);
  }

  private static Observation car(double x, double y) {
    return new Observation("car", 0.9, new Box(x, y, 100, 60));
  }
}
