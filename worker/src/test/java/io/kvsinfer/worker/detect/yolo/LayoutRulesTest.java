package io.kvsinfer.worker.detect.yolo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.TensorInfo;
import io.kvsinfer.worker.detect.TensorInfo.ElementType;
import io.kvsinfer.worker.detect.yolo.Reading.Clear;
import io.kvsinfer.worker.detect.yolo.Reading.Unclear;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LayoutRulesTest {
  @ParameterizedTest(name = "[1, {0}, {1}] at {2}, {3} labels known: {4}, {5} classes")
  @CsvSource({
    "25200, 85, 640, 0, yolov5, 80",
    "25200, 7, 640, 2, yolov5, 2",
    "25200, 15, 640, 10, yolov5, 10",
    "84, 8400, 640, 0, yolov8, 80",
    "6, 2100, 320, 2, yolov8, 2",
    "5, 8400, 640, 1, yolov8, 1",
    "84, 34000, 1280, 0, yolov8, 80",
    "6300, 15, 320, 2, yolov5-face, 2",
    "6300, 14, 320, 1, yolov5-face, 1",
    "6300, 16, 320, 1, yolov5-face, 1",
    "3549, 84, 416, 80, yolov8-rows, 80",
    "300, 84, 640, 80, detr, 80",
    "6000, 85, 640, 0, yolov5, 80",
    "2535, 7, 416, 2, yolov5, 2",
    "84, 2000, 640, 0, yolov8, 80",
    "6, 845, 416, 2, yolov8, 2",
    "2000, 84, 640, 80, yolov8-rows, 80",
  })
  void a_layout_is_told_by_its_shape(
      int a, int b, int side, int labels, String layout, int classes) {
    Reading reading = read(a, b, side, labels, Map.of(), null);
    assertThat(reading)
        .isInstanceOfSatisfying(
            Clear.class,
            clear -> {
              assertThat(clear.layout().id()).isEqualTo(layout);
              assertThat(clear.classes()).isEqualTo(classes);
              assertThat(clear.output()).isZero();
            });
  }

  @ParameterizedTest(name = "[1, {0}, {1}] at {2}, {3} labels known")
  @CsvSource({
    "3549, 85, 416, 0, yolox yolox-decoded yolov6",
    "3549, 6, 416, 1, yolox yolox-decoded yolov6",
    "3549, 11, 416, 0, yolov8-rows yolox yolox-decoded yolov6",
    "6300, 15, 320, 0, yolov5 yolov5-face",
    "6300, 16, 320, 0, yolov5 yolov5-face",
    "845, 11, 416, 0, yolov8-rows yolov6",
    "845, 84, 416, 80, yolov8-rows detr",
    "2535, 15, 416, 0, yolov5 yolov5-face",
  })
  void several_layouts_of_one_shape_are_choices(
      int a, int b, int side, int labels, String choices) {
    assertThat(read(a, b, side, labels, Map.of(), null))
        .isInstanceOfSatisfying(
            Unclear.class,
            unclear ->
                assertThat(unclear.choices())
                    .extracting(Layout::id)
                    .containsExactly(choices.split(" ")));
  }

  @Test
  void metadata_may_say_the_layout() {
    Map<String, String> own = Map.of("layout", "yolox", "task", "detect");
    assertThat(read(3549, 6, 416, 1, own, null))
        .isEqualTo(new Clear(Layout.YOLOX, 0, 1, "metadata"));
    assertThat(read(3549, 6, 416, 1, own, Layout.YOLOX_DECODED))
        .isEqualTo(new Clear(Layout.YOLOX_DECODED, 0, 1, "said so"));
  }

  @Test
  void landmarks_are_told_by_the_shape_of_keypoints() {
    Map<String, String> pose = Map.of("task", "pose", "kpt_shape", "[4, 3]");
    assertThat(read(17, 8400, 640, 1, pose, null))
        .isInstanceOfSatisfying(
            Clear.class,
            clear -> {
              assertThat(clear.layout()).isEqualTo(Layout.YOLOV8_POSE);
              assertThat(clear.classes()).isEqualTo(1);
              assertThat(clear.points()).isEqualTo(4);
              assertThat(clear.numbers()).isEqualTo(3);
            });
    assertThat(read(16, 8400, 640, 1, pose, null)).isInstanceOf(Unclear.class);
  }

  @Test
  void boxes_and_scores_may_be_two_outputs() {
    List<List<Integer>> shapes = List.of(List.of(1, 300, 80), List.of(1, 300, 4));
    assertThat(facts(shapes, 640, 640, 0, Map.of(), null))
        .isInstanceOfSatisfying(
            Clear.class,
            clear -> {
              assertThat(clear.layout()).isEqualTo(Layout.DETR);
              assertThat(clear.output()).isEqualTo(1);
              assertThat(clear.scores()).isZero();
              assertThat(clear.classes()).isEqualTo(80);
            });
    // Four classes and four numbers of a box: which is which?
    List<List<Integer>> alike = List.of(List.of(1, 300, 4), List.of(1, 300, 4));
    assertThat(facts(alike, 640, 640, 0, Map.of(), null)).isInstanceOf(Unclear.class);
  }

  @Test
  void rows_after_suppression_are_told_by_their_seven_columns() {
    assertThat(facts(List.of(List.of(0, 7)), 640, 640, 80, Map.of(), null))
        .isInstanceOfSatisfying(
            Clear.class, clear -> assertThat(clear.layout()).isEqualTo(Layout.YOLOV7_NMS));
    // Where there are some, their numbers tell which column is the class.
    assertChoices(
        facts(List.of(List.of(3, 7)), 640, 640, 80, Map.of(), null),
        Layout.YOLOV7_NMS,
        Layout.YOLO_NAS_FLAT);
  }

  @Test
  void three_hundred_rows_of_six_are_end_to_end() {
    assertThat(read(300, 6, 640, 80, Map.of("end2end", "True"), null))
        .isInstanceOfSatisfying(
            Clear.class, clear -> assertThat(clear.layout()).isEqualTo(Layout.END_TO_END));
    assertThat(read(300, 6, 160, 2, Map.of("args", "{'batch': 1, 'nms': True}"), null))
        .isInstanceOfSatisfying(
            Clear.class, clear -> assertThat(clear.layout()).isEqualTo(Layout.END_TO_END));
    assertThat(read(300, 6, 640, 80, Map.of("head", "v10Detect"), null))
        .isInstanceOfSatisfying(
            Clear.class, clear -> assertThat(clear.layout()).isEqualTo(Layout.END_TO_END));
  }

  @Test
  void three_hundred_rows_of_six_may_be_those_of_a_detr() {
    Map<String, String> detr = Map.of("head", "RTDETRDecoder", "end2end", "False");
    assertThat(read(300, 6, 640, 80, detr, null))
        .isEqualTo(
            new Clear(
                Layout.DETR_ROWS,
                0,
                Integer.MAX_VALUE,
                "few rows of centre, size, score, class of a DETR"));
    assertChoices(read(300, 6, 640, 2, detr, null), Layout.DETR_ROWS, Layout.DETR);
    assertChoices(read(300, 6, 640, 0, Map.of(), null), Layout.END_TO_END, Layout.DETR_ROWS);
    assertChoices(
        read(300, 6, 640, 2, Map.of(), null), Layout.END_TO_END, Layout.DETR_ROWS, Layout.DETR);
  }

  private static void assertChoices(Reading reading, Layout... choices) {
    assertThat(reading)
        .isInstanceOfSatisfying(
            Unclear.class, unclear -> assertThat(unclear.choices()).containsExactly(choices));
  }

  @Test
  void end_to_end_rows_may_have_landmarks() {
    Map<String, String> pose = Map.of("task", "pose", "kpt_shape", "[4, 2]", "end2end", "True");
    assertThat(read(300, 14, 640, 1, pose, null))
        .isInstanceOfSatisfying(
            Clear.class,
            clear -> {
              assertThat(clear.layout()).isEqualTo(Layout.END_TO_END);
              assertThat(clear.points()).isEqualTo(4);
              assertThat(clear.numbers()).isEqualTo(2);
            });
    // The joined columns of an undecoded head are another layout, whatever the landmarks.
    assertThat(read(13, 8400, 640, 1, Map.of("task", "pose", "kpt_shape", "[4, 2]"), null))
        .isInstanceOfSatisfying(
            Clear.class, clear -> assertThat(clear.layout()).isEqualTo(Layout.YOLOV8_POSE));
  }

  @Test
  void rows_of_two_grids_may_be_as_many_as_a_model_keeps_by_itself() {
    // 192 × 320 has 300 cells on two grids, 128 × 160 has 300 predictions of three a cell.
    List<List<Integer>> six = List.of(List.of(1, 300, 6));
    assertChoices(
        facts(six, 192, 320, 2, Map.of(), null),
        Layout.END_TO_END,
        Layout.DETR_ROWS,
        Layout.YOLOV8_ROWS,
        Layout.DETR);
    assertChoices(
        facts(six, 128, 160, 1, Map.of(), null),
        Layout.END_TO_END,
        Layout.DETR_ROWS,
        Layout.YOLOV5);
    assertChoices(
        facts(List.of(List.of(1, 300, 84)), 192, 320, 80, Map.of(), null),
        Layout.YOLOV8_ROWS,
        Layout.DETR);
    assertThat(facts(six, 192, 320, 2, Map.of("end2end", "True"), null))
        .isInstanceOfSatisfying(
            Clear.class, clear -> assertThat(clear.layout()).isEqualTo(Layout.END_TO_END));
  }

  @Test
  void two_grids_of_a_family_that_has_none_are_refused_with_its_name() {
    assertThat(read(845, 85, 416, 0, Map.of(), null))
        .isInstanceOfSatisfying(
            Unclear.class,
            unclear -> {
              assertThat(unclear.why()).contains("two grids").contains("layout yolov6");
              assertThat(unclear.choices()).containsExactly(Layout.YOLOV6);
            });
    assertThat(read(845, 85, 416, 0, Map.of(), Layout.YOLOV6)).isInstanceOf(Clear.class);
    List<List<Integer>> maps = List.of(List.of(1, 7, 26, 26), List.of(1, 7, 13, 13));
    assertThat(facts(maps, 416, 416, 2, Map.of(), null))
        .isInstanceOfSatisfying(
            Unclear.class, unclear -> assertThat(unclear.why()).contains("layout yolox-maps"));
    // One map alone, or two that leave one out, are no head at all.
    for (List<List<Integer>> none :
        List.of(
            List.of(List.of(1, 255, 13, 13)),
            List.of(List.of(1, 255, 52, 52), List.of(1, 255, 13, 13)),
            List.of(List.of(1, 255, 52, 52), List.of(1, 255, 26, 26)))) {
      assertThat(facts(none, 416, 416, 80, Map.of(), null))
          .isInstanceOfSatisfying(
              Unclear.class, unclear -> assertThat(unclear.why()).contains("fit no known layout"));
    }
  }

  @Test
  void two_maps_of_three_predictions_a_cell_may_be_of_darknet_or_later() {
    List<List<Integer>> maps = List.of(List.of(1, 255, 13, 13), List.of(1, 255, 26, 26));
    assertChoices(
        facts(maps, 416, 416, 80, Map.of(), null), Layout.YOLOV5_MAPS, Layout.YOLOV3_MAPS);
    assertThat(facts(maps, 416, 416, 80, Map.of(), Layout.YOLOV3_MAPS))
        .isInstanceOfSatisfying(
            Clear.class,
            clear -> {
              assertThat(clear.outputs()).containsExactly(1, 0);
              assertThat(clear.classes()).isEqualTo(80);
            });
  }

  @Test
  void a_shape_of_no_family_is_unclear_and_names_the_choices() {
    assertThat(read(300, 84, 640, 0, Map.of(), null))
        .isInstanceOfSatisfying(
            Unclear.class,
            unclear -> {
              assertThat(unclear.why()).contains("[1, 300, 84]").contains("640×640");
              assertThat(unclear.choices()).contains(Layout.YOLOV5, Layout.YOLOX);
            });
  }

  @Test
  void known_labels_that_do_not_fit_leave_it_unclear() {
    assertThat(read(3549, 85, 416, 3, Map.of(), null)).isInstanceOf(Unclear.class);
    assertThat(read(84, 8400, 640, 3, Map.of(), null)).isInstanceOf(Unclear.class);
    assertThat(read(25200, 85, 640, 3, Map.of(), null)).isInstanceOf(Unclear.class);
  }

  @Test
  void another_task_than_detection_is_not_read() {
    assertThat(read(116, 8400, 640, 80, Map.of("task", "segment"), null))
        .isInstanceOfSatisfying(
            Unclear.class, unclear -> assertThat(unclear.why()).contains("segment"));
  }

  @Test
  void an_output_without_rows_is_not_read() {
    assertThat(facts(List.of(List.of(1, 1000)), 224, 224, 0, Map.of(), null))
        .isInstanceOfSatisfying(
            Unclear.class, unclear -> assertThat(unclear.why()).contains("[1, 1000]"));
  }

  @Test
  void the_first_output_of_rows_is_taken() {
    Reading reading =
        facts(
            List.of(List.of(1, 3, 80, 80, 85), List.of(1, 25200, 85)), 640, 640, 0, Map.of(), null);
    assertThat(reading)
        .isInstanceOfSatisfying(Clear.class, clear -> assertThat(clear.output()).isEqualTo(1));
  }

  @ParameterizedTest
  @CsvSource({
    "3549, 85, 416, yolox-decoded, 80",
    "6300, 15, 320, yolov5, 10",
    "100, 6, 640, yolov10, 2147483647",
    "9, 77, 640, yolo11, 5",
  })
  void what_the_settings_say_wins(int a, int b, int side, String said, int classes) {
    Layout layout = Layout.of(said);
    assertThat(read(a, b, side, 0, Map.of(), layout))
        .isInstanceOfSatisfying(
            Clear.class,
            clear -> {
              assertThat(clear.layout()).isEqualTo(layout);
              assertThat(clear.classes()).isEqualTo(classes);
            });
  }

  @Test
  void a_said_layout_that_cannot_be_is_refused() {
    assertThat(read(84, 8400, 640, 0, Map.of(), Layout.YOLOX))
        .isInstanceOfSatisfying(
            Unclear.class, unclear -> assertThat(unclear.why()).contains("yolox"));
    assertThat(read(300, 7, 640, 0, Map.of(), Layout.END_TO_END)).isInstanceOf(Unclear.class);
  }

  @Test
  void an_unknown_layout_is_refused_with_the_choices() {
    assertThatThrownBy(() -> Layout.of("ssd"))
        .isInstanceOf(DetectorException.class)
        .hasMessageContaining("params.layout = ssd")
        .hasMessageContaining("yolov8");
  }

  private static Reading read(
      int a, int b, int side, int labels, Map<String, String> metadata, @Nullable Layout said) {
    return facts(List.of(List.of(1, a, b)), side, side, labels, metadata, said);
  }

  /** What the rules make of outputs of these shapes, called output0, output1, … */
  private static Reading facts(
      List<List<Integer>> shapes,
      int width,
      int height,
      int labels,
      Map<String, String> metadata,
      @Nullable Layout said) {
    List<TensorInfo> outputs =
        IntStream.range(0, shapes.size())
            .mapToObj(i -> new TensorInfo("output" + i, ElementType.FLOAT32, shapes.get(i)))
            .toList();
    return LayoutRules.read(
        new ModelFacts(outputs, false, width, height, labels, metadata, null), said);
  }
}
