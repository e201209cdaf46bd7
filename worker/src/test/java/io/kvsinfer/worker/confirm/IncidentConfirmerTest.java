package io.kvsinfer.worker.confirm;

import static io.kvsinfer.worker.confirm.Scene.T;
import static io.kvsinfer.worker.confirm.Scene.car;
import static io.kvsinfer.worker.confirm.Scene.detector;
import static io.kvsinfer.worker.confirm.Scene.region;
import static io.kvsinfer.worker.confirm.Scene.seen;
import static io.kvsinfer.worker.confirm.Scene.sure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.contract.event.IncidentId;
import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.contract.settings.RegionSettings;
import io.kvsinfer.contract.settings.RegionSettings.Kind;
import io.kvsinfer.worker.confirm.IncidentChange.Closed;
import io.kvsinfer.worker.confirm.IncidentChange.Opened;
import io.kvsinfer.worker.confirm.IncidentChange.Updated;
import io.kvsinfer.worker.detect.Detection;
import java.util.List;
import java.util.function.IntFunction;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class IncidentConfirmerTest {
  @Test
  void an_object_opens_an_incident_at_its_third_hit_of_five_and_closes_when_gone() {
    Scene scene = new Scene(Scene.objects());
    assertThat(scene.play(0, 2, i -> List.of(car(100)))).isEmpty();
    assertThat(scene.play(2, 4, i -> List.of())).isEmpty();
    List<IncidentChange> opened = scene.play(4, 5, i -> List.of(car(100)));
    assertThat(opened).hasSize(1).first().isInstanceOf(Opened.class);
    Opened change = (Opened) opened.getFirst();
    assertThat(change.sequence()).isZero();
    assertThat(change.incident().startedAt()).isEqualTo(T);
    assertThat(change.incident().id())
        .isEqualTo(IncidentId.of("yard", "objects", "car", "100", T, 0, 0));
    assertThat(change.sighting().box()).isEqualTo(new Box(0.1, 0.4, 0.1, 0.12));
    assertThat(change.sighting().time()).isEqualTo(Scene.time(4));
    assertThat(scene.play(5, 20, i -> List.of())).isEmpty();
    List<IncidentChange> closed = scene.play(20, 40, i -> List.of());
    assertThat(closed)
        .singleElement()
        .isInstanceOfSatisfying(
            Closed.class,
            c -> {
              assertThat(c.sequence()).isOne();
              assertThat(c.endedAt()).isEqualTo(T.plusMillis(800));
              assertThat(c.sighting().confidence()).isEqualTo(0.8);
            });
    assertThat(scene.confirmer.open()).isEmpty();
  }

  @Test
  void two_hits_of_five_open_nothing() {
    Scene scene = new Scene(Scene.objects());
    scene.play(0, 60, i -> i % 5 < 2 ? List.of(car(100)) : List.of());
    assertThat(scene.changes).isEmpty();
  }

  @Test
  void an_object_must_have_been_seen_long_enough() {
    Scene scene = new Scene(detector("objects", 3, 5, 0, 2, 60));
    assertThat(scene.play(0, 10, i -> List.of(car(100)))).isEmpty();
    assertThat(scene.play(10, 11, i -> List.of(car(100)))).hasSize(1);
  }

  @Test
  void what_is_too_small_does_not_count() {
    Scene scene = new Scene(detector("objects", 3, 5, 0.013, 0, 60));
    scene.play(0, 10, i -> List.of(car(100)));
    assertThat(scene.changes).isEmpty();
    scene.play(10, 20, i -> List.of(seen("car", 100, 200, 110, 66)));
    assertThat(scene.opened()).isOne();
  }

  @Test
  void an_object_stands_where_its_lower_edge_is() {
    Scene scene =
        new Scene(
            Scene.objects(),
            region("street", Kind.INCLUDE, 0, 0.5, 1, 1),
            region("left half", Kind.INCLUDE, 0, 0, 0.5, 1),
            region("gate", Kind.EXCLUDE, 0.8, 0, 1, 1));
    scene.play(
        0,
        10,
        i ->
            List.of(
                seen("car", 100, 200, 100, 60),
                seen("car", 600, 100, 100, 60),
                seen("car", 850, 300, 100, 60)));
    assertThat(scene.changes).hasSize(1);
    assertThat(scene.changes.getFirst().sighting().regions())
        .containsExactly("street", "left half");
  }

  @Test
  void what_lies_in_a_mask_never_counts_and_a_full_region_holds_what_is_cut_off_below() {
    Scene scene =
        new Scene(
            Scene.objects(),
            region("all", Kind.INCLUDE, 0, 0, 1, 1),
            region("window", Kind.MASK, 0, 0, 0.3, 1));
    scene.play(0, 10, i -> List.of(seen("car", 100, 200, 100, 60), seen("car", 600, 440, 100, 60)));
    assertThat(scene.changes).hasSize(1);
    assertThat(scene.changes.getFirst().sighting().box().x()).isEqualTo(0.6);
  }

  @Test
  void better_evidence_updates_at_most_every_five_seconds() {
    Scene scene = new Scene(Scene.objects());
    scene.play(0, 100, i -> List.of(seen("car", 100 + i, 200, 100 + 3 * i, 60 + 2 * i)));
    List<Updated> updates =
        scene.changes.stream().filter(Updated.class::isInstance).map(Updated.class::cast).toList();
    assertThat(updates).extracting(Updated::sequence).containsExactly(1, 2, 3);
    for (int i = 1; i < updates.size(); i++) {
      assertThat(updates.get(i).sighting().time().capturedAt())
          .isAfterOrEqualTo(updates.get(i - 1).sighting().time().capturedAt().plusSeconds(5));
    }
  }

  @Test
  void evidence_that_is_no_better_updates_nothing() {
    Scene scene = new Scene(Scene.objects());
    scene.play(0, 300, i -> List.of(sure(car(100), 0.6 + 0.01 * (i % 5))));
    assertThat(scene.changes).hasSize(1);
  }

  @Test
  void a_parked_car_does_not_alert_again_even_when_its_detection_flickers() {
    Scene scene = new Scene(Scene.objects());
    scene.play(0, 3000, i -> i % 100 < 50 ? List.of(car(100)) : List.of());
    assertThat(scene.opened()).isOne();
    assertThat(scene.closed()).isOne();
  }

  @Test
  void a_car_that_comes_back_to_its_place_after_the_cooldown_is_new() {
    Scene scene = new Scene(Scene.objects());
    scene.play(0, 20, i -> List.of(car(100)));
    scene.play(20, 400, i -> List.of());
    scene.play(400, 420, i -> List.of(car(100)));
    assertThat(scene.opened()).isEqualTo(2);
  }

  @Test
  void cars_that_pass_one_after_the_other_are_incidents_of_their_own() {
    Scene scene = new Scene(Scene.objects());
    for (int c = 0; c < 4; c++) {
      int start = c * 25;
      scene.play(start, start + 15, i -> List.of(car(20 + 60 * (i - start))));
      scene.play(start + 15, start + 25, i -> List.of());
    }
    scene.play(100, 130, i -> List.of());
    assertThat(scene.opened()).isEqualTo(4);
    assertThat(scene.closed()).isEqualTo(4);
  }

  @Test
  void a_track_that_leaves_its_region_and_returns_within_the_cooldown_opens_no_second() {
    Scene scene = new Scene(Scene.objects(), region("left", Kind.INCLUDE, 0, 0, 0.5, 1));
    scene.play(0, 20, i -> List.of(car(100 + 20 * i)));
    scene.play(20, 60, i -> List.of(car(Math.max(480, 500 - i))));
    assertThat(scene.closed()).isOne();
    scene.play(60, 80, i -> List.of(car(470 - 10 * (i - 60))));
    assertThat(scene.opened()).isOne();
  }

  @Test
  void two_boxes_of_one_object_are_one_incident() {
    Scene scene = new Scene(Scene.objects());
    scene.play(0, 20, i -> List.of(car(100), seen("car", 105, 202, 100, 60)));
    assertThat(scene.opened()).isOne();
  }

  @Test
  void objects_of_a_label_are_counted_from_left_to_right() {
    Scene scene = new Scene(Scene.objects());
    scene.play(0, 3, i -> List.of(car(700), seen("person", 10, 100, 40, 90), car(100)));
    assertThat(scene.changes)
        .extracting(c -> c.incident().id())
        .containsExactly(
            IncidentId.of("yard", "objects", "car", "100", T, 0, 0),
            IncidentId.of("yard", "objects", "car", "100", T, 0, 1),
            IncidentId.of("yard", "objects", "person", "100", T, 0, 0));
  }

  @Test
  void a_fire_that_flickers_and_splits_is_one_incident() {
    Scene scene = new Scene(Scene.fire());
    scene.play(
        0,
        400,
        i ->
            switch (i % 7) {
              case 0 -> List.of(seen("fire", 400, 200, 120, 150));
              case 1 -> List.of(seen("fire", 410, 220, 40, 60), seen("fire", 480, 210, 40, 80));
              case 2 -> List.of(seen("fire", 440, 150, 90, 90));
              case 3, 4 -> List.of(seen("fire", 380, 180, 200, 180));
              default -> List.of();
            });
    scene.play(400, 500, i -> List.of());
    assertThat(scene.opened()).isOne();
    assertThat(scene.closed()).isOne();
  }

  @Test
  void a_fire_elsewhere_and_its_smoke_are_incidents_of_their_own() {
    Scene scene = new Scene(Scene.fire());
    scene.play(
        0,
        20,
        i ->
            List.of(
                seen("fire", 100, 300, 60, 60),
                seen("fire", 800, 300, 60, 60),
                seen("smoke", 90, 200, 100, 150)));
    assertThat(scene.opened()).isEqualTo(3);
  }

  @Test
  void a_fire_that_breaks_out_again_after_the_cooldown_alerts_though_it_never_moved() {
    Scene scene = new Scene(Scene.fire());
    scene.play(0, 50, i -> List.of(seen("fire", 400, 200, 120, 150)));
    scene.play(50, 150, i -> List.of());
    scene.play(150, 600, i -> List.of(seen("fire", 400, 200, 120, 150)));
    assertThat(scene.opened()).isEqualTo(2);
  }

  @Test
  void a_short_gap_in_the_stream_closes_nothing_that_still_stands_there() {
    Scene scene = new Scene(Scene.objects());
    scene.play(0, 10, i -> List.of(car(100)));
    scene.play(200, 260, i -> List.of(car(101)));
    assertThat(scene.changes).hasSize(1);
  }

  @Test
  void the_end_of_the_stream_closes_everything() {
    Scene scene = new Scene(Scene.objects());
    scene.play(0, 10, i -> List.of(car(100)));
    assertThat(scene.confirmer.endOfStream(null)).singleElement().isInstanceOf(Closed.class);
    assertThat(scene.confirmer.open()).isEmpty();
  }

  @Test
  void without_a_cooldown_the_same_place_opens_again() {
    Scene scene = new Scene(detector("objects", 3, 5, 0, 0, 0));
    scene.play(0, 200, i -> i % 50 < 25 ? List.of(car(100)) : List.of());
    assertThat(scene.opened()).isEqualTo(4);
  }

  @Test
  void boxes_are_clipped_to_the_picture() {
    Scene scene = new Scene(Scene.objects());
    scene.play(0, 3, i -> List.of(seen("car", -50, 450, 100, 100)));
    Box box = scene.changes.getFirst().sighting().box();
    assertThat(box.x()).isZero();
    assertThat(box.bottom()).isCloseTo(1, Offset.offset(1e-12));
  }

  @Test
  void a_frame_without_size_is_refused() {
    assertThatThrownBy(() -> new Look(Scene.time(0), 0, 500, List.of()))
        .hasMessageContaining("0 x 500");
  }

  @Test
  void an_object_that_is_seen_faintly_keeps_its_incident_open_and_opens_none() {
    Scene scene = new Scene(Scene.objects());
    scene.play(0, 10, i -> List.of(car(300)));
    for (int i = 10; i < 60; i++) {
      assertThat(scene.confirmer.look(faintly(i, car(302)))).isEmpty();
    }
    // It was there a moment ago, however long it did not count: three frames must miss it.
    assertThat(scene.play(60, 62, i -> List.of())).isEmpty();
    assertThat(scene.play(62, 63, i -> List.of()))
        .singleElement()
        .satisfies(c -> assertThat(c).isInstanceOf(Closed.class));
    Scene other = new Scene(Scene.objects());
    for (int i = 0; i < 20; i++) {
      assertThat(other.confirmer.look(faintly(i, car(300)))).isEmpty();
    }
  }

  private static Look faintly(int i, Detection seen) {
    return new Look(Scene.time(i), Scene.WIDTH, Scene.HEIGHT, List.of(), List.of(seen));
  }

  @Test
  void what_is_new_calls_for_every_frame_beside_what_is_known() {
    Scene scene = new Scene(Scene.objects());
    scene.play(0, 20, i -> List.of(car(100)));
    assertThat(scene.confirmer.engaged()).isFalse();
    scene.play(20, 22, i -> List.of(car(100), car(700)));
    assertThat(scene.confirmer.engaged()).isTrue();
  }

  @Test
  void a_fire_that_jumps_within_its_place_is_one_and_a_car_that_does_is_another() {
    // An eighth is shared from frame to frame: enough for a flame, too little for a car.
    IntFunction<List<Detection>> jumps =
        i -> List.of(i % 2 == 0 ? seen("x", 300, 200, 100, 60) : seen("x", 200, 150, 300, 160));
    Scene fire = new Scene(detector("fire_smoke", 5, 5, 0, 0, 60));
    fire.play(0, 6, jumps);
    assertThat(fire.opened()).isOne();
    Scene car = new Scene(detector("objects", 5, 5, 0, 0, 60));
    car.play(0, 6, jumps);
    assertThat(car.opened()).isZero();
  }

  @Test
  void each_region_has_its_own_cooldown() {
    Scene scene =
        new Scene(
            Scene.objects(),
            Scene.region("gate", RegionSettings.Kind.INCLUDE, 0, 0, 0.4, 1),
            Scene.region("door", RegionSettings.Kind.INCLUDE, 0.4, 0, 1, 1));
    scene.play(0, 20, i -> List.of(car(200)));
    scene.play(20, 40, i -> List.of());
    scene.play(40, 60, i -> List.of(car(205)));
    assertThat(scene.opened()).isOne();
    // It moves on, followed all the while, and stands before the door.
    scene.play(60, 90, i -> List.of(car(205 + 12 * (i - 60))));
    assertThat(scene.opened()).isEqualTo(2);
    assertThat(scene.changes.getLast().sighting().regions()).containsExactly("door");
  }

  @Test
  void a_detection_calls_for_every_frame_until_it_stands_and_is_known() {
    Scene scene = new Scene(Scene.objects());
    assertThat(scene.confirmer.engaged()).isFalse();
    scene.play(0, 1, i -> List.of(car(300)));
    assertThat(scene.confirmer.engaged()).isTrue();
    scene.play(1, 20, i -> List.of(car(300)));
    assertThat(scene.opened()).isOne();
    assertThat(scene.confirmer.engaged()).isFalse();
    scene.play(20, 21, i -> List.of());
    assertThat(scene.confirmer.engaged()).isTrue();
    scene.play(21, 60, i -> List.of());
    assertThat(scene.closed()).isOne();
    assertThat(scene.confirmer.engaged()).isFalse();
    // It is back where it stood: known, so nothing is called for.
    scene.play(60, 80, i -> List.of(car(300)));
    assertThat(scene.opened()).isOne();
    assertThat(scene.confirmer.engaged()).isFalse();
  }

  @Test
  void what_moves_calls_for_every_frame_and_one_false_look_only_for_a_few() {
    Scene scene = new Scene(Scene.objects());
    scene.play(0, 15, i -> List.of(car(20 * i)));
    assertThat(scene.confirmer.engaged()).isTrue();
    Scene glimpse = new Scene(Scene.objects());
    glimpse.play(0, 1, i -> List.of(car(300)));
    glimpse.play(1, 5, i -> List.of());
    assertThat(glimpse.confirmer.engaged()).isTrue();
    glimpse.play(5, 6, i -> List.of());
    assertThat(glimpse.confirmer.engaged()).isFalse();
  }

  @Test
  void what_stands_and_is_never_confirmed_does_not_keep_a_camera_awake_for_ever() {
    Scene scene = new Scene(Scene.objects());
    // Two of five, again and again.
    scene.play(0, 40, i -> i % 5 < 2 ? List.of(car(300)) : List.of());
    assertThat(scene.confirmer.engaged()).isTrue();
    scene.play(40, 62, i -> i % 5 < 2 ? List.of(car(300)) : List.of());
    assertThat(scene.opened()).isZero();
    assertThat(scene.confirmer.engaged()).isFalse();
  }
}
