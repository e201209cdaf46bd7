package io.kvsinfer.worker.confirm;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.event.IncidentEvent.Plate;
import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.worker.confirm.IncidentChange.Closed;
import io.kvsinfer.worker.confirm.IncidentChange.Opened;
import io.kvsinfer.worker.confirm.IncidentChange.Updated;
import io.kvsinfer.worker.detect.Detection;
import io.kvsinfer.worker.detect.PlateReading;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Plates that drive through the picture, read differently from frame to frame. */
final class PlateIncidentTest {
  private final Scene scene = new Scene(Scene.detector("alpr", 3, 5, 0, 0, 60));

  @Test
  void the_readings_of_one_passage_vote() {
    String[] reads = {"AB12CDE", "A812CDE", "AB1ZCDE", "AB12CDE"};
    scene.play(0, 12, i -> List.of(plate(100 + 20 * i, reads[i % 4])));
    scene.play(12, 40, i -> List.of());
    Opened opened = (Opened) scene.changes.getFirst();
    assertThat(plate(opened).reads()).isEqualTo(3);
    assertThat(plate(opened).text()).isEqualTo("AB12CDE");
    Closed closed = (Closed) scene.changes.getLast();
    assertThat(plate(closed).reads()).isEqualTo(12);
    assertThat(plate(closed).text()).isEqualTo("AB12CDE");
    assertThat(scene.opened()).isEqualTo(1);
    assertThat(scene.closed()).isEqualTo(1);
  }

  @Test
  void a_better_text_is_told_within_a_second() {
    scene.play(0, 3, i -> List.of(plate(100 + 20 * i, "AB12CD")));
    List<IncidentChange> more = scene.play(3, 12, i -> List.of(plate(100 + 20 * i, "AB12CDE")));
    assertThat(more).isNotEmpty().allMatch(Updated.class::isInstance);
    assertThat(plate(more.getLast()).text()).isEqualTo("AB12CDE");
  }

  @Test
  void the_frame_in_which_the_plate_is_legible_is_the_evidence() {
    scene.play(0, 4, i -> List.of(plate(100 + 20 * i, "")));
    assertThat(scene.changes.getFirst().sighting().plate()).isNull();
    List<IncidentChange> more = scene.play(4, 10, i -> List.of(plate(100 + 20 * i, "AB12CDE")));
    assertThat(more).hasSize(1);
    assertThat(plate(more.getFirst()).text()).isEqualTo("AB12CDE");
  }

  @Test
  void a_vehicle_whose_track_broke_is_known_by_its_plate() {
    scene.play(0, 6, i -> List.of(plate(50 + 20 * i, "AB12CDE")));
    // Behind a lorry for a second, and elsewhere by then.
    scene.play(6, 11, i -> List.of());
    scene.play(11, 20, i -> List.of(plate(700 + 20 * (i - 11), "AB12CDE")));
    assertThat(scene.opened()).isEqualTo(1);
    scene.play(20, 60, i -> List.of());
    Closed closed = (Closed) scene.changes.getLast();
    assertThat(plate(closed).reads()).isEqualTo(6 + 9);
    assertThat(closed.endedAt()).isEqualTo(Scene.time(19).capturedAt());
    // Back within the cooldown.
    scene.play(60, 70, i -> List.of(plate(300, "AB12CDE")));
    assertThat(scene.opened()).isEqualTo(1);
    scene.play(70, 80, i -> List.of(plate(700, "XY99ZZZ")));
    assertThat(scene.opened()).isEqualTo(2);
  }

  @Test
  void a_successor_goes_on_voting() {
    scene.play(0, 8, i -> List.of(plate(100 + 20 * i, i == 2 ? "AB12CDX" : "AB12CDE")));
    IncidentConfirmer successor = scene.fresh();
    successor.restore(scene.confirmer.open(), List.of());
    assertThat(scene.confirmer.open().getFirst().plate()).isEqualTo("AB12CDE");
    List<IncidentChange> ours = scene.play(8, 40, i -> after(i));
    scene.confirmer = successor;
    List<IncidentChange> theirs = scene.play(8, 40, i -> after(i));
    Plate our = plate(ours.getLast());
    assertThat(theirs.getLast().sighting().plate()).isEqualTo(our);
    assertThat(our.reads()).isEqualTo(12);
    assertThat(scene.fresh().open()).isEmpty();
  }

  private static Plate plate(IncidentChange change) {
    return Objects.requireNonNull(change.sighting().plate());
  }

  private static List<Detection> after(int i) {
    return i < 12 ? List.of(plate(100 + 20 * i, "AB12CDE")) : List.of();
  }

  private static Detection plate(double x, String text) {
    Detection box = new Detection("plate", 0.8, new Box(x, 200, 100, 30), List.of());
    return box.read(
        text.isEmpty()
            ? PlateReading.NONE
            : new PlateReading(text, Collections.nCopies(text.length(), 0.9), 20));
  }
}
