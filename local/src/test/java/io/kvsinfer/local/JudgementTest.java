package io.kvsinfer.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.local.GroundTruth.Real;
import io.kvsinfer.local.Judgement.Seen;
import io.kvsinfer.local.kvs.Fed;
import io.kvsinfer.local.scene.Scene;
import io.kvsinfer.local.scene.Scenes;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class JudgementTest {
  private static final Instant START = Instant.parse("2026-11-21T08:00:00Z");
  private static final Box BOX = new Box(0.1, 0.1, 0.2, 0.2);
  private static final Real FIRE = new Real("fire", "", at(6), at(11), at(29));

  @Test
  void a_seen_fire_is_found_and_nothing_is_invented() {
    Judgement judged = Judgement.against(List.of(FIRE), List.of(seen("fire", 8)), START, at(60));

    assertThat(judged.expected()).isEqualTo(1);
    assertThat(judged.found()).isEqualTo(1);
    assertThat(judged.missed()).isEmpty();
    assertThat(judged.invented()).isEmpty();
    assertThat(judged.duplicates()).isZero();
  }

  @Test
  void a_second_incident_of_one_fire_is_a_duplicate() {
    Judgement judged =
        Judgement.against(List.of(FIRE), List.of(seen("fire", 8), seen("fire", 20)), START, at(60));

    assertThat(judged.duplicates()).isEqualTo(1);
    assertThat(judged.found()).isEqualTo(1);
  }

  @Test
  void an_incident_that_nothing_explains_is_invented() {
    Seen smoke = seen("smoke", 8);
    Seen early = seen("fire", 1);

    Judgement judged = Judgement.against(List.of(FIRE), List.of(smoke, early), START, at(60));

    assertThat(judged.invented()).containsExactly(smoke, early);
    assertThat(judged.missed()).containsExactly(FIRE);
  }

  @Test
  void what_was_not_clear_while_somebody_watched_is_not_expected() {
    assertThat(Judgement.against(List.of(FIRE), List.of(), at(12), at(60)).expected()).isZero();
    assertThat(Judgement.against(List.of(FIRE), List.of(), START, at(12)).expected()).isZero();
  }

  @Test
  void without_ground_truth_one_object_in_two_incidents_at_once_is_a_duplicate() {
    Seen first = new Seen("c", "a", "car", at(1), at(5), 0.9, BOX, null);
    Seen again = new Seen("c", "b", "car", at(3), null, 0.9, BOX, null);
    Seen later = new Seen("c", "d", "car", at(9), at(11), 0.9, new Box(0.6, 0.6, 0.2, 0.2), null);
    Seen other = new Seen("c", "e", "bus", at(3), at(5), 0.9, BOX, null);

    assertThat(Judgement.duplicatesAmong(List.of(first, again, later, other))).isEqualTo(1);
  }

  @Test
  void every_loop_of_a_scene_has_its_own_happenings_in_capture_time() {
    Scene fire =
        Scenes.all().stream().filter(s -> s.name().equals("fire")).findFirst().orElseThrow();

    List<Real> real =
        GroundTruth.of(
            fire,
            List.of(
                new Fed("1", at(3), 3, 0), new Fed("2", at(4), 4, 0), new Fed("3", at(45), 5, 1)));

    assertThat(real).extracting(Real::from).containsExactly(at(6), at(46));
  }

  private static Seen seen(String label, int second) {
    return seen(label, second, null);
  }

  private static Seen seen(String label, int second, @Nullable Instant end) {
    return new Seen("fire", label + second, label, at(second), end, 0.8, BOX, null);
  }

  private static Instant at(int second) {
    return START.plusSeconds(second);
  }
}
