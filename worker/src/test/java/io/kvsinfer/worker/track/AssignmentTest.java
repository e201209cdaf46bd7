package io.kvsinfer.worker.track;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class AssignmentTest {
  @Test
  void the_sum_counts_rather_than_the_best_pair() {
    double[][] scores = {{0.9, 0.8}, {0.8, 0}};
    assertThat(Assignment.best(scores, 2)).containsExactly(1, 0);
  }

  @Test
  void what_scores_nothing_stays_alone() {
    assertThat(Assignment.best(new double[][] {{0, 0}, {0, 0.1}}, 2)).containsExactly(-1, 1);
    assertThat(Assignment.best(new double[][] {{}, {}}, 0)).containsExactly(-1, -1);
    assertThat(Assignment.best(new double[0][], 3)).isEmpty();
  }

  @Test
  void one_strong_pair_beats_two_weak_ones() {
    double[][] scores = {{2.5, 1}, {1, 0}};
    assertThat(Assignment.best(scores, 2)).containsExactly(0, -1);
  }

  @Test
  void equal_pairs_fall_in_order() {
    double[][] scores = {{1, 1}, {1, 1}};
    assertThat(Assignment.best(scores, 2)).containsExactly(0, 1);
  }

  @Test
  void no_pairing_of_a_few_is_better() {
    Random random = new Random(5);
    for (int round = 0; round < 500; round++) {
      int rows = random.nextInt(6);
      int columns = random.nextInt(6);
      double[][] scores = new double[rows][columns];
      for (double[] row : scores) {
        for (int j = 0; j < columns; j++) {
          row[j] = random.nextInt(3) == 0 ? 0 : random.nextInt(1, 20) / 10.0;
        }
      }
      int[] pairs = Assignment.best(scores, columns);
      boolean[] used = new boolean[columns];
      double sum = 0;
      for (int i = 0; i < rows; i++) {
        if (pairs[i] >= 0) {
          assertThat(used[pairs[i]]).isFalse();
          assertThat(scores[i][pairs[i]]).isPositive();
          used[pairs[i]] = true;
          sum += scores[i][pairs[i]];
        }
      }
      assertThat(sum).isCloseTo(most(scores, 0, new boolean[columns]), offset(1e-9));
    }
  }

  /** By trying everything. */
  private static double most(double[][] scores, int row, boolean[] used) {
    if (row == scores.length) {
      return 0;
    }
    double most = most(scores, row + 1, used);
    for (int j = 0; j < used.length; j++) {
      if (!used[j] && scores[row][j] > 0) {
        used[j] = true;
        most = Math.max(most, scores[row][j] + most(scores, row + 1, used));
        used[j] = false;
      }
    }
    return most;
  }

  @Test
  void three_hundred_boxes_in_a_crowd_are_paired() {
    double[][] scores = new double[300][300];
    for (int i = 0; i < 300; i++) {
      for (int j = 0; j < 300; j++) {
        scores[i][j] = Math.max(0, 1 - Math.abs(i - j) / 4.0);
      }
    }
    int[] pairs = Assignment.best(scores, 300);
    for (int i = 0; i < 300; i++) {
      assertThat(pairs[i]).isEqualTo(i);
    }
  }
}
