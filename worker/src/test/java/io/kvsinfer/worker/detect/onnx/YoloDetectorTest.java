package io.kvsinfer.worker.detect.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.contract.geometry.Point;
import io.kvsinfer.contract.settings.ConfidenceThreshold;
import io.kvsinfer.contract.settings.ConfirmSettings;
import io.kvsinfer.contract.settings.DetectorSettings;
import io.kvsinfer.media.decode.BgrPictures;
import io.kvsinfer.media.decode.NativeObjects;
import io.kvsinfer.media.decode.VideoFrame;
import io.kvsinfer.media.frame.FrameTime;
import io.kvsinfer.testkit.TinyOnnx;
import io.kvsinfer.worker.detect.Detection;
import io.kvsinfer.worker.detect.Detector;
import io.kvsinfer.worker.detect.DetectorContext;
import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.Detectors;
import io.kvsinfer.worker.detect.Network;
import io.kvsinfer.worker.detect.yolo.Layout;
import io.kvsinfer.worker.detect.yolo.ModelReading;
import io.kvsinfer.worker.detect.yolo.Reading;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every layout from its file to boxes in the frame, on models that always see the same. */
final class YoloDetectorTest {
  private static final List<Integer> INPUT = List.of(1, 3, 64, 64);

  /** Cells of strides 8, 16 and 32 over 64 × 64. */
  private static final int CELLS = 64 + 16 + 4;

  @TempDir private static Path folder;

  private final OnnxModels models = OnnxModels.of(ModelOptions.defaults().withFolder(folder));
  private final List<String> heard = new ArrayList<>();

  @AfterEach
  void close() {
    models.close();
    assertThat(NativeObjects.open()).isZero();
  }

  @Test
  void yolov5_is_centred_and_mapped_back_to_the_frame() throws IOException {
    float[] output = new float[3 * CELLS * 7];
    row(output, 7, 5, 32, 32, 16, 8, 1, 0.2f, 0.9f);
    row(output, 7, 9, 33, 32, 16, 8, 1, 0.2f, 0.8f);
    Path file =
        TinyOnnx.constant(INPUT, List.of(1, 3 * CELLS, 7), output)
            .metadata("names", "{0: 'gun', 1: 'knife'}")
            .write(folder.resolve("v5.onnx"));
    // 128 × 64 into 64 × 64: halved, 16 rows of padding above.
    List<Detection> found = detect(settings("objects", file, Map.of()), 128, 64);
    assertThat(found).hasSize(1);
    assertDetection(found.getFirst(), "knife", 0.9, new Box(48, 24, 32, 16));
  }

  @Test
  void yolov8_and_its_python_names() throws IOException {
    float[] output = new float[6 * CELLS];
    int column = 11;
    float[] values = {20, 40, 10, 10, 0.7f, 0.1f};
    for (int i = 0; i < values.length; i++) {
      output[i * CELLS + column] = values[i];
    }
    Path file =
        TinyOnnx.constant(INPUT, List.of(1, 6, CELLS), output)
            .metadata("names", "{0: 'fire', 1: 'smoke'}")
            .metadata("task", "detect")
            .write(folder.resolve("v8.onnx"));
    List<Detection> found = detect(settings("fire_smoke", file, Map.of()), 64, 64);
    assertThat(found).hasSize(1);
    assertDetection(found.getFirst(), "fire", 0.7, new Box(15, 35, 10, 10));
  }

  @Test
  void end_to_end_keeps_its_rows_best_first() throws IOException {
    float[] output = new float[300 * 6];
    System.arraycopy(new float[] {8, 8, 16, 16, 0.6f, 0}, 0, output, 0, 6);
    System.arraycopy(new float[] {8, 8, 16, 16, 0.8f, 2}, 0, output, 6, 6);
    Path file =
        TinyOnnx.constant(INPUT, List.of(1, 300, 6), output)
            .metadata("end2end", "True")
            .write(folder.resolve("v10.onnx"));
    List<Detection> found = detect(settings("objects", file, Map.of()), 64, 64);
    assertThat(found).extracting(Detection::label).containsExactly("car", "person");
  }

  /** A model of 300 rows of six that says nothing of itself; the others are like the last. */
  private Path unlabelled(String name, float[]... rows) throws IOException {
    float[] output = new float[300 * 6];
    for (int i = 0; i < 300; i++) {
      System.arraycopy(rows[Math.min(i, rows.length - 1)], 0, output, 6 * i, 6);
    }
    return TinyOnnx.constant(INPUT, List.of(1, 300, 6), output)
        .metadata("names", "['gun', 'knife']")
        .write(folder.resolve(name + ".onnx"));
  }

  @Test
  void corners_in_pixels_are_told_from_shares_of_the_input_by_their_numbers() throws IOException {
    Path corners = unlabelled("corners", new float[] {8, 8, 16, 24, 0.8f, 1}, new float[6]);
    List<Detection> found = detect(settings("objects", corners, Map.of()), 64, 64);
    assertThat(found).hasSize(1);
    assertDetection(found.getFirst(), "knife", 0.8, new Box(8, 8, 8, 16));

    float[] elsewhere = {0.1f, 0.1f, 0.1f, 0.1f, 0.01f, 0};
    Path shares = unlabelled("shares", new float[] {0.5f, 0.25f, 0.5f, 0.25f, 0.8f, 1}, elsewhere);
    // A DETR sees the whole picture stretched to its input.
    found = detect(settings("objects", shares, Map.of()), 128, 64);
    assertThat(found).hasSize(1);
    assertDetection(found.getFirst(), "knife", 0.8, new Box(32, 8, 64, 16));

    float[] unsure = {0.1f, 0.1f, 0.1f, 0.1f, 0.01f, 0.02f};
    Path scores = unlabelled("scores", new float[] {0.5f, 0.25f, 0.5f, 0.25f, 0.8f, 0.1f}, unsure);
    found = detect(settings("objects", scores, Map.of()), 128, 64);
    assertThat(found).hasSize(1);
    assertDetection(found.getFirst(), "gun", 0.8, new Box(32, 8, 64, 16));

    Path nothing = unlabelled("nothing", new float[6]);
    assertThat(detect(settings("objects", nothing, Map.of()), 64, 64)).isEmpty();
  }

  @Test
  void rows_that_fit_neither_are_refused_with_the_setting_that_decides() throws IOException {
    Path odd = unlabelled("odd", new float[] {-0.1f, 0.5f, 0.5f, 0.5f, 0.8f, 1});
    assertThatThrownBy(() -> detect(settings("objects", odd, Map.of()), 64, 64))
        .isInstanceOf(DetectorException.class)
        .hasMessageContaining("params.layout: yolov10, detr-rows, detr");
    assertThat(detect(settings("objects", odd, Map.of("layout", "detr-rows")), 64, 64))
        .isNotEmpty();
  }

  @Test
  void corners_of_a_plate_may_stand_behind_end_to_end_rows() throws IOException {
    float[] output = new float[300 * 14];
    float[] plate = {10, 10, 30, 20, 0.9f, 0, 11, 10, 29, 11, 30, 20, 10, 19};
    System.arraycopy(plate, 0, output, 0, plate.length);
    Path file =
        TinyOnnx.constant(INPUT, List.of(1, 300, 14), output)
            .metadata("task", "pose")
            .metadata("kpt_shape", "[4, 2]")
            .metadata("end2end", "True")
            .metadata("names", "{0: 'plate'}")
            .write(folder.resolve("v26pose.onnx"));
    List<Detection> found = detect(settings("objects", file, Map.of()), 64, 64);
    assertThat(found).hasSize(1);
    assertDetection(found.getFirst(), "plate", 0.9, new Box(10, 10, 20, 10));
    assertThat(found.getFirst().corners())
        .containsExactly(
            new Point(11, 10), new Point(29, 11), new Point(30, 20), new Point(10, 19));
  }

  @Test
  void yolox_stands_at_the_top_left() throws IOException {
    float[] output = new float[CELLS * 7];
    row(output, 7, 64 + 5, 0.5f, 0.5f, 0, 0, 0.9f, 0.9f, 0);
    Path file =
        TinyOnnx.constant(INPUT, List.of(1, CELLS, 7), output)
            .metadata("names", "{\"0\": \"gun\", \"1\": \"knife\"}")
            .write(folder.resolve("yolox.onnx"));
    // Row 5 of stride 16: column 1, row 1; centre 24, 24; 16 wide. The frame is twice the tensor.
    List<Detection> found = detect(settings("weapon", file, Map.of()), 128, 64);
    assertThat(found).hasSize(1);
    assertDetection(found.getFirst(), "gun", 0.81, new Box(32, 32, 32, 32));
  }

  @Test
  void plates_are_called_plate_whatever_their_kind_and_have_corners() throws IOException {
    float[] output = new float[3 * CELLS * 15];
    row(output, 15, 0, 32, 32, 20, 10, 1, 22, 27, 42, 27, 42, 37, 22, 37, 0.1f, 0.9f);
    Path file =
        TinyOnnx.constant(INPUT, List.of(1, 3 * CELLS, 15), output)
            .write(folder.resolve("plates.onnx"));
    List<Detection> found = detect(settings("alpr", file, Map.of()), 64, 64);
    assertThat(found).hasSize(1);
    assertDetection(found.getFirst(), "plate", 0.9, new Box(22, 27, 20, 10));
    assertThat(found.getFirst().corners()).hasSize(4);
    assertThat(found.getFirst().corners().get(2).x()).isEqualTo(42, within(1e-6));
  }

  @Test
  void yolox_with_its_decoder_is_told_by_what_it_answers() throws IOException {
    float[] output = new float[CELLS * 7];
    int row = 0;
    for (int stride : new int[] {8, 16, 32}) {
      for (int y = 0; y < 64 / stride; y++) {
        for (int x = 0; x < 64 / stride; x++, row++) {
          row(output, 7, row, (x + 0.4f) * stride, (y + 0.6f) * stride, 12, 12, 0, 0, 0);
        }
      }
    }
    row(output, 7, 20, 36, 20, 16, 8, 0.9f, 0, 0.9f);
    Path file =
        TinyOnnx.constant(INPUT, List.of(1, CELLS, 7), output)
            .metadata("names", "['gun', 'knife']")
            .write(folder.resolve("decoder.onnx"));
    try (Network network = models.open(file.toString(), "cpu")) {
      assertThat(ModelReading.of(network, Map.of("input_size", 64L)).layout())
          .isInstanceOfSatisfying(
              Reading.Clear.class,
              clear -> {
                assertThat(clear.layout()).isEqualTo(Layout.YOLOX_DECODED);
                assertThat(clear.why()).contains("grey picture");
              });
    }
    List<Detection> found = detect(settings("weapon", file, Map.of()), 64, 64);
    assertThat(found).hasSize(1);
    assertDetection(found.getFirst(), "knife", 0.81, new Box(28, 16, 16, 8));
  }

  @Test
  void an_answer_that_speaks_for_neither_leaves_it_unclear() throws IOException {
    float[] output = new float[CELLS * 7];
    Arrays.fill(output, 7);
    Path file =
        TinyOnnx.constant(INPUT, List.of(1, CELLS, 7), output)
            .metadata("names", "['gun', 'knife']")
            .write(folder.resolve("neither.onnx"));
    assertThatThrownBy(() -> detect(settings("weapon", file, Map.of()), 64, 64))
        .hasMessageContaining("params.layout: yolox, yolox-decoded, yolov6");
  }

  @Test
  void yolov8_transposed_and_rows_after_suppression() throws IOException {
    float[] rows = new float[CELLS * 6];
    row(rows, 6, 7, 20, 40, 10, 10, 0.7f, 0.1f);
    Path transposed =
        TinyOnnx.constant(INPUT, List.of(1, CELLS, 6), rows)
            .metadata("names", "['fire', 'smoke']")
            .write(folder.resolve("rows.onnx"));
    assertDetection(
        detect(settings("fire_smoke", transposed, Map.of()), 64, 64).getFirst(),
        "fire",
        0.7,
        new Box(15, 35, 10, 10));
    Path suppressed =
        TinyOnnx.constant(
                INPUT,
                List.of(2, 7),
                new float[] {0, 15, 35, 25, 45, 1, 0.6f, 0, 1, 1, 5, 5, 0, 0.1f})
            .metadata("names", "['fire', 'smoke']")
            .write(folder.resolve("nms.onnx"));
    assertDetection(
        detect(settings("fire_smoke", suppressed, Map.of()), 64, 64).getFirst(),
        "smoke",
        0.6,
        new Box(15, 35, 10, 10));
  }

  @Test
  void queries_stand_in_a_stretched_picture() throws IOException {
    float[] output = new float[100 * 6];
    row(output, 6, 3, 0.5f, 0.5f, 0.25f, 0.5f, 0.9f, 0.1f);
    Path file =
        TinyOnnx.constant(INPUT, List.of(1, 100, 6), output)
            .metadata("names", "['car', 'bus']")
            .metadata("layout", "rtdetr")
            .write(folder.resolve("detr.onnx"));
    assertDetection(
        detect(settings("objects", file, Map.of()), 128, 64).getFirst(),
        "car",
        0.9,
        new Box(48, 16, 32, 32));
  }

  @Test
  void landmarks_of_a_pose_model_are_the_corners_of_a_plate() throws IOException {
    float[] output = new float[13 * CELLS];
    float[] values = {32, 32, 20, 10, 0.9f, 22, 27, 42, 27, 42, 37, 22, 37};
    for (int i = 0; i < values.length; i++) {
      output[i * CELLS + 9] = values[i];
    }
    Path file =
        TinyOnnx.constant(INPUT, List.of(1, 13, CELLS), output)
            .metadata("names", "{0: 'number plate'}")
            .metadata("task", "pose")
            .metadata("kpt_shape", "[4, 2]")
            .write(folder.resolve("pose.onnx"));
    List<Detection> found = detect(settings("alpr", file, Map.of()), 128, 64);
    assertDetection(found.getFirst(), "plate", 0.9, new Box(44, 22, 40, 20));
    assertThat(found.getFirst().corners().get(2).x()).isEqualTo(84, within(1e-6));
    assertThat(found.getFirst().corners().get(2).y()).isEqualTo(42, within(1e-6));
  }

  @Test
  void a_model_of_fixed_batch_and_another_shape_than_square_is_fed() throws IOException {
    int cells = 16 * 4 + 8 * 2 + 4;
    float[] output = new float[4 * 3 * cells * 6];
    row(output, 6, 5, 64, 16, 16, 8, 1, 0.9f);
    Path file =
        TinyOnnx.constant(List.of(4, 3, 32, 128), List.of(4, 3 * cells, 6), output)
            .metadata("names", "['plate']")
            .write(folder.resolve("batch.onnx"));
    // 256 × 64 into 128 × 32: halved.
    assertDetection(
        detect(settings("objects", file, Map.of()), 256, 64).getFirst(),
        "plate",
        0.9,
        new Box(112, 24, 32, 16));
  }

  @Test
  void boxes_are_clipped_and_those_in_the_padding_dropped() throws IOException {
    float[] output = new float[3 * CELLS * 6];
    row(output, 6, 0, 2, 32, 20, 8, 1, 1);
    row(output, 6, 1, 32, 4, 8, 6, 1, 1);
    Path file =
        TinyOnnx.constant(INPUT, List.of(1, 3 * CELLS, 6), output)
            .metadata("names", "['plate']")
            .write(folder.resolve("edge.onnx"));
    List<Detection> found = detect(settings("objects", file, Map.of()), 128, 64);
    assertThat(found).hasSize(1);
    assertDetection(found.getFirst(), "plate", 1, new Box(0, 24, 24, 16));
  }

  @Test
  void an_open_output_is_told_by_running_the_model() throws IOException {
    Path file =
        TinyOnnx.rowsOfSix(List.of(1, 3, -1, -1))
            .metadata("end2end", "True")
            .write(folder.resolve("open.onnx"));
    try (Network network = models.open(file.toString(), "cpu")) {
      assertThat(network.description().outputs().getFirst().shape()).containsExactly(1, -1, 6);
      ModelReading reading = ModelReading.of(network, Map.of("input_size", 64L));
      assertThat(reading.width()).isEqualTo(64);
      assertThat(reading.layout())
          .isInstanceOfSatisfying(
              Reading.Clear.class,
              clear -> assertThat(clear.layout()).isEqualTo(Layout.END_TO_END));
    }
    assertThat(detect(settings("objects", file, Map.of("input_size", 64L)), 64, 64)).isEmpty();
  }

  @Test
  void names_and_layout_of_the_settings_win() throws IOException {
    float[] output = new float[CELLS * 6];
    row(output, 6, 3, 20, 20, 8, 8, 0.9f, 0.9f);
    Path file =
        TinyOnnx.constant(INPUT, List.of(1, CELLS, 6), output)
            .write(folder.resolve("decoded.onnx"));
    List<Detection> found =
        detect(
            settings("objects", file, Map.of("layout", "yolox-decoded", "names", List.of("drone"))),
            64,
            64);
    assertThat(found).hasSize(1);
    assertDetection(found.getFirst(), "drone", 0.81, new Box(16, 16, 8, 8));
  }

  @Test
  void an_unclear_layout_names_the_setting_and_the_choices() throws IOException {
    Path file =
        TinyOnnx.constant(INPUT, List.of(1, 10, 9), new float[90])
            .write(folder.resolve("unclear.onnx"));
    assertThatThrownBy(() -> detect(settings("objects", file, Map.of()), 64, 64))
        .isInstanceOf(DetectorException.class)
        .hasMessageContaining("detector objects: model unclear")
        .hasMessageContaining("params.layout")
        .hasMessageContaining("yolov5-face");
    assertThat(models.openSessions()).isZero();
  }

  @Test
  void labels_that_do_not_fit_the_output_are_refused() throws IOException {
    Path file =
        TinyOnnx.constant(INPUT, List.of(1, CELLS, 7), new float[CELLS * 7])
            .write(folder.resolve("labels.onnx"));
    Map<String, Object> params = Map.of("layout", "yolox", "names", List.of("one"));
    assertThatThrownBy(() -> detect(settings("objects", file, params), 64, 64))
        .hasMessageContaining("1 labels are given, its output has 2 classes");
  }

  @Test
  void a_model_of_something_else_is_refused() throws IOException {
    Path file =
        TinyOnnx.constant(List.of(1, 10), List.of(1, 10, 9), new float[90])
            .write(folder.resolve("words.onnx"));
    assertThatThrownBy(() -> detect(settings("objects", file, Map.of()), 64, 64))
        .hasMessageContaining("[1, 3, height, width]");
  }

  @Test
  void frames_may_change_their_size_and_inference_is_heard() throws IOException {
    Path file =
        TinyOnnx.constant(INPUT, List.of(1, CELLS, 6), new float[CELLS * 6])
            .metadata("layout", "yolox")
            .write(folder.resolve("resized.onnx"));
    try (Detector detector = create(settings("objects", file, Map.of()))) {
      detector.warmUp();
      for (int side : new int[] {64, 128, 128, 96}) {
        try (VideoFrame frame = frame(side, side)) {
          assertThat(detector.detect(frame)).isEmpty();
        }
      }
      assertThat(detector.device()).isEqualTo("cpu");
      assertThat(detector.models()).hasSize(1);
      assertThat(detector.models().getFirst().role()).isEqualTo("detector");
    }
    assertThat(heard).hasSize(4).allMatch("objects resized cpu"::equals);
  }

  private List<Detection> detect(DetectorSettings settings, int width, int height) {
    try (Detector detector = create(settings);
        VideoFrame frame = frame(width, height)) {
      return detector.detect(frame);
    }
  }

  private Detector create(DetectorSettings settings) {
    return Detectors.load()
        .create(
            settings,
            new DetectorContext(
                models,
                "cpu",
                (type, model, device, seconds) -> {
                  assertThat(seconds).isPositive();
                  heard.add("%s %s %s".formatted(type, model, device));
                }));
  }

  private static VideoFrame frame(int width, int height) {
    return BgrPictures.of(
        new byte[width * height * 3],
        width,
        height,
        new FrameTime(Instant.EPOCH, null, null, 0, true, true));
  }

  private static DetectorSettings settings(String type, Path file, Map<String, Object> params) {
    return new DetectorSettings(
        type,
        type,
        true,
        file.toString(),
        ConfidenceThreshold.unset(),
        List.of(),
        List.of(),
        ConfirmSettings.defaults(),
        0,
        0,
        60,
        params);
  }

  private static void row(float[] output, int columns, int row, float... values) {
    System.arraycopy(values, 0, output, row * columns, values.length);
  }

  private static void assertDetection(
      Detection detection, String label, double confidence, Box box) {
    assertThat(detection.label()).isEqualTo(label);
    assertThat(detection.confidence()).isEqualTo(confidence, within(1e-5));
    assertThat(detection.box().iou(box)).isEqualTo(1, within(1e-5));
  }
}
