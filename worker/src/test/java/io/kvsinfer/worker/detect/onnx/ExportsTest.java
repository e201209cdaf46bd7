package io.kvsinfer.worker.detect.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.media.decode.NativeObjects;
import io.kvsinfer.testkit.TinyOnnx;
import io.kvsinfer.worker.detect.Detection;
import io.kvsinfer.worker.detect.DetectorException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How tools other than Ultralytics' export, from the file to boxes in the frame. */
final class ExportsTest {
  private static final List<Integer> INPUT = List.of(1, 3, 64, 64);
  private static final int[] STRIDES = {8, 16, 32};
  private static final int CELLS = 64 + 16 + 4;

  /** Raw number whose sigmoid is 0.9. */
  private static final float NINE_TENTHS = 2.1972246f;

  @TempDir private static Path folder;

  private final TinyModels models = new TinyModels(folder);

  @AfterEach
  void close() {
    models.close();
    assertThat(NativeObjects.open()).isZero();
  }

  private static TinyOnnx picture() {
    return TinyOnnx.takes("images", TinyOnnx.FLOAT, INPUT);
  }

  private static TinyOnnx guns(TinyOnnx onnx) {
    return onnx.metadata("names", "['gun', 'knife']");
  }

  /**
   * Maps of 21 numbers a cell for three anchors of two classes, in which the cell of column 2 and
   * row 1 of stride 16 sees a knife with its last anchor.
   *
   * @param order {@code anchors}, {@code planes} or {@code together}
   */
  private static TinyOnnx anchored(String order, boolean coarsestFirst, float... prediction) {
    TinyOnnx onnx = picture();
    for (int i = 0; i < 3; i++) {
      int level = coarsestFirst ? 2 - i : i;
      int n = 64 / STRIDES[level];
      float[] map = new float[21 * n * n];
      Arrays.fill(map, prediction[4] > 1 ? -9 : 0);
      for (int c = 0; level == 1 && c < prediction.length; c++) {
        int at =
            switch (order) {
              case "anchors" -> ((2 * n + 1) * n + 2) * 7 + c;
              case "planes" -> ((2 * 7 + c) * n + 1) * n + 2;
              default -> (n + 2) * 21 + 2 * 7 + c;
            };
        map[at] = prediction[c];
      }
      List<Integer> shape =
          switch (order) {
            case "anchors" -> List.of(1, 3, n, n, 7);
            case "planes" -> List.of(1, 21, n, n);
            default -> List.of(1, n, n, 21);
          };
      onnx.gives("map" + i, shape, map);
    }
    return guns(onnx);
  }

  private static final List<Integer> OWN_ANCHORS =
      List.of(4, 4, 4, 4, 4, 4, 8, 8, 8, 8, 16, 8, 32, 32, 32, 32, 32, 32);

  @ParameterizedTest
  @CsvSource({"anchors, false", "planes, false", "together, false", "planes, true"})
  void a_head_of_yolov5_before_its_decoder_is_read_with_the_anchors_that_are_said(
      String order, boolean coarsestFirst) throws IOException {
    Path file =
        anchored(order, coarsestFirst, 0, 0, 0, 0, NINE_TENTHS, -9, NINE_TENTHS)
            .write(folder.resolve("raw-%s-%s.onnx".formatted(order, coarsestFirst)));
    List<Detection> found = detect(file, Map.of("anchors", OWN_ANCHORS), 64, 64);
    assertThat(found).hasSize(1);
    // Sigmoids of 0 are halves: the middle of the cell and the anchor itself.
    assertDetection(found.getFirst(), "knife", 0.81, new Box(32, 20, 16, 8));
    assertThat(facts(file, Map.of("anchors", OWN_ANCHORS)))
        .containsEntry("layout", "yolov5-maps")
        .containsKey("anchors");
  }

  @Test
  void a_head_with_its_sigmoids_applied_is_read_without_them() throws IOException {
    Path file =
        anchored("planes", false, 0.75f, 0.25f, 0.5f, 0.25f, 0.9f, 0, 0.9f)
            .metadata("anchors", OWN_ANCHORS.toString())
            .write(folder.resolve("sigmoids.onnx"));
    List<Detection> found = detect(file, Map.of(), 64, 64);
    assertThat(found).hasSize(1);
    // Centre (2 × 0.75 − 0.5 + 2) × 16 and (2 × 0.25 − 0.5 + 1) × 16, a quarter as high.
    assertDetection(found.getFirst(), "knife", 0.81, new Box(40, 15, 16, 2));
  }

  @Test
  void a_head_whose_anchors_nobody_says_is_refused_with_the_setting() throws IOException {
    Path file =
        anchored("anchors", false, 0, 0, 0, 0, NINE_TENTHS, -9, NINE_TENTHS)
            .write(folder.resolve("no-anchors.onnx"));
    assertThatThrownBy(() -> detect(file, Map.of(), 64, 64))
        .isInstanceOf(DetectorException.class)
        .hasMessageContaining("params.anchors: yolov5 or yolov7");
    assertThatThrownBy(() -> detect(file, Map.of("anchors", "yolov4"), 64, 64))
        .hasMessageContaining("params.anchors = yolov4");
    assertThatThrownBy(() -> detect(file, Map.of("anchors", List.of(1, 2, 3, 4, 5, 6)), 64, 64))
        .hasMessageContaining("anchors of 1 maps, its outputs are 3");
    // About (40, 24), clipped at 64: the second map's last anchor is 72 wide, or 59.
    assertThat(detect(file, Map.of("anchors", "yolov7"), 256, 256).getFirst().box().width())
        .isEqualTo(4 * (64 - 4), within(1e-3));
    assertThat(detect(file, Map.of("anchors", "yolov5"), 256, 256).getFirst().box().width())
        .isEqualTo(4 * (64 - 10.5), within(1e-3));
  }

  @Test
  void a_head_of_yolov8_before_its_decoder_needs_no_anchors() throws IOException {
    TinyOnnx onnx = picture();
    for (int stride : STRIDES) {
      int n = 64 / stride;
      float[] map = new float[66 * n * n];
      Arrays.fill(map, -9);
      int cell = n + 2;
      int[] sides = {1, 0, 2, 3};
      for (int s = 0; stride == 16 && s < 4; s++) {
        map[(s * 16 + sides[s]) * n * n + cell] = 30;
      }
      if (stride == 16) {
        map[65 * n * n + cell] = NINE_TENTHS;
      }
      onnx.gives("map" + stride, List.of(1, 66, n, n), map);
    }
    Path file = guns(onnx).write(folder.resolve("v8-maps.onnx"));
    List<Detection> found = detect(file, Map.of(), 64, 64);
    assertThat(found).hasSize(1);
    // From the cell's middle (40, 24): one stride to the left, none up, two to the right, three
    // down.
    assertDetection(found.getFirst(), "knife", 0.9, new Box(24, 24, 40, 40));
    assertThat(facts(file, Map.of())).containsEntry("layout", "yolov8-maps");
  }

  @Test
  void sides_of_one_bin_are_distances_and_grids_of_yolox_may_stand_apart() throws IOException {
    TinyOnnx v26 = picture();
    TinyOnnx yolox = picture();
    for (int stride : STRIDES) {
      int n = 64 / stride;
      float[] sides = new float[6 * n * n];
      float[] box = new float[7 * n * n];
      float[] one = {1, 0.5f, 0.25f, 0.5f, 0.9f, 0};
      float[] other = {0.5f, 0.5f, 0, (float) Math.log(0.5), 0.9f, 0.9f, 0};
      for (int c = 0; stride == 16 && c < 7; c++) {
        box[c * n * n + n + 2] = other[c];
        if (c < 6) {
          sides[c * n * n + n + 2] = one[c];
        }
      }
      v26.gives("map" + stride, List.of(1, 6, n, n), sides);
      yolox.gives("map" + stride, List.of(1, 7, n, n), box);
    }
    assertDetection(
        detect(guns(v26).write(folder.resolve("v26-maps.onnx")), Map.of(), 64, 64).getFirst(),
        "gun",
        0.9,
        new Box(24, 16, 20, 16));
    assertDetection(
        detect(guns(yolox).write(folder.resolve("yolox-maps.onnx")), Map.of(), 64, 64).getFirst(),
        "gun",
        0.81,
        new Box(32, 20, 16, 8));
  }

  @Test
  void maps_that_fit_several_heads_are_refused_with_the_choices() throws IOException {
    TinyOnnx onnx = picture();
    for (int stride : STRIDES) {
      onnx.gives(
          "map" + stride,
          List.of(1, 72, 64 / stride, 64 / stride),
          new float[72 * 4096 / stride / stride]);
    }
    Path file = onnx.write(folder.resolve("maps.onnx"));
    assertThatThrownBy(() -> detect(file, Map.of(), 64, 64))
        .hasMessageContaining("params.layout: yolov5-maps, yolov8-maps, yolox-maps");
    assertThatThrownBy(() -> detect(file, Map.of("layout", "yolov8-maps"), 64, 64))
        .hasMessageContaining("[8, 68] classes")
        .hasMessageContaining("params.names");
  }

  @Test
  void yolov6_is_told_by_its_objectness_of_one() throws IOException {
    float[] output = new float[CELLS * 7];
    int row = 0;
    for (int stride : STRIDES) {
      for (int i = 0; i < 64 * 64 / stride / stride; i++, row++) {
        int n = 64 / stride;
        int column = i % n;
        int line = i / n;
        float[] cell = {(column + 0.5f) * stride, (line + 0.5f) * stride, 8, 8, 1, 0.01f, 0.02f};
        System.arraycopy(cell, 0, output, row * 7, 7);
      }
    }
    output[20 * 7 + 6] = 0.8f;
    Path file =
        guns(picture().gives("outputs", List.of(1, CELLS, 7), output))
            .write(folder.resolve("v6.onnx"));
    // Cell 20 is column 4 of row 2; the frame is twice as wide as high, so 16 rows are padding.
    assertDetection(
        detect(file, Map.of(), 128, 64).getFirst(), "knife", 0.8, new Box(64, 0, 16, 16));
    assertThat(facts(file, Map.of()))
        .containsEntry("layout", "yolov6")
        .containsEntry("picture", "rgb 0..1, aspect kept, centred");
  }

  /**
   * Shares of the frame times what {@code orig_target_sizes} says, as RT-DETR and D-FINE export.
   */
  private static TinyOnnx sized() {
    return TinyOnnx.takes("images", TinyOnnx.FLOAT, List.of(-1, 3, 64, 64))
        .and("orig_target_sizes", TinyOnnx.INT64, List.of(-1, 2))
        .node("Cast", List.of("orig_target_sizes"), "sizes", Map.of("to", (long) TinyOnnx.FLOAT))
        .wholes("twice", 0, 1, 0, 1)
        .node("Gather", List.of("sizes", "twice"), "scale", Map.of("axis", 1L))
        .floats("shares", List.of(1, 2, 4), 0.25f, 0.5f, 0.5f, 0.75f, 0, 0, 1, 1)
        .node("Mul", List.of("shares", "scale"), "boxes", Map.of())
        .givesWhole("labels", TinyOnnx.INT64, List.of(1, 2), 2, 0)
        .output("boxes", TinyOnnx.FLOAT, List.of(1, 2, 4))
        .gives("scores", List.of(1, 2), 0.9f, 0.1f);
  }

  @Test
  void a_detr_that_is_told_the_frames_size_gives_boxes_of_the_frame() throws IOException {
    Path file = sized().write(folder.resolve("dfine.onnx"));
    for (int height : new int[] {64, 128, 200}) {
      List<Detection> found = detect(file, Map.of(), 128, height);
      assertThat(found).hasSize(1);
      assertDetection(found.getFirst(), "car", 0.9, new Box(32, height / 2.0, 32, height / 4.0));
    }
    // Where the aspect is kept, the size that the model is told is that of its own picture.
    List<Detection> kept = detect(file, Map.of("input_fit", "centre"), 128, 64);
    assertDetection(kept.getFirst(), "car", 0.9, new Box(32, 32, 32, 32));
    assertThat(facts(file, Map.of()))
        .containsEntry("layout", "detr-boxes")
        .containsEntry("picture", "rgb 0..1, stretched");
  }

  @Test
  void an_input_beside_the_picture_that_nobody_knows_is_refused() throws IOException {
    Path file =
        picture()
            .and("temperature", TinyOnnx.FLOAT, List.of(1))
            .gives("output", List.of(1, 3 * CELLS, 7), new float[3 * CELLS * 7])
            .write(folder.resolve("beside.onnx"));
    assertThatThrownBy(() -> detect(file, Map.of(), 64, 64))
        .hasMessageContaining("what is input temperature")
        .hasMessageContaining("scale_factor");
  }

  @Test
  void paddle_divides_by_the_scale_that_it_is_told() throws IOException {
    Path file =
        TinyOnnx.takes("im_shape", TinyOnnx.FLOAT, List.of(-1, 2))
            .and("image", TinyOnnx.FLOAT, List.of(-1, 3, 64, 64))
            .and("scale_factor", TinyOnnx.FLOAT, List.of(-1, 2))
            .wholes("order", 1, 0, 1, 0)
            .node("Gather", List.of("scale_factor", "order"), "scale", Map.of("axis", 1L))
            .floats("pixels", List.of(2, 4), 16, 32, 32, 48, 0, 0, 8, 8)
            .node("Div", List.of("pixels", "scale"), "boxes", Map.of())
            .floats("kinds", List.of(2, 2), 1, 0.8f, 0, 0.9f)
            .node("Concat", List.of("kinds", "boxes"), "rows", Map.of("axis", 1L))
            .output("rows", TinyOnnx.FLOAT, List.of(2, 6))
            .givesWhole("count", TinyOnnx.INT32, List.of(1), 1)
            .metadata("names", "{gun: 0, knife: 1}")
            .write(folder.resolve("paddle.onnx"));
    List<Detection> found = detect(file, Map.of(), 128, 192);
    // The second row is beyond the number that the model says.
    assertThat(found).hasSize(1);
    assertDetection(found.getFirst(), "knife", 0.8, new Box(32, 96, 32, 48));
    assertThat(facts(file, Map.of())).containsEntry("layout", "paddle");
  }

  /** A head of RF-DETR: logits of so many classes, of which {@code label} is sure. */
  private static TinyOnnx rfDetr(int classes, int label) {
    float[] scores = new float[2 * classes];
    Arrays.fill(scores, -6);
    scores[label] = NINE_TENTHS;
    scores[2 * classes - 1] = 5;
    return TinyOnnx.takes("input", TinyOnnx.FLOAT, INPUT)
        .gives("dets", List.of(1, 2, 4), 0.5f, 0.5f, 0.5f, 0.25f, 0.1f, 0.1f, 0.1f, 0.1f)
        .gives("labels", List.of(1, 2, classes), scores);
  }

  @Test
  void the_last_score_of_an_rf_detr_is_that_of_nothing() throws IOException {
    Path file = guns(rfDetr(3, 1)).write(folder.resolve("rfdetr.onnx"));
    List<Detection> found = detect(file, Map.of(), 128, 64);
    assertThat(found).hasSize(1);
    assertDetection(found.getFirst(), "knife", 0.9, new Box(32, 24, 64, 16));
    assertThat(String.valueOf(facts(file, Map.of()).get("picture")))
        .isEqualTo("rgb 0..1 less [0.485, 0.456, 0.406], over [0.229, 0.224, 0.225], stretched");
  }

  @Test
  void ninety_one_scores_are_those_of_cocos_categories() throws IOException {
    Path file = rfDetr(91, 3).write(folder.resolve("rfdetr-coco.onnx"));
    assertThat(detect(file, Map.of(), 64, 64))
        .extracting(Detection::label)
        .containsExactly("toothbrush", "car");
    Path other = guns(rfDetr(91, 3)).write(folder.resolve("rfdetr-91.onnx"));
    assertThatThrownBy(() -> detect(other, Map.of(), 64, 64)).hasMessageContaining("with 2 labels");
  }

  @Test
  void boxes_scores_and_classes_may_be_outputs_of_their_own() throws IOException {
    Path file =
        guns(picture()
                .givesWhole("num_predictions", TinyOnnx.INT64, List.of(1, 1), 1)
                .gives("pred_boxes", List.of(1, 2, 4), 8, 16, 24, 32, 0, 0, 60, 60)
                .gives("pred_scores", List.of(1, 2), 0.8f, 0.9f)
                .givesWhole("pred_classes", TinyOnnx.INT64, List.of(1, 2), 1, 0))
            .write(folder.resolve("nas.onnx"));
    List<Detection> found = detect(file, Map.of(), 64, 64);
    assertThat(found).hasSize(1);
    assertDetection(found.getFirst(), "knife", 0.8, new Box(8, 16, 16, 16));
    assertThat(facts(file, Map.of())).containsEntry("layout", "boxes");
  }

  @Test
  void without_a_count_shares_of_the_picture_are_told_by_their_numbers() throws IOException {
    Path shares =
        guns(picture()
                .gives("boxes", List.of(1, 2, 4), 0.25f, 0.5f, 0.5f, 0.75f, 0, 0, 1, 1)
                .gives("scores", List.of(1, 2), 0.9f, 0.1f)
                .givesWhole("labels", TinyOnnx.INT64, List.of(1, 2), 1, 0))
            .write(folder.resolve("baked.onnx"));
    assertDetection(
        detect(shares, Map.of(), 128, 64).getFirst(), "knife", 0.9, new Box(32, 32, 32, 16));
    Path pixels =
        guns(picture()
                .gives("dets", List.of(1, 2, 5), 8, 16, 24, 32, 0.9f, 0, 0, 60, 60, 0.1f)
                .givesWhole("labels", TinyOnnx.INT64, List.of(1, 2), 1, 0))
            .write(folder.resolve("dets.onnx"));
    assertThatThrownBy(() -> detect(pixels, Map.of(), 64, 64))
        .hasMessageContaining("params.layout: boxes, detr-boxes");
    assertDetection(
        detect(pixels, Map.of("layout", "boxes"), 64, 64).getFirst(),
        "knife",
        0.9,
        new Box(8, 16, 16, 16));
  }

  @Test
  void rows_of_seven_are_told_by_which_of_them_is_a_class() throws IOException {
    Path nas =
        guns(picture().gives("output", List.of(1, 7), 0, 8, 16, 24, 32, 0.8f, 1))
            .write(folder.resolve("class-last.onnx"));
    assertDetection(detect(nas, Map.of(), 64, 64).getFirst(), "knife", 0.8, new Box(8, 16, 16, 16));
    Path v7 =
        guns(picture().gives("output", List.of(1, 7), 0, 8, 16, 24, 32, 1, 0.8f))
            .write(folder.resolve("score-last.onnx"));
    assertDetection(detect(v7, Map.of(), 64, 64).getFirst(), "knife", 0.8, new Box(8, 16, 16, 16));
    Path either =
        guns(picture().gives("output", List.of(1, 7), 0, 8, 16, 24, 32, 1, 1))
            .write(folder.resolve("either.onnx"));
    assertThatThrownBy(() -> detect(either, Map.of(), 64, 64))
        .hasMessageContaining("params.layout: yolov7-nms, yolo-nas-flat");
    assertThat(detect(either, Map.of("layout", "yolo-nas-flat"), 64, 64)).hasSize(1);
  }

  /** Boxes of all cells in one output, scores in another; cell 20 is column 4 of row 2. */
  private static TinyOnnx pair(boolean corners, boolean scoresDown) {
    float[] boxes = new float[CELLS * 4];
    int row = 0;
    for (int stride : STRIDES) {
      int n = 64 / stride;
      for (int i = 0; i < n * n; i++, row++) {
        int column = i % n;
        int line = i / n;
        float x = (column + 0.5f) * stride;
        float y = (line + 0.5f) * stride;
        float[] box = corners ? new float[] {x - 4, y - 4, x + 4, y + 4} : new float[] {x, y, 8, 8};
        System.arraycopy(box, 0, boxes, row * 4, 4);
      }
    }
    float[] scores = new float[CELLS * 2];
    scores[scoresDown ? CELLS + 20 : 41] = 0.9f;
    return guns(
        picture()
            .gives("boxes", List.of(1, CELLS, 4), boxes)
            .gives("scores", scoresDown ? List.of(1, 2, CELLS) : List.of(1, CELLS, 2), scores));
  }

  @Test
  void boxes_of_cells_are_told_by_where_they_lie_and_ranges_that_nobody_says_are_asked_for()
      throws IOException {
    Path centres = pair(false, false).write(folder.resolve("split.onnx"));
    assertDetection(
        detect(centres, Map.of(), 64, 64).getFirst(), "knife", 0.9, new Box(32, 16, 8, 8));
    Path corners = pair(true, false).write(folder.resolve("corners.onnx"));
    assertThatThrownBy(() -> detect(corners, Map.of(), 64, 64))
        .hasMessageContaining("params.layout: yolo-nas, damo-yolo");
    assertDetection(
        detect(corners, Map.of("layout", "yolo-nas"), 64, 64).getFirst(),
        "knife",
        0.9,
        new Box(32, 16, 8, 8));
    assertThat(facts(corners, Map.of("layout", "damo-yolo")))
        .containsEntry("picture", "rgb 0..255, stretched");
    Path paddle = pair(true, true).write(folder.resolve("ppyoloe.onnx"));
    assertDetection(
        detect(paddle, Map.of(), 128, 64).getFirst(), "knife", 0.9, new Box(64, 16, 16, 8));
  }

  /** Whose only box is as sure as number {@code index} of its input is large, bytes in 255ths. */
  private static TinyOnnx mirror(int type, List<Integer> input, int index) {
    return TinyOnnx.takes("images", type, input)
        .node("Cast", List.of("images"), "floats", Map.of("to", (long) TinyOnnx.FLOAT))
        .wholes("flat", -1)
        .node("Reshape", List.of("floats", "flat"), "row", Map.of())
        .wholes("index", index)
        .node("Gather", List.of("row", "index"), "colour", Map.of("axis", 0L))
        .floats("factor", List.of(1), type == TinyOnnx.UINT8 ? 1 / 255f : 1)
        .node("Mul", List.of("colour", "factor"), "number", Map.of())
        .wholes("cube", 1, 1, 1)
        .node("Reshape", List.of("number", "cube"), "score", Map.of())
        .floats("box", List.of(1, 1, 4), 8, 8, 24, 24)
        .floats("class", List.of(1, 1, 1), 1)
        .node("Concat", List.of("box", "score", "class"), "output", Map.of("axis", 2L))
        .output("output", TinyOnnx.FLOAT, List.of(1, 1, 6))
        .metadata("end2end", "True")
        .metadata("names", "['gun', 'knife']");
  }

  @Test
  void mean_and_deviation_are_applied_to_what_the_model_sees() throws IOException {
    int green = 64 * 64 + 20 * 64 + 20;
    Path file =
        mirror(TinyOnnx.FLOAT, INPUT, green)
            .metadata("image_mean", "[0.1, 0.2, 0.3]")
            .metadata("image_std", "[1.0, 0.5, 1.0]")
            .write(folder.resolve("normal.onnx"));
    // Green is 102 of 255: 0.4, less 0.2, over 0.5.
    assertThat(score(file, Map.of())).isEqualTo(0.4, within(3e-3));
    Map<String, Object> bytes =
        Map.of("mean", List.of(0, 50, 0), "std", List.of(100, 100, 100), "input_range", "bytes");
    assertThat(score(file, bytes)).isEqualTo(0.52, within(1e-2));
    Map<String, Object> large = Map.of("mean", List.of(1, 50, 1), "std", 100);
    assertThat(score(file, large)).isEqualTo(0.52, within(1e-2));
    Map<String, Object> mixed = Map.of("mean", 50, "std", 100, "input_range", "unit");
    assertThatThrownBy(() -> score(file, mixed)).hasMessageContaining("input_range: bytes");
    assertThatThrownBy(() -> score(file, Map.of("std", List.of(1, 0, 1))))
        .hasMessageContaining("params.std")
        .hasMessageContaining("above 0");
    assertThat(String.valueOf(facts(file, Map.of()).get("picture_from")))
        .contains("mean in the metadata")
        .contains("0..1 by the mean");
  }

  @ParameterizedTest(name = "input {0} of type {1}: number {2} is {3}")
  @CsvSource({
    "last, 2, 3900, 0.6", // red of row 20, column 20, of height × width × 3
    "last, 2, 3901, 0.4",
    "last, 2, 3902, 0.2",
    "last, 1, 3901, 0.4",
    "first, 2, 1300, 0.6",
    "first, 2, 9492, 0.2",
    "last, 10, 3900, 0.6",
  })
  void colours_may_stand_together_and_be_bytes(String where, int type, int index, double expected)
      throws IOException {
    List<Integer> shape = where.equals("last") ? List.of(1, 64, 64, 3) : INPUT;
    Path file =
        mirror(type, shape, index)
            .write(folder.resolve("colours-%s-%d-%d.onnx".formatted(where, type, index)));
    assertThat(score(file, Map.of())).isEqualTo(expected, within(5e-3));
    if (type != TinyOnnx.UINT8) {
      assertThat(score(file, Map.of("input_order", "bgr")))
          .isEqualTo(index % 3 == 1 ? expected : 0.2, within(5e-3));
    } else {
      assertThatThrownBy(() -> score(file, Map.of("mean", 1))).hasMessageContaining("uint8");
    }
  }

  @Test
  void an_open_size_is_the_one_that_the_export_names() throws IOException {
    Path file =
        TinyOnnx.rowsOfSix(List.of(-1, 3, -1, -1))
            .metadata("end2end", "True")
            .metadata("imgsz", "[96, 160]")
            .write(folder.resolve("imgsz.onnx"));
    assertThat(facts(file, Map.of())).containsEntry("width", 160).containsEntry("height", 96);
    assertThat(facts(file, Map.of("input_size", 64L))).containsEntry("width", 64);
  }

  @Test
  void masks_beside_the_rows_are_refused_and_outputs_alike_are_asked_for() throws IOException {
    Path masks =
        picture()
            .gives("output0", List.of(1, 38, CELLS), new float[38 * CELLS])
            .gives("output1", List.of(1, 32, 16, 16), new float[32 * 256])
            .write(folder.resolve("masks.onnx"));
    assertThatThrownBy(() -> detect(masks, Map.of(), 64, 64)).hasMessageContaining("segmentation");
    float[] main = new float[6 * CELLS];
    float[] values = {20, 40, 10, 10, 0.1f, 0.7f};
    for (int i = 0; i < values.length; i++) {
      main[i * CELLS + 11] = values[i];
    }
    Path alike =
        guns(picture()
                .gives("auxiliary", List.of(1, 6, CELLS), new float[6 * CELLS])
                .gives("main", List.of(1, 6, CELLS), main))
            .write(folder.resolve("alike.onnx"));
    assertThatThrownBy(() -> detect(alike, Map.of(), 64, 64))
        .hasMessageContaining("params.output")
        .hasMessageContaining("auxiliary, main");
    assertThat(detect(alike, Map.of("output", "auxiliary"), 64, 64)).isEmpty();
    assertDetection(
        detect(alike, Map.of("output", "main"), 64, 64).getFirst(),
        "knife",
        0.7,
        new Box(15, 35, 10, 10));
    assertThatThrownBy(() -> detect(alike, Map.of("output", "other"), 64, 64))
        .hasMessageContaining("params.output = other");
  }

  @Test
  void landmarks_that_nobody_names_are_not_taken_for_classes() throws IOException {
    float[] output = new float[11 * CELLS];
    Arrays.fill(output, 5 * CELLS, 11 * CELLS, 30);
    Path file =
        picture().gives("output", List.of(1, 11, CELLS), output).write(folder.resolve("pose.onnx"));
    assertThatThrownBy(() -> detect(file, Map.of(), 64, 64))
        .hasMessageContaining("yolov8 with 7 classes")
        .hasMessageContaining("params.layout");
    // Of so many labels or a layout that is said, nobody has doubts.
    assertThat(facts(file, Map.of("layout", "yolov8"))).containsEntry("layout", "yolov8");
    List<String> seven = List.of("a", "b", "c", "d", "e", "f", "g");
    assertThat(facts(file, Map.of("names", seven))).containsEntry("layout", "yolov8");
    Path scores =
        picture()
            .gives("output", List.of(1, 11, CELLS), new float[11 * CELLS])
            .write(folder.resolve("seven.onnx"));
    assertThat(facts(scores, Map.of())).containsEntry("layout", "yolov8");
  }

  @Test
  void a_softmax_over_cocos_categories_and_nothing_is_refused() throws IOException {
    Path file =
        TinyOnnx.takes("pixel_values", TinyOnnx.FLOAT, INPUT)
            .gives("logits", List.of(1, 100, 92), new float[9200])
            .gives("pred_boxes", List.of(1, 100, 4), new float[400])
            .write(folder.resolve("first-detr.onnx"));
    assertThatThrownBy(() -> detect(file, Map.of(), 64, 64)).hasMessageContaining("params.layout");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gun and knife", "{1: 'gun', 2: 'knife'}", "{0: 'gun'"})
  void names_that_cannot_be_read_are_refused_with_the_setting(String names) throws IOException {
    Path file =
        picture()
            .gives("output", List.of(1, 3 * CELLS, 7), new float[3 * CELLS * 7])
            .metadata("names", names)
            .write(folder.resolve("names-%d.onnx".formatted(names.length())));
    assertThatThrownBy(() -> detect(file, Map.of(), 64, 64)).hasMessageContaining("params.names");
    assertThat(detect(file, Map.of("names", List.of("a", "b")), 64, 64)).isEmpty();
  }

  private double score(Path file, Map<String, Object> params) {
    List<Detection> found = detect(file, params, 64, 64);
    return found.isEmpty() ? 0 : found.getFirst().confidence();
  }

  private Map<String, Object> facts(Path file, Map<String, Object> params) {
    return models.facts(file, params);
  }

  private List<Detection> detect(Path file, Map<String, Object> params, int width, int height) {
    return models.detect(file, params, width, height);
  }

  private static void assertDetection(
      Detection detection, String label, double confidence, Box box) {
    TinyModels.assertDetection(detection, label, confidence, box);
  }
}
