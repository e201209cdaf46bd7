package io.kvsinfer.worker.detect.yolo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class OutputReaderTest {
  private static final float OUT_OF_REACH = Float.POSITIVE_INFINITY;
  private final Candidates found = new Candidates();

  @Test
  void yolov5_multiplies_objectness_with_the_best_class() {
    float[] output = {
      10, 20, 4, 6, 0.9f, 0.1f, 0.8f,
      50, 50, 10, 10, 0.3f, 1, 0,
      50, 50, 10, 10, 0.9f, 0.5f, 0.2f
    };
    new Yolov5Output(3, 2).read(output, new float[] {0.5f, 0.5f}, found);
    assertThat(found.size()).isEqualTo(1);
    assertBox(0, 8, 17, 12, 23, 0.72f, 1);
  }

  @Test
  void yolov8_lies_across_the_rows_and_has_no_objectness() {
    float[] output = {
      10,
      30,
      50, // centre x
      20,
      40,
      60, // centre y
      4,
      4,
      4, // width
      6,
      6,
      6, // height
      0.1f,
      0.7f,
      0.3f, // class 0
      0.6f,
      0.2f,
      0.3f // class 1
    };
    new Yolov8Output(3, 2).read(output, new float[] {0.4f, 0.4f}, found);
    assertThat(found.size()).isEqualTo(2);
    assertBox(0, 8, 17, 12, 23, 0.6f, 1);
    assertBox(1, 28, 37, 32, 43, 0.7f, 0);
  }

  @Test
  void end_to_end_rows_are_corners_score_and_class() {
    float[] output = {
      1, 2, 3, 4, 0.9f, 1,
      1, 2, 3, 4, 0.3f, 1,
      1, 2, 3, 4, 0.9f, 7,
      0, 0, 0, 0, 0, 0
    };
    new EndToEndOutput(4).read(output, new float[] {0.4f, 0.4f}, found);
    assertThat(found.size()).isEqualTo(1);
    assertBox(0, 1, 2, 3, 4, 0.9f, 1);
  }

  @Test
  void end_to_end_rows_may_have_landmarks_behind_them() {
    float[] output = {
      1, 2, 3, 4, 0.3f, 0, 9, 9, 9, 9, 9, 9, 1, 2, 3, 4, 0.9f, 1, 10, 11, 0.5f, 12, 13, 0.5f
    };
    EndToEndOutput reader = new EndToEndOutput(2, 2, 3);
    reader.read(output, new float[] {0.4f, 0.4f}, found);
    assertThat(found.size()).isEqualTo(1);
    assertBox(0, 1, 2, 3, 4, 0.9f, 1);
    assertThat(reader.points()).isEqualTo(2);
    assertThat(reader.pointX(output, found.row(0), 0)).isEqualTo(10);
    assertThat(reader.pointY(output, found.row(0), 0)).isEqualTo(11);
    assertThat(reader.pointX(output, found.row(0), 1)).isEqualTo(12);
    assertThat(reader.pointY(output, found.row(0), 1)).isEqualTo(13);
  }

  @Test
  void rows_of_a_detr_are_shares_of_the_input_score_and_class() {
    float[] output = {
      0.5f, 0.5f, 0.25f, 0.5f, 0.9f, 1,
      0.5f, 0.5f, 0.25f, 0.5f, 0.39f, 1,
      0.5f, 0.5f, 0.25f, 0.5f, 0.9f, 2,
      0.5f, 0.5f, 0.25f, 0.5f, 0.9f, -1
    };
    new DetrRowsOutput(4, 64, 32).read(output, new float[] {0.4f, 0.4f}, found);
    assertThat(found.size()).isEqualTo(1);
    assertBox(0, 24, 8, 40, 24, 0.9f, 1);
  }

  @Test
  void yolox_is_decoded_on_its_grid() {
    // 64 × 32: strides 8 (8 × 4 cells), 16 (4 × 2), 32 (2 × 1); one class.
    float[] output = new float[(32 + 8 + 2) * 6];
    put(output, 8 + 3, 0.5f, 0.25f, 0, 0); // stride 8, column 3, row 1
    put(output, 32 + 4 + 2, 0, 0, (float) Math.log(2), 0); // stride 16, column 2, row 1
    put(output, 32 + 8 + 1, 0, 0, 0, 0); // stride 32, column 1, row 0
    new YoloxOutput(64, 32, 1, false).read(output, new float[] {0.5f}, found);
    assertThat(found.size()).isEqualTo(3);
    assertBox(0, 28 - 4, 10 - 4, 28 + 4, 10 + 4, 0.72f, 0);
    assertBox(1, 32 - 16, 16 - 8, 32 + 16, 16 + 8, 0.72f, 0);
    assertBox(2, 32 - 16, -16, 32 + 16, 16, 0.72f, 0);
  }

  @Test
  void yolox_exported_with_its_decoder_is_in_pixels() {
    float[] output = new float[(32 + 8 + 2) * 6];
    put(output, 5, 30, 20, 10, 8);
    new YoloxOutput(64, 32, 1, true).read(output, new float[] {0.5f}, found);
    assertBox(0, 25, 16, 35, 24, 0.72f, 0);
  }

  @Test
  void plates_carry_their_corners_through_the_letterbox() {
    float[] output = {
      100, 60, 40, 20, 0.9f, 80, 50, 120, 52, 121, 70, 79, 68, 0.1f, 0.9f,
    };
    var reader = new LandmarksOutput(1, 2, 4);
    reader.read(output, new float[] {0.5f, 0.5f}, found);
    assertBox(0, 80, 50, 120, 70, 0.81f, 1);
    assertThat(reader.points()).isEqualTo(4);
    float[][] corners = {{80, 50}, {120, 52}, {121, 70}, {79, 68}};
    for (int i = 0; i < 4; i++) {
      assertThat(reader.pointX(output, found.row(0), i)).isEqualTo(corners[i][0]);
      assertThat(reader.pointY(output, found.row(0), i)).isEqualTo(corners[i][1]);
    }
  }

  @Test
  void yolov8_may_have_landmarks_below_its_classes() {
    // Two predictions, one class, two landmarks with how visible they are.
    float[] output = {
      10, 50, 20, 60, 4, 10, 6, 10, 0.1f, 0.8f, 1, 45, 2, 55, 0, 1, 3, 46, 4, 56, 1, 0
    };
    var reader = new Yolov8Output(2, 1, 2, 3);
    reader.read(output, new float[] {0.5f}, found);
    assertThat(found.size()).isEqualTo(1);
    assertBox(0, 45, 55, 55, 65, 0.8f, 0);
    assertThat(reader.pointX(output, found.row(0), 1)).isEqualTo(46);
    assertThat(reader.pointY(output, found.row(0), 1)).isEqualTo(56);
  }

  @Test
  void yolov8_transposed_lies_in_rows() {
    float[] output = {10, 20, 4, 6, 0.1f, 0.7f, 30, 40, 4, 6, 0.3f, 0.2f};
    new Yolov8RowsOutput(2, 2).read(output, new float[] {0.4f, 0.4f}, found);
    assertThat(found.size()).isEqualTo(1);
    assertBox(0, 8, 17, 12, 23, 0.7f, 1);
  }

  @Test
  void rows_of_yolov7_name_their_picture_and_their_class() {
    float[] output = {
      0, 1, 2, 11, 12, 1, 0.9f, 1, 1, 2, 11, 12, 1, 0.9f, 0, 1, 2, 11, 12, 9, 0.9f, 0, 1, 2, 11, 12,
      0, 0.2f
    };
    NmsOutput.yolov7(4).read(output, new float[] {0.4f, 0.4f}, found);
    assertThat(found.size()).isEqualTo(1);
    assertBox(0, 1, 2, 11, 12, 0.9f, 1);
    found.clear();
    NmsOutput.yolov7(0).read(new float[0], new float[] {0.4f}, found);
    assertThat(found.size()).isZero();
  }

  @Test
  void queries_are_boxes_of_the_input_and_scores_or_logits() {
    float[] boxes = {0.5f, 0.5f, 0.25f, 0.5f, 0.1f, 0.1f, 0.1f, 0.1f};
    new DetrOutput(2, 2, 2, 64, 32, new float[] {0.1f, 0.8f, 0.2f, 0.3f})
        .read(boxes, new float[] {0.5f, 0.5f}, found);
    assertThat(found.size()).isEqualTo(1);
    assertBox(0, 24, 8, 40, 24, 0.8f, 1);
    found.clear();
    new DetrOutput(2, 2, 2, 64, 32, new float[] {-3, 2, -4, -5})
        .read(boxes, new float[] {0.5f, 0.5f}, found);
    assertThat(found.size()).isEqualTo(1);
    assertThat(found.score(0)).isEqualTo((float) (1 / (1 + Math.exp(-2))), within(1e-6f));
    found.clear();
    float[] joined = {0.5f, 0.5f, 0.25f, 0.5f, 0.1f, 0.8f};
    new DetrOutput(1, 2, 2, 64, 32, null).read(joined, new float[] {0.5f, 0.5f}, found);
    assertBox(0, 24, 8, 40, 24, 0.8f, 1);
  }

  @Test
  void labels_out_of_reach_are_never_found() {
    float[] output = {10, 20, 4, 6, 1, 1};
    float[] thresholds = {OUT_OF_REACH};
    new Yolov5Output(1, 1).read(output, thresholds, found);
    new YoloxOutput(32, 32, 1, true).read(new float[21 * 6], thresholds, found);
    new Yolov8Output(1, 1).read(new float[] {10, 20, 4, 6, 1}, thresholds, found);
    assertThat(found.size()).isZero();
  }

  @Test
  void numbers_that_are_none_are_passed_over() {
    float[] output = {
      Float.NaN,
      20,
      4,
      6,
      1,
      1,
      10,
      20,
      Float.POSITIVE_INFINITY,
      6,
      1,
      1,
      10,
      20,
      -4,
      6,
      1,
      1,
      10,
      20,
      4,
      6,
      Float.NaN,
      1,
      10,
      20,
      4,
      6,
      1,
      Float.NaN
    };
    new Yolov5Output(5, 1).read(output, new float[] {0.5f}, found);
    assertThat(found.size()).isZero();
  }

  private static void put(float[] output, int row, float x, float y, float w, float h) {
    int at = row * 6;
    output[at] = x;
    output[at + 1] = y;
    output[at + 2] = w;
    output[at + 3] = h;
    output[at + 4] = 0.9f;
    output[at + 5] = 0.8f;
  }

  private void assertBox(int i, float x1, float y1, float x2, float y2, float score, int label) {
    assertThat(found.x1(i)).isEqualTo(x1, within(1e-3f));
    assertThat(found.y1(i)).isEqualTo(y1, within(1e-3f));
    assertThat(found.x2(i)).isEqualTo(x2, within(1e-3f));
    assertThat(found.y2(i)).isEqualTo(y2, within(1e-3f));
    assertThat(found.score(i)).isEqualTo(score, within(1e-5f));
    assertThat(found.label(i)).isEqualTo(label);
  }
}
