package io.kvsinfer.worker.confirm;

import static io.kvsinfer.worker.confirm.Scene.car;
import static io.kvsinfer.worker.confirm.Scene.seen;
import static io.kvsinfer.worker.confirm.Scene.sure;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.state.Checkpoint.OpenIncident;
import io.kvsinfer.worker.confirm.IncidentChange.Closed;
import io.kvsinfer.worker.confirm.IncidentChange.Opened;
import io.kvsinfer.worker.detect.Detection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
      scene.confirmer.restore(open);
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
    scene.confirmer.restore(open);
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
    scene.confirmer.restore(List.of(minted));
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
    fire.confirmer.restore(List.of(open));
    assertThat(fire.confirmer.open()).isEmpty();
    scene.confirmer = scene.fresh();
    scene.confirmer.restore(List.of(open));
    scene.play(3, 10, i -> List.of(seen("person", 100, 200, 100, 60)));
    assertThat(scene.opened()).isEqualTo(2);
  }

  @Test
  void of_two_objects_in_reach_the_likelier_takes_the_incident_over() {
    Scene scene = new Scene(Scene.objects());
    scene.play(0, 10, i -> List.of(car(200)));
    List<OpenIncident> open = scene.confirmer.open();
    scene.confirmer = scene.fresh();
    scene.confirmer.restore(open);
    List<IncidentChange> changes = scene.play(10, 20, i -> List.of(car(90), car(205)));
    assertThat(changes).hasSize(1);
    assertThat(changes.getFirst().sighting().box().x()).isEqualTo(0.09);
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
