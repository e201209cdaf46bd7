package io.kvsinfer.worker.detect.yolo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class SuppressionTest {
  private final Candidates candidates = new Candidates();

  @Test
  void of_two_that_overlap_the_better_stays() {
    add(0, 0, 10, 10, 0.6f, 0);
    add(1, 0, 11, 10, 0.9f, 0);
    add(50, 50, 60, 60, 0.5f, 0);
    assertThat(Suppression.keep(candidates, 0.45, 300)).containsExactly(1, 2);
  }

  @Test
  void another_class_is_no_duplicate() {
    add(0, 0, 10, 10, 0.6f, 0);
    add(0, 0, 10, 10, 0.9f, 1);
    assertThat(Suppression.keep(candidates, 0.45, 300)).containsExactly(1, 0);
  }

  @Test
  void overlap_up_to_the_threshold_is_allowed() {
    add(0, 0, 10, 10, 0.9f, 0);
    add(0, 0, 5, 10, 0.8f, 0);
    assertThat(Suppression.keep(candidates, 0.5, 300)).hasSize(2);
    assertThat(Suppression.keep(candidates, 0.49, 300)).hasSize(1);
  }

  @Test
  void equal_scores_stay_in_order() {
    for (int i = 0; i < 5; i++) {
      add(20 * i, 0, 20 * i + 10, 10, 0.5f, 0);
    }
    assertThat(Suppression.keep(candidates, 0.45, 300)).containsExactly(0, 1, 2, 3, 4);
    assertThat(Suppression.keep(candidates, 0.45, 3)).containsExactly(0, 1, 2);
  }

  @Test
  void switched_off_it_only_sorts() {
    add(0, 0, 10, 10, 0.6f, 0);
    add(0, 0, 10, 10, 0.9f, 0);
    assertThat(Suppression.keep(candidates, Suppression.OFF, 300)).containsExactly(1, 0);
  }

  @Test
  void nothing_is_kept_of_nothing() {
    assertThat(Suppression.keep(candidates, 0.45, 300)).isEmpty();
  }

  @Test
  void twenty_five_thousand_apart_from_each_other_take_no_noticeable_time() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 25_000; i++) {
      float x = (i % 200) * 10;
      float y = (i / 200) * 10;
      add(x, y, x + 9, y + 9, (float) random.nextDouble(0.1, 1), 0);
    }
    // Some ms where measured; each with each would be hours.
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          for (int round = 0; round < 200; round++) {
            assertThat(Suppression.keep(candidates, 0.45, 300)).hasSize(300);
          }
        });
  }

  @Test
  void it_agrees_with_the_plain_definition() {
    Random random = new Random(3);
    for (int i = 0; i < 400; i++) {
      float x = random.nextInt(100);
      float y = random.nextInt(100);
      add(x, y, x + 5 + random.nextInt(20), y + 5 + random.nextInt(20), random.nextFloat(), i % 3);
    }
    int[] kept = Suppression.keep(candidates, 0.3, 1000);
    for (int a = 0; a < kept.length; a++) {
      for (int b = 0; b < a; b++) {
        boolean alike = candidates.label(kept[a]) == candidates.label(kept[b]);
        assertThat(alike && candidates.iou(kept[a], kept[b]) > 0.3f).isFalse();
      }
    }
    for (int i = 0; i < candidates.size(); i++) {
      int index = i;
      boolean stays = Arrays.stream(kept).anyMatch(k -> k == index);
      boolean hasBetter =
          Arrays.stream(kept)
              .anyMatch(k ->
                  candidates.label(k) == candidates.label(index)
                      && candidates.score(k) >= candidates.score(index)
                      && k != index
                      && candidates.iou(k, index) > 0.3f);
      assertThat(stays).isNotEqualTo(hasBetter);
    }
  }

  private void add(float x1, float y1, float x2, float y2, float score, int label) {
    candidates.addCorners(x1, y1, x2, y2, score, label, 0);
  }
}
