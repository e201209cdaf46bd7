package io.kvsinfer.worker.detect.yolo;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.worker.detect.TensorInfo;
import io.kvsinfer.worker.detect.TensorInfo.ElementType;
import io.kvsinfer.worker.detect.yolo.Reading.Clear;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Boxes, scores and labels in outputs of their own, told by shapes, types and names. */
final class PairFitsTest {
  private static TensorInfo floats(String name, Integer... shape) {
    return new TensorInfo(name, ElementType.FLOAT32, Arrays.asList(shape));
  }

  private static TensorInfo wholes(String name, Integer... shape) {
    return new TensorInfo(name, ElementType.INT64, Arrays.asList(shape));
  }

  /** Every reading of these outputs at 640 × 640, as layout and outputs. */
  private static List<String> fits(boolean sized, int labels, TensorInfo... outputs) {
    ModelFacts facts =
        new ModelFacts(Arrays.asList(outputs), sized, 640, 640, labels, Map.of(), null);
    return new PairFits(facts, false)
        .all().stream().map(f -> f.layout().id() + " " + f.outputs()).toList();
  }

  private static final TensorInfo BOXES = floats("b", 1, 20, 4);

  @Test
  void labels_are_the_whole_numbers_where_no_name_tells() {
    assertThat(fits(false, 0, BOXES, wholes("x", 1, 20), floats("y", 1, 20)))
        .as("the other one is not called anything")
        .containsExactly("boxes [0, 2, 1]", "detr-boxes [0, 2, 1]");
    assertThat(
            fits(
                false,
                0,
                BOXES,
                new TensorInfo("x", ElementType.INT32, List.of(20)),
                floats("y", 20)))
        .hasSize(2);
    assertThat(fits(false, 0, BOXES, floats("x", 1, 20), floats("y", 1, 20))).isEmpty();
    assertThat(fits(false, 0, BOXES, wholes("x", 1, 20), wholes("y", 1, 20))).isEmpty();
  }

  @Test
  void a_name_tells_one_and_leaves_the_other() {
    assertThat(fits(false, 0, BOXES, floats("SCORES", 1, 20), floats("y", 1, 20)))
        .contains("boxes [0, 1, 2]");
    assertThat(fits(false, 0, BOXES, floats("y", 1, 20), floats("pred_conf", 1, 20)))
        .contains("boxes [0, 2, 1]");
    assertThat(fits(false, 0, BOXES, floats("y", 1, 20), floats("Classes", 1, 20)))
        .contains("boxes [0, 1, 2]");
    assertThat(fits(false, 0, BOXES, floats("label", 1, 20), floats("y", 1, 20)))
        .contains("boxes [0, 2, 1]");
    assertThat(fits(false, 0, BOXES, floats("labels", 1, 20))).as("no scores").isEmpty();
    assertThat(fits(false, 0, BOXES, floats("scores", 1, 20))).as("no labels").isEmpty();
    assertThat(
            fits(false, 0, BOXES, floats("labels", 1, 20), floats("y", 1, 20), floats("z", 1, 20)))
        .as("which are the scores?")
        .isEmpty();
    assertThat(
            fits(false, 0, BOXES, floats("scores", 1, 20), floats("y", 1, 20), floats("z", 1, 20)))
        .as("which are the labels?")
        .isEmpty();
  }

  @Test
  void scores_and_labels_are_as_many_as_boxes() {
    assertThat(fits(false, 2, BOXES, wholes("labels", 1, 20, 1), floats("scores", 1, 20, 1)))
        .hasSize(2);
    assertThat(fits(false, 0, floats("b", 20, 4), wholes("labels", 20), floats("scores", 20)))
        .hasSize(2);
    assertThat(fits(false, 0, BOXES, wholes("labels", 1, 19), floats("scores", 1, 20))).isEmpty();
    assertThat(fits(false, 0, BOXES, wholes("labels", 1, 20), floats("scores", 1, 19))).isEmpty();
    assertThat(fits(false, 3, BOXES, wholes("labels", 1, 20, 2), floats("scores", 1, 20)))
        .isEmpty();
    assertThat(fits(false, 0, BOXES, wholes("labels", 1, 19, 1), floats("scores", 1, 20)))
        .isEmpty();
    assertThat(fits(false, 0, BOXES, wholes("labels", 1, 1, 1, 20), floats("scores", 1, 20)))
        .isEmpty();
  }

  @Test
  void a_score_may_stand_behind_its_box() {
    assertThat(fits(false, 0, floats("dets", 1, 20, 5), wholes("labels", 1, 20)))
        .containsExactly("boxes [0, 0, 1]", "detr-boxes [0, 0, 1]");
    assertThat(fits(false, 0, floats("dets", 1, 20, 6), wholes("labels", 1, 20))).isEmpty();
  }

  @Test
  void a_count_speaks_for_a_suppression_and_a_size_for_a_detr() {
    TensorInfo labels = wholes("labels", 1, 20);
    TensorInfo scores = floats("scores", 1, 20);
    assertThat(fits(false, 0, wholes("n", 1, 1), BOXES, scores, labels))
        .containsExactly("boxes [1, 2, 3, 0]");
    assertThat(fits(false, 0, floats("num_dets", 1), BOXES, scores, labels))
        .containsExactly("boxes [1, 2, 3, 0]");
    assertThat(fits(false, 0, floats("n", 1), BOXES, scores, labels)).hasSize(2);
    assertThat(fits(false, 0, wholes("num", 1, 2), BOXES, scores, labels)).hasSize(2);
    assertThat(fits(false, 0, wholes("num", 1, 1, 1), BOXES, scores, labels)).hasSize(2);
    assertThat(fits(true, 0, BOXES, scores, labels)).containsExactly("detr-boxes [0, 1, 2]");
    assertThat(fits(true, 0, wholes("n", 1, 1), BOXES, scores, labels))
        .containsExactly("detr-boxes [1, 2, 3, 0]");
  }

  @Test
  void scores_of_every_class_may_lie_across_or_down() {
    assertThat(fits(false, 0, floats("b", 1, 8400, 4), floats("s", 1, 8400, 80)))
        .containsExactly("yolov8-split [0, 1]", "yolo-nas [0, 1]", "damo-yolo [0, 1]");
    assertThat(fits(false, 80, floats("s", 1, 80, 8400), floats("b", 1, 8400, 4)))
        .containsExactly("pp-yoloe [1, 0]");
    assertThat(fits(false, 80, floats("b", 1, 4, 8400), floats("s", 1, 80, 8400)))
        .containsExactly("yolov8-split [0, 1]");
    for (TensorInfo wrong :
        List.of(
            floats("s", 1, 8400, 3),
            floats("s", 1, 3, 8400),
            floats("s", 1, 8399, 80),
            floats("s", 1, 80, 8399))) {
      assertThat(fits(false, 80, floats("b", 1, 8400, 4), wrong)).isEmpty();
      assertThat(fits(false, 80, floats("b", 1, 4, 8400), wrong)).isEmpty();
    }
    assertThat(fits(false, 80, floats("b", 1, 8399, 4), floats("s", 1, 8399, 80))).isEmpty();
    assertThat(fits(false, 80, floats("b", 1, 4, 8399), floats("s", 1, 80, 8399))).isEmpty();
    assertThat(fits(false, 80, floats("b", 1, 8399, 4), floats("s", 1, 80, 8399))).isEmpty();
  }

  @Test
  void queries_of_a_detr_are_few_and_may_score_more_than_there_are_labels() {
    assertThat(fits(false, 2, floats("b", 1, 1000, 4), floats("s", 1, 1000, 2)))
        .containsExactly("detr [0, 1]");
    assertThat(fits(false, 2, floats("b", 1, 1001, 4), floats("s", 1, 1001, 2))).isEmpty();
    assertThat(fits(false, 2, floats("b", 1, 1, 4), floats("s", 1, 1, 2))).hasSize(1);
    assertThat(fits(false, 80, floats("b", 1, 300, 4), floats("s", 1, 300, 91))).hasSize(1);
    assertThat(fits(false, 79, floats("b", 1, 300, 4), floats("s", 1, 300, 91))).isEmpty();
    assertThat(fits(false, 0, floats("b", 1, 100, 4), floats("s", 1, 100, 92))).isEmpty();
    assertThat(fits(false, 92, floats("b", 1, 100, 4), floats("s", 1, 100, 92))).hasSize(1);
    ModelFacts nothing =
        new ModelFacts(
            List.of(floats("dets", 1, 300, 4), floats("labels", 1, 300, 3)),
            false,
            640,
            640,
            2,
            Map.of(),
            null);
    assertThat(new PairFits(nothing, false).all())
        .extracting(Clear::classes)
        .as("the last is that of nothing")
        .containsExactly(2);
    assertThat(fits(false, 2, floats("dets", 1, 300, 4), floats("s", 1, 300, 3))).isEmpty();
    assertThat(fits(false, 2, floats("b", 1, 300, 4), floats("labels", 1, 300, 3))).isEmpty();
    assertThat(fits(false, 1, floats("dets", 1, 300, 4), floats("labels", 1, 300, 3))).isEmpty();
    assertThat(fits(false, 0, floats("dets", 1, 300, 4), floats("labels", 1, 300, 1))).hasSize(1);
  }
}
