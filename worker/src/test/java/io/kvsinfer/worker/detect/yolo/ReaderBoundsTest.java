package io.kvsinfer.worker.detect.yolo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.yolo.GridMap.Order;
import io.kvsinfer.worker.detect.yolo.MapsOutput.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Numbers exactly at a bound, and rows, classes and cells behind the first. */
final class ReaderBoundsTest {
  private static final float[] HALF = {0.5f, 0.5f, 0.5f};

  private final Candidates found = new Candidates();

  private int found(OutputReader reader, float... output) {
    found.clear();
    reader.read(output, HALF, found);
    return found.size();
  }

  private void assertBox(int i, float x1, float y1, float x2, float y2, float score, int label) {
    float[] box = {found.x1(i), found.y1(i), found.x2(i), found.y2(i)};
    assertThat(box).containsExactly(new float[] {x1, y1, x2, y2}, within(1e-3f));
    assertThat(found.score(i)).isCloseTo(score, within(1e-5f));
    assertThat(found.label(i)).isEqualTo(label);
  }

  /** A head of one stride of 8 with one row of so many cells. */
  private static MapsOutput maps(Kind kind, int classes, int cells, float... values) {
    GridMap map = new GridMap(0, 8, 1, cells, values.length / cells, Order.TOGETHER);
    return new MapsOutput(List.of(map), List.of(values), classes, kind);
  }

  @Test
  void what_reaches_its_threshold_counts_and_an_index_beyond_the_labels_does_not() {
    assertThat(found(new Yolov5Output(2, 1), 16, 16, 8, 8, 0.5f, 1, 16, 16, 8, 8, 1, 0.5f))
        .isEqualTo(2);
    assertThat(
            found(
                new LandmarksOutput(2, 1, 1),
                16,
                16,
                8,
                8,
                0.5f,
                0,
                0,
                1,
                16,
                16,
                8,
                8,
                1,
                0,
                0,
                0.5f))
        .isEqualTo(2);
    float[] grid = new float[21 * 6];
    for (int c = 0; c < 6; c++) {
      grid[c] = new float[] {16, 16, 8, 8, 0.5f, 1}[c];
      grid[6 + c] = new float[] {16, 16, 8, 8, 1, 0.5f}[c];
    }
    assertThat(found(new YoloxOutput(32, 32, 1, true), grid)).isEqualTo(2);
    assertThat(found(new Yolov8Output(1, 2), 16, 16, 8, 8, 0.5f, 0)).isOne();
    assertThat(found(new Yolov8RowsOutput(1, 2), 16, 16, 8, 8, 0.5f, 0)).isOne();
    assertThat(found(new EndToEndOutput(2), 1, 2, 3, 4, 0.5f, 0, 1, 2, 3, 4, 0.9f, 3)).isOne();
    assertThat(
            found(
                new DetrRowsOutput(2, 64, 32),
                0.5f,
                0.5f,
                0.5f,
                0.5f,
                0.5f,
                0,
                0.5f,
                0.5f,
                0.5f,
                0.5f,
                0.9f,
                3))
        .isOne();
    assertThat(found(NmsOutput.yolov7(2), 0, 1, 2, 3, 4, 0, 0.5f, 0, 1, 2, 3, 4, 3, 0.9f)).isOne();
    float[] corners = {1, 2, 3, 4, 1, 2, 3, 4};
    assertThat(
            found(
                new BoxesOutput(2, 4, new float[] {0.5f, 0.9f}, new float[] {0, 3}, 1, 1), corners))
        .isOne();
    assertThat(
            found(
                new PairOutput(1, 2, false, new float[] {0.5f, 0.5f}, false, true, 1, 1), corners))
        .isOne();
    assertThat(found.label(0)).as("the first of the best").isZero();
    assertThat(
            found(
                new DetrOutput(1, 2, 2, 64, 32, new float[] {0.5f, 0.5f}), 0.5f, 0.5f, 0.5f, 0.5f))
        .isOne();
    assertThat(found.label(0)).isZero();
    assertThat(found(maps(new Kind.Centred(), 2, 1, 0, 0, 0, 0, 0.5f, 1, 1))).isOne();
    assertThat(found.label(0)).isZero();
  }

  @Test
  void scores_of_nought_and_one_are_no_logits() {
    assertThat(
            found(
                maps(
                    new Kind.Centred(),
                    1,
                    3,
                    0,
                    0,
                    0,
                    0,
                    0,
                    1,
                    0,
                    0,
                    0,
                    0,
                    1,
                    1,
                    0,
                    0,
                    0,
                    0,
                    0.6f,
                    1)))
        .isEqualTo(2);
    assertThat(found.score(0)).isEqualTo(1);
    assertThat(found.score(1)).isEqualTo(0.6f);
    assertThat(found(new DetrOutput(1, 2, 2, 64, 32, new float[] {1, 0}), 0.5f, 0.5f, 0.5f, 0.5f))
        .isOne();
    assertThat(found.score(0)).isEqualTo(1);
  }

  @Test
  void logits_are_told_by_any_row() {
    // Boxes lie from 0 to 1 and the first row's scores too.
    float[] joined = {0.25f, 0.5f, 0.5f, 0.5f, 0.2f, 0.3f, 0.5f, 0.5f, 0.25f, 0.5f, 3, -4};
    assertThat(found(new DetrOutput(2, 2, 2, 64, 32, null), joined)).isEqualTo(2);
    assertBox(0, 0, 8, 32, 24, 0.574443f, 1);
    assertBox(1, 24, 8, 40, 24, 0.952574f, 0);
  }

  @Test
  void a_faint_logit_is_not_passed_over_before_its_threshold() {
    found.clear();
    maps(new Kind.Centred(), 1, 1, 0, 0, 0, 0, -1, 3)
        .read(new float[0], new float[] {0.15f}, found);
    assertThat(found.size()).isOne();
    assertThat(found.score(0)).isCloseTo(0.256187f, within(1e-5f));
  }

  @Test
  void a_side_is_the_mean_of_its_bins_by_their_softmax() {
    float[] bins = {800, 0, 800, 0, 0, 0, 1, 1, 1, 0, 800, 800};
    float[] cell = java.util.Arrays.copyOf(bins, 14);
    cell[12] = 0.1f;
    cell[13] = 0.9f;
    assertThat(found(maps(new Kind.Binned(3), 2, 1, cell))).isOne();
    assertBox(0, -4, -4, 12, 16, 0.9f, 1);
  }

  @Test
  void logits_of_classes_are_looked_for_behind_the_bins() {
    float[] cell = {0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 2.1972246f};
    assertThat(found(maps(new Kind.Binned(2), 1, 1, cell))).isOne();
    assertBox(0, 0, 0, 8, 8, 0.9f, 0);
  }

  @Test
  void the_best_of_several_classes_is_found_in_every_cell() {
    assertThat(
            found(
                maps(
                    new Kind.Centred(),
                    3,
                    2,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0.5f,
                    0.5f,
                    0,
                    0,
                    1,
                    0.1f,
                    0.9f,
                    0.2f)))
        .isOne();
    assertBox(0, 8, 0, 16, 8, 0.9f, 1);
    float[] grid = new float[21 * 7];
    float[] cell = {0.5f, 0.5f, 0, 0, 1, 0.2f, 0.9f};
    System.arraycopy(cell, 0, grid, 5 * 7, 7);
    assertThat(found(new YoloxOutput(32, 32, 2, false), grid)).isOne();
    // Cell 5 of four columns: column 1, row 1.
    assertBox(0, 8, 8, 16, 16, 0.9f, 1);
  }

  @Test
  void boxes_of_another_output_may_be_scaled_and_lie_across_or_down() {
    float[] across = {0.1f, 0.2f, 0.3f, 0.1f, 0.9f, 0.2f};
    float[] boxes = {9, 9, 9, 9, 1, 2, 3, 4};
    assertThat(found(new PairOutput(2, 3, false, across, false, true, 2, 3), boxes)).isOne();
    assertBox(0, 2, 6, 6, 12, 0.9f, 1);
    float[] down = {0.1f, 0.1f, 0.2f, 0.9f, 0.3f, 0.2f};
    assertThat(found(new PairOutput(2, 3, false, down, true, true, 2, 3), boxes)).isOne();
    assertBox(0, 2, 6, 6, 12, 0.9f, 1);
    float[] boxesDown = {9, 10, 9, 20, 9, 4, 9, 6};
    assertThat(found(new PairOutput(2, 3, true, down, true, false, 2, 0.5f), boxesDown)).isOne();
    assertBox(0, 16, 8.5f, 24, 11.5f, 0.9f, 1);
  }

  @Test
  void landmarks_are_those_of_their_row() {
    float[] output = {
      9, 9, 2, 2, 0.1f, 1, 2, 3, 4, 1, 0, 16, 16, 8, 8, 0.9f, 11, 12, 13, 14, 0.2f, 0.8f
    };
    LandmarksOutput reader = new LandmarksOutput(2, 2, 2);
    assertThat(found(reader, output)).isOne();
    assertBox(0, 12, 12, 20, 20, 0.72f, 1);
    assertThat(reader.pointX(output, found.row(0), 0)).isEqualTo(11);
    assertThat(reader.pointY(output, found.row(0), 0)).isEqualTo(12);
    assertThat(reader.pointX(output, found.row(0), 1)).isEqualTo(13);
    assertThat(reader.pointY(output, found.row(0), 1)).isEqualTo(14);
  }

  @Test
  void anchors_are_numbers_above_nought() {
    for (Object wrong :
        List.of(
            List.of(0, 13, 16, 30, 33, 23),
            List.of(10, 13, 16, 30, 33, Double.POSITIVE_INFINITY),
            List.of(10, 13, 16, 30, 33, 23, "and so on"))) {
      assertThatThrownBy(() -> Anchors.ofParam(wrong))
          .isInstanceOf(DetectorException.class)
          .hasMessageContaining("three widths and heights");
    }
    Anchors anchors = Anchors.ofParam(List.of(List.of(10, 13), List.of(16, 30), List.of(33, 23)));
    assertThat(anchors).isEqualTo(new Anchors(List.of(10.0, 13.0, 16.0, 30.0, 33.0, 23.0)));
  }
}
