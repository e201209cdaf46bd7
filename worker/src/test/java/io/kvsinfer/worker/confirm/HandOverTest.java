package io.kvsinfer.worker.confirm;

import static io.kvsinfer.worker.confirm.Scene.car;
import static io.kvsinfer.worker.confirm.Scene.seen;
import static io.kvsinfer.worker.confirm.Scene.sure;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.event.IncidentEvent.FrameSize;
import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.contract.state.Checkpoint.OpenIncident;
import io.kvsinfer.contract.state.Checkpoint.QuietPlace;
import io.kvsinfer.worker.confirm.IncidentChange.Closed;
import io.kvsinfer.worker.confirm.IncidentChange.Opened;
import io.kvsinfer.worker.detect.Detection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a successor makes of the open incidents its predecessor left. */
final class HandOverTest {
  /** Three cars that cross, park, flicker and grow, one of them unsure at first. */
  private static List<Detection> street(int i) {
    List<Detection> seen = new ArrayList<>();
    if (i < 60) {
      seen.add(sure(seen("car", 30 + 12 * i, 100, 80 + i, 50 + i), 0.6 + i * 0.005));
    }
    if (i % 9 != 0) {
      seen.add(car(450));
    }
    if (i > 40 && i < 75) {
      seen.add(seen("truck", 900 - 20 * (i - 40), 300, 150, 90));
    }
    return seen;
  }

  @Test
  void the_same_looks_give_the_same_changes() {
    Scene first = new Scene(Scene.objects());
    Scene second = new Scene(Scene.objects());
    assertThat(first.play(0, 150, HandOverTest::street))
        .isEqualTo(second.play(0, 150, HandOverTest::street))
        .isNotEmpty();
  }

  @Test
  void a_successor_goes_on_with_the_same_events_from_any_frame_on() {
    Scene whole = new Scene(Scene.objects());
    whole.play(0, 150, HandOverTest::street);
    for (int stop = 1; stop < 150; stop++) {
      Scene scene = new Scene(Scene.objects());
      List<IncidentChange> before = scene.play(0, stop, HandOverTest::street);
      List<OpenIncident> open = new ArrayList<>(scene.confirmer.open());
      // As the publisher does: what opens later stands in the checkpoint before it goes out.
      for (IncidentChange change : whole.changes) {
        if (change instanceof Opened o && o.sighting().time().capturedAt().isAfter(at(stop - 1))) {
          open.add(minted(o));
        }
      }
      scene.confirmer = scene.fresh();
      scene.confirmer.restore(open, List.of());
      List<IncidentChange> after = scene.play(stop, 150, HandOverTest::street);
      assertThat(keys(before, after))
          .as("stopped at " + stop)
          .isEqualTo(keys(whole.changes, List.of()));
    }
  }

  @Test
  void an_incident_that_is_never_seen_again_is_closed_with_the_event_of_its_predecessor() {
    Scene scene = new Scene(Scene.objects());
    scene.play(0, 10, i -> List.of(car(100)));
    List<OpenIncident> open = scene.confirmer.open();
    List<IncidentChange> closed = scene.play(10, 40, i -> List.of());
    scene.confirmer = scene.fresh();
    scene.confirmer.restore(open, List.of());
    List<IncidentChange> again = scene.play(10, 40, i -> List.of());
    assertThat(again).hasSize(1);
    Closed first = (Closed) closed.getFirst();
    Closed second = (Closed) again.getFirst();
    assertThat(second.incident()).isEqualTo(first.incident());
    assertThat(second.sequence()).isEqualTo(first.sequence());
    assertThat(second.endedAt()).isEqualTo(first.endedAt());
    assertThat(second.sighting().box()).isEqualTo(first.sighting().box());
    assertThat(second.sighting().time()).isEqualTo(first.sighting().time());
  }

  @Test
  void one_minted_but_never_seen_again_is_opened_and_closed() {
    Scene scene = new Scene(Scene.objects());
    scene.play(0, 3, i -> List.of(car(100)));
    OpenIncident minted = minted((Opened) scene.changes.getFirst());
    scene.confirmer = scene.fresh();
    scene.confirmer.restore(List.of(minted), List.of());
    List<IncidentChange> changes = scene.play(20, 60, i -> List.of());
    assertThat(changes).extracting(IncidentChange::sequence).containsExactly(0, 1);
    assertThat(changes.getFirst()).isInstanceOf(Opened.class);
    assertThat(changes.getLast()).isInstanceOf(Closed.class);
  }

  @Test
  void incidents_of_other_detectors_and_labels_are_left_alone() {
    Scene scene = new Scene(Scene.objects());
    scene.play(0, 3, i -> List.of(car(100)));
    OpenIncident open = scene.confirmer.open().getFirst();
    Scene fire = new Scene(Scene.fire());
    fire.confirmer.restore(List.of(open), List.of());
    assertThat(fire.confirmer.open()).isEmpty();
    scene.confirmer = scene.fresh();
    scene.confirmer.restore(List.of(open), List.of());
    scene.play(3, 10, i -> List.of(seen("person", 100, 200, 100, 60)));
    assertThat(scene.opened()).isEqualTo(2);
  }

  @Test
  void of_two_objects_in_reach_the_likelier_takes_the_incident_over() {
    Scene scene = new Scene(Scene.objects());
    scene.play(0, 10, i -> List.of(car(200)));
    List<OpenIncident> open = scene.confirmer.open();
    scene.confirmer = scene.fresh();
    scene.confirmer.restore(open, List.of());
    List<IncidentChange> changes = scene.play(10, 20, i -> List.of(car(90), car(205)));
    assertThat(changes).hasSize(1);
    assertThat(changes.getFirst().sighting().box().x()).isEqualTo(0.09);
  }

  /** A car that stands at 100 is hidden for 30 looks, so that its incident closes. */
  private static Scene hidden() {
    Scene scene = new Scene(Scene.objects());
    scene.play(0, 30, i -> List.of(car(100)));
    scene.play(30, 60, i -> List.of());
    assertThat(scene.closed()).isOne();
    return scene;
  }

  private static Scene successor(Scene scene, List<QuietPlace> quiet) {
    scene.confirmer = scene.fresh();
    scene.confirmer.restore(List.of(), quiet);
    return scene;
  }

  @Test
  void a_parked_car_whose_incident_has_closed_does_not_alert_again_after_a_restart() {
    Scene scene = hidden();
    List<QuietPlace> quiet = scene.confirmer.quiet(at(60));
    assertThat(quiet).hasSize(1);
    successor(scene, quiet).play(60, 1000, i -> List.of(car(100)));
    assertThat(scene.opened()).isOne();

    Scene forgetful = successor(hidden(), List.of());
    forgetful.play(60, 1000, i -> List.of(car(100)));
    assertThat(forgetful.opened()).as("what the checkpoint is needed for").isEqualTo(2);
  }

  @Test
  void a_place_is_quiet_for_a_successor_no_longer_than_for_its_predecessor() {
    Scene scene = hidden();
    Instant until = scene.confirmer.quiet(at(60)).getFirst().until();
    assertThat(scene.confirmer.quiet(until.minusMillis(1))).hasSize(1);
    assertThat(scene.confirmer.quiet(until)).isEmpty();
    successor(scene, scene.confirmer.quiet(at(60)));
    scene.play(60, 400, i -> at(i).isBefore(until) ? List.of() : List.of(car(100)));
    assertThat(scene.opened()).isEqualTo(2);
  }

  @Test
  void a_place_is_quiet_for_its_own_detector_label_and_whereabouts_only() {
    List<QuietPlace> quiet = hidden().confirmer.quiet(at(60));
    Scene elsewhere = successor(new Scene(Scene.objects()), quiet);
    elsewhere.play(60, 70, i -> List.of(car(500), seen("person", 100, 200, 100, 60)));
    assertThat(elsewhere.opened()).isEqualTo(2);
    Scene other = new Scene(Scene.fire());
    other.confirmer.restore(List.of(), quiet);
    assertThat(other.confirmer.quiet(at(60))).isEmpty();
  }

  @Test
  void one_that_drove_off_leaves_nothing_behind_that_a_successor_would_know() {
    Scene scene = new Scene(Scene.objects());
    scene.play(0, 30, i -> List.of(car(30 * i)));
    scene.play(30, 60, i -> List.of());
    assertThat(scene.closed()).isOne();
    assertThat(scene.confirmer.quiet(at(60))).isEmpty();
  }

  @Test
  void of_very_many_quiet_places_those_that_are_quiet_the_longest_are_kept() {
    Scene scene = new Scene(Scene.objects());
    Instant end = at(0).plusSeconds(60);
    List<QuietPlace> many = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      Box box = new Box(i / 1000.0, 0.5, 0.1, 0.1);
      many.add(new QuietPlace("objects", "car", box, true, null, List.of(), end.plusSeconds(i)));
    }
    Collections.shuffle(many, new Random(1));
    scene.confirmer.restore(List.of(), many);
    List<QuietPlace> kept = scene.confirmer.quiet(at(0));
    assertThat(kept).hasSize(64).isSortedAccordingTo(Comparator.comparing(QuietPlace::until));
    assertThat(kept.getLast().until()).isEqualTo(end.plusSeconds(499));
    assertThat(kept.getFirst().until()).isEqualTo(end.plusSeconds(436));
  }

  @Test
  void what_was_restored_closes_without_a_picture_by_the_size_it_was_last_seen_in() {
    Scene scene = new Scene(Scene.objects());
    scene.play(0, 10, i -> List.of(car(100)));
    List<OpenIncident> open = scene.confirmer.open();
    Scene successor = new Scene(Scene.objects());
    successor.confirmer.restore(open, List.of());
    assertThat(successor.confirmer.endOfStream(null))
        .singleElement()
        .isInstanceOfSatisfying(
            Closed.class,
            c -> {
              assertThat(c.sighting().width()).isEqualTo(Scene.WIDTH);
              assertThat(c.sighting().height()).isEqualTo(Scene.HEIGHT);
              assertThat(c.endedAt()).isEqualTo(at(9));
            });
    assertThat(successor.confirmer.open()).isEmpty();
  }

  @Test
  void one_of_an_older_worker_closes_by_the_size_of_the_last_picture_if_there_was_one() {
    Scene scene = new Scene(Scene.objects());
    scene.play(0, 3, i -> List.of(car(100)));
    OpenIncident old = minted((Opened) scene.changes.getFirst());
    scene.confirmer = scene.fresh();
    scene.confirmer.restore(List.of(old), List.of());
    assertThat(scene.confirmer.endOfStream(null)).isEmpty();
    assertThat(scene.confirmer.open()).hasSize(1);
    assertThat(scene.confirmer.endOfStream(new FrameSize(640, 360)))
        .hasSize(2)
        .allMatch(c -> c.sighting().width() == 640 && c.sighting().height() == 360);
    assertThat(scene.confirmer.open()).isEmpty();
  }

  private static OpenIncident minted(Opened o) {
    return new OpenIncident(
        o.incident().id(),
        o.incident().detector(),
        o.incident().type(),
        o.incident().label(),
        0,
        o.incident().startedAt(),
        o.sighting().time().capturedAt(),
        o.sighting().box(),
        o.sighting().confidence(),
        null);
  }

  private static Instant at(int frame) {
    return Scene.time(frame).capturedAt();
  }

  private record Key(
      String incident, int sequence, Instant capturedAt, Object box, double confidence) {}

  /** What must be the same, by incident; the number of the track may differ. */
  private static List<Key> keys(List<IncidentChange> first, List<IncidentChange> second) {
    List<Key> keys = new ArrayList<>();
    for (List<IncidentChange> part : List.of(first, second)) {
      for (IncidentChange c : part) {
        keys.add(
            new Key(
                c.incident().id(),
                c.sequence(),
                c.sighting().time().capturedAt(),
                c.sighting().box(),
                c.sighting().confidence()));
      }
    }
    keys.sort(Comparator.comparing(Key::incident).thenComparingInt(Key::sequence));
    return keys;
  }
}
