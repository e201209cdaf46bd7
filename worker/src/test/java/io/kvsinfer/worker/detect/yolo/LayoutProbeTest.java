package io.kvsinfer.worker.detect.yolo;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.worker.detect.Network;
import io.kvsinfer.worker.detect.yolo.Reading.Clear;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What numbers speak for which layout, and which for none. */
final class LayoutProbeTest {
  /** Of strides 8, 16, 32 over 64 × 96, which is 8 × 12 cells of the finest. */
  private static final int WIDTH = 64;

  private static final int HEIGHT = 96;
  private static final int CELLS = 8 * 12 + 4 * 6 + 2 * 3;

  private static List<Layout> left(List<Layout> choices, int columns, float... values) {
    return LayoutProbe.left(
        choices,
        new Network.Output(List.of(1, values.length / columns, columns), values),
        WIDTH,
        HEIGHT);
  }

  /** Rows of {@code columns} numbers, those of cell x, y of the finest grid by {@code cell}. */
  private static float[] grid(int columns, CellValues cell) {
    float[] values = new float[CELLS * columns];
    for (int y = 0; y < 12; y++) {
      for (int x = 0; x < 8; x++) {
        System.arraycopy(cell.of(x, y), 0, values, (y * 8 + x) * columns, columns);
      }
    }
    return values;
  }

  @FunctionalInterface
  private interface CellValues {
    float[] of(int x, int y);
  }

  private static final List<Layout> SORTED =
      List.of(Layout.END_TO_END, Layout.DETR_ROWS, Layout.DETR);

  @Test
  void sorted_rows_are_told_by_their_boxes_and_their_last_number() {
    assertThat(left(SORTED, 6, 10, 20, 30, 40, 0.9f, 1, 0, 0, 0, 0, 0, 0))
        .containsExactly(Layout.END_TO_END);
    assertThat(left(SORTED, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
        .as("nothing is found in grey")
        .containsExactly(Layout.END_TO_END);
    assertThat(left(SORTED, 6, 0.1f, 0.2f, 0.3f, 1.4f, 0.9f, 1, 0.1f, 0.2f, 0.3f, 0.4f, 0.8f, 0))
        .containsExactly(Layout.DETR_ROWS);
    assertThat(left(SORTED, 6, 0.1f, 0.2f, 0.3f, 0.4f, 0.9f, 1, 0.1f, 0.2f, 0.3f, 0.4f, 0.8f, 0.3f))
        .as("scores of two classes")
        .containsExactly(Layout.DETR);
    assertThat(left(SORTED, 6, 0.1f, 0.2f, 0.3f, 0.4f, 0.9f, 1, 0, 0, 0, 0, 0, 0))
        .as("neither pixels nor shares of a DETR, which has no empty rows")
        .isEqualTo(SORTED);
    assertThat(left(SORTED, 6, 0.1f, 0.2f, 0.3f, 1.4f, 0.9f, -1)).isEqualTo(List.of(Layout.DETR));
    assertThat(left(List.of(Layout.DETR_ROWS, Layout.DETR), 6, 10, 20, 30, 40, 0.9f, 1)).hasSize(2);
  }

  private static final List<Layout> ONE_A_CELL =
      List.of(Layout.YOLOX, Layout.YOLOX_DECODED, Layout.YOLOV6);

  @ParameterizedTest(name = "{0} × cell + {1}, objectness {2}")
  @CsvSource({
    "0, 3.9, 0.5, yolox",
    "0, -3.9, 0.5, yolox",
    "8, 4, 0.5, yolox-decoded",
    "8, -19, 0.5, yolox-decoded", // less than three strides beside its cell
    "8, 27, 0.5, yolox-decoded",
    "8, 4, 1, yolov6",
    "8, 29, 0.5, ''", // more
    "8, -21, 0.5, ''",
    "0, 5, 0.5, ''",
    "8, 4, -0.5, ''",
    "8, 4, 1.5, ''",
    "16, 4, 0.5, ''",
  })
  void rows_of_cells_are_told_by_their_centres_and_objectness(
      float each, float plus, float objectness, String layout) {
    float[] values =
        grid(6, (x, y) -> new float[] {each * x + plus, each * y + plus, 8, 8, objectness, 0.5f});
    for (int row = 96; row < CELLS; row++) {
      values[row * 6 + 4] = objectness;
    }
    List<Layout> left = left(ONE_A_CELL, 6, values);
    if (layout.isEmpty()) {
      assertThat(left).isEqualTo(ONE_A_CELL);
    } else {
      assertThat(left).extracting(Layout::id).containsExactly(layout);
    }
  }

  @Test
  void one_axis_alone_speaks_for_no_layout() {
    assertThat(left(ONE_A_CELL, 6, grid(6, (x, y) -> new float[] {1, 8 * y + 4, 8, 8, 0.5f, 0})))
        .isEqualTo(ONE_A_CELL);
    assertThat(left(ONE_A_CELL, 6, grid(6, (x, y) -> new float[] {8 * x + 4, 1, 8, 8, 0.5f, 0})))
        .isEqualTo(ONE_A_CELL);
    List<Layout> rows = List.of(Layout.YOLOV8_ROWS, Layout.YOLOX, Layout.YOLOX_DECODED);
    assertThat(left(rows, 6, grid(6, (x, y) -> new float[] {0, 0, 8, 8, 0.5f, 0})))
        .as("rows without objectness look alike")
        .isEqualTo(rows);
  }

  private static final List<Layout> PAIRS =
      List.of(Layout.YOLOV8_SPLIT, Layout.YOLO_NAS, Layout.DAMO_YOLO, Layout.DETR);

  @Test
  void boxes_of_cells_are_told_by_where_their_middles_lie() {
    assertThat(left(PAIRS, 4, grid(4, (x, y) -> corners(8 * x + 4, 8 * y + 4, 6))))
        .containsExactly(Layout.YOLO_NAS, Layout.DAMO_YOLO);
    assertThat(left(PAIRS, 4, grid(4, (x, y) -> new float[] {8 * x + 4, 8 * y + 4, 6, 6})))
        .containsExactly(Layout.YOLOV8_SPLIT);
    assertThat(left(PAIRS, 4, grid(4, (x, y) -> new float[] {100, 100, 6, 6}))).isEqualTo(PAIRS);
    assertThat(left(PAIRS, 4, grid(4, (x, y) -> new float[] {8 * x + 4, 8 * y + 4, -6, 6})))
        .as("no size")
        .isEqualTo(PAIRS);
    assertThat(left(PAIRS, 4, new float[] {10, 20, 30, 40})).as("too few").isEqualTo(PAIRS);
    assertThat(left(PAIRS, 4, 0.1f, 0.2f, 0.3f, 0.4f)).containsExactly(Layout.DETR);
    List<Layout> without = PAIRS.subList(0, 3);
    assertThat(left(without, 4, 0.1f, 0.2f, 0.3f, 0.4f)).isEqualTo(without);
  }

  private static float[] corners(float x, float y, float half) {
    return new float[] {x - half, y - half, x + half, y + half};
  }

  @Test
  void shares_of_the_input_may_be_a_little_beyond_it_and_are_not_all_nought() {
    List<Layout> either = List.of(Layout.BOXES, Layout.DETR_BOXES);
    assertThat(left(either, 4, -0.4f, 0, 1.4f, 1, 0, 0, 0, 0)).containsExactly(Layout.DETR_BOXES);
    assertThat(left(either, 5, 0.1f, 0, 0.5f, 1, 9, 0, 0, 0, 0, 9))
        .as("a score stands behind its box")
        .containsExactly(Layout.DETR_BOXES);
    assertThat(left(either, 4, 0, 0, 0, 0)).isEqualTo(either);
    assertThat(left(either, 4, 0, 0, 1.6f, 1)).isEqualTo(either);
    assertThat(left(either, 4, 0, 0, 1, 1, 0, -0.6f, 1, 1)).isEqualTo(either);
    assertThat(left(either, 4, 0, 0, Float.NaN, 1)).isEqualTo(either);
  }

  @Test
  void of_seven_numbers_the_class_is_the_whole_one() {
    List<Layout> either = List.of(Layout.YOLOV7_NMS, Layout.YOLO_NAS_FLAT);
    assertThat(left(either, 7, 0, 1, 2, 3, 4, 0, 0.9f, 0, 1, 2, 3, 4, 5, 0.3f))
        .containsExactly(Layout.YOLOV7_NMS);
    assertThat(left(either, 7, 0, 1, 2, 3, 4, 1, 0, 0, 1, 2, 3, 4, 0.3f, 5))
        .containsExactly(Layout.YOLO_NAS_FLAT);
    assertThat(left(either, 7, 0, 1, 2, 3, 4, 0, 1)).isEqualTo(either);
    assertThat(left(either, 7, 0, 1, 2, 3, 4, 0.5f, 0.5f)).isEqualTo(either);
    assertThat(left(either, 7, 0, 1, 2, 3, 4, -1, 0.5f)).isEqualTo(either);
    assertThat(left(either, 7, 0, 1, 2, 3, 4, 2, 1.5f)).isEqualTo(either);
  }

  @Test
  void landmarks_are_pixels_and_scores_are_not() {
    List<Layout> either = List.of(Layout.YOLOV5, Layout.YOLOV5_FACE);
    float[] row = {8, 8, 4, 4, 0.5f, 1, 0, 0.5f, 1, 0, 1, 0, 1, 0.5f, 0.5f};
    assertThat(left(either, 15, row)).containsExactly(Layout.YOLOV5);
    float[] landmark = row.clone();
    landmark[12] = -2.5f;
    assertThat(left(either, 15, landmark)).containsExactly(Layout.YOLOV5_FACE);
    float[] small = row.clone();
    small[12] = 1.5f;
    assertThat(left(either, 15, small)).isEqualTo(either);
    float[] beyond = row.clone();
    beyond[13] = 30;
    assertThat(left(either, 15, beyond)).as("of a class").isEqualTo(either);
    float[] second = java.util.Arrays.copyOf(row, 30);
    System.arraycopy(landmark, 0, second, 15, 15);
    assertThat(left(either, 15, second)).containsExactly(Layout.YOLOV5_FACE);
  }

  @Test
  void a_run_is_only_of_use_where_numbers_may_tell() {
    assertThat(LayoutProbe.mayTell(SORTED)).isTrue();
    assertThat(LayoutProbe.mayTell(ONE_A_CELL)).isTrue();
    assertThat(LayoutProbe.mayTell(PAIRS)).isTrue();
    assertThat(LayoutProbe.mayTell(List.of(Layout.YOLOV7_NMS, Layout.YOLO_NAS_FLAT))).isTrue();
    assertThat(LayoutProbe.mayTell(List.of(Layout.BOXES, Layout.DETR_BOXES))).isTrue();
    assertThat(LayoutProbe.mayTell(List.of(Layout.YOLOV5, Layout.YOLOV5_FACE))).isTrue();
    assertThat(LayoutProbe.mayTell(List.of(Layout.values()).subList(0, 3))).isFalse();
    assertThat(LayoutProbe.mayTell(List.of(Layout.DETR_ROWS, Layout.YOLOV5))).isFalse();
    assertThat(LayoutProbe.mayTell(List.of(Layout.YOLOV5_MAPS, Layout.YOLOV3_MAPS))).isFalse();
  }

  @ParameterizedTest(name = "{0} of {1} classes: number {2} of row 1")
  @CsvSource({"yolov5, 2, 5", "yolov5, 2, 6", "yolov8-rows, 2, 4", "yolov8, 2, 4", "yolov8, 2, 5"})
  void a_score_beyond_one_is_none(String id, int classes, int number) {
    Layout layout = Layout.of(id);
    int columns = (layout == Layout.YOLOV5 ? 5 : 4) + classes;
    for (float value : new float[] {1.04f, -0.04f, 1.06f, -0.06f, Float.NaN}) {
      float[] rows = new float[3 * columns];
      java.util.Arrays.fill(rows, 0.5f);
      for (int row = 0; row < 3; row++) {
        rows[row * columns] = 30;
        rows[row * columns + 3] = 30;
      }
      rows[columns + number] = value;
      boolean down = layout == Layout.YOLOV8;
      List<Integer> shape = down ? List.of(1, columns, 3) : List.of(1, 3, columns);
      assertThat(
              LayoutProbe.hasScores(
                  new Clear(layout, 0, classes, ""),
                  new Network.Output(shape, down ? transposed(rows, columns) : rows)))
          .as("%s", value)
          .isEqualTo(Math.abs(value - 0.5f) < 0.55f);
    }
  }

  @ParameterizedTest(name = "{0}: number {1} is {2}: {3}")
  @CsvSource({
    "yolov5, 0, 33, true", // the rightmost centre is right of the middle
    "yolov5, 0, 32, false",
    "yolov5, 1, 49, true",
    "yolov5, 1, 48, false",
    "yolov5, 2, 0, true",
    "yolov5, 2, -1, false",
    "yolov5, 3, -1, false",
    "yolov5, 4, 1.04, true",
    "yolov5, 4, 1.06, false",
    "yolov5, 4, -0.06, false",
    "yolov8-rows, 4, 2, true", // scores are looked at elsewhere
    "yolov8-rows, 3, -1, false",
    "yolov8, 0, 32, false",
    "yolov8, 3, -1, false",
    "yolov8, 1, 49, true",
  })
  void decoded_boxes_reach_across_the_input(String id, int number, float value, boolean decoded) {
    Layout layout = Layout.of(id);
    int columns = layout == Layout.YOLOV5 ? 7 : 6;
    float[] rows = new float[2 * columns];
    for (int c = 0; c < 4; c++) {
      rows[columns + c] = new float[] {60, 90, 8, 8}[c];
    }
    rows[columns + number] = value;
    boolean down = layout == Layout.YOLOV8;
    List<Integer> shape = down ? List.of(1, columns, 2) : List.of(1, 2, columns);
    assertThat(
            LayoutProbe.isDecoded(
                new Clear(layout, 0, 2, ""),
                new Network.Output(shape, down ? transposed(rows, columns) : rows),
                WIDTH,
                HEIGHT))
        .isEqualTo(decoded);
  }

  private static float[] transposed(float[] rows, int columns) {
    float[] down = new float[rows.length];
    int count = rows.length / columns;
    for (int i = 0; i < rows.length; i++) {
      down[i % columns * count + i / columns] = rows[i];
    }
    return down;
  }
}
