package io.kvsinfer.worker.confirm;

import static io.kvsinfer.worker.confirm.Scene.car;
import static io.kvsinfer.worker.confirm.Scene.detector;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.settings.RegionSettings;
import io.kvsinfer.worker.confirm.IncidentChange.Closed;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What stays known when the settings of a detector change between two frames. */
final class SettingsChangeTest {
  private final Scene scene = new Scene(Scene.objects());

  @Test
  void hits_count_on_while_the_window_is_as_long() {
    scene.play(0, 2, i -> List.of(car(100)));
    scene.confirmer = scene.confirmer.with(detector("objects", 3, 5, 0, 0, 30), List.of(), 5);
    assertThat(scene.play(2, 3, i -> List.of(car(100)))).hasSize(1);
  }

  @Test
  void hits_of_another_window_begin_anew() {
    scene.play(0, 2, i -> List.of(car(100)));
    scene.confirmer = scene.confirmer.with(detector("objects", 3, 6, 0, 0, 60), List.of(), 5);
    assertThat(scene.play(2, 4, i -> List.of(car(100)))).isEmpty();
    assertThat(scene.play(4, 5, i -> List.of(car(100)))).hasSize(1);
  }

  @Test
  void an_open_incident_goes_on_and_its_place_stays_quiet() {
    scene.play(0, 20, i -> List.of(car(100)));
    scene.confirmer = scene.confirmer.with(detector("objects", 3, 5, 0, 0, 30), List.of(), 5);
    assertThat(scene.confirmer.open()).hasSize(1);
    assertThat(scene.play(20, 45, i -> List.of()))
        .singleElement()
        .satisfies(c -> assertThat(c).isInstanceOf(Closed.class));
    // Frame 35 closed it; the changed cooldown counts, and what is quiet stays so for as long.
    scene.confirmer = scene.confirmer.with(detector("objects", 3, 5, 0, 0, 5), List.of(), 5);
    assertThat(scene.confirmer.quiet(Scene.time(44).capturedAt()))
        .singleElement()
        .satisfies(
            q -> assertThat(q.until()).isEqualTo(Scene.time(35).capturedAt().plusSeconds(30)));
    scene.play(45, 60, i -> List.of(car(100)));
    assertThat(scene.opened()).isOne();
  }

  @Test
  void new_regions_and_areas_count_from_the_next_frame_on() {
    scene.play(0, 2, i -> List.of(car(100)));
    RegionSettings right = Scene.region("right", RegionSettings.Kind.INCLUDE, 0.5, 0, 1, 1);
    scene.confirmer = scene.confirmer.with(Scene.objects(), List.of(right), 5);
    assertThat(scene.play(2, 10, i -> List.of(car(100)))).isEmpty();
    assertThat(scene.play(10, 13, i -> List.of(car(700)))).hasSize(1);
    assertThat(scene.changes.getLast().sighting().regions()).containsExactly("right");
  }
}
