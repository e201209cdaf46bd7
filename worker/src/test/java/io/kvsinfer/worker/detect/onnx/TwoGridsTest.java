package io.kvsinfer.worker.detect.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.media.decode.NativeObjects;
import io.kvsinfer.testkit.TinyOnnx;
import io.kvsinfer.worker.detect.Detection;
import io.kvsinfer.worker.detect.DetectorException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models like YOLOv3-tiny, whose grids are those of strides 16 and 32 only. */
final class TwoGridsTest {
  /** Input of 64 × 64: 4 × 4 cells and 2 × 2. */
  private static final int CELLS = 16 + 4;

  /** Raw number whose sigmoid is 0.9. */
  private static final float NINE_TENTHS = 2.1972246f;

  private static final List<Integer> ANCHORS = List.of(4, 4, 6, 6, 16, 8, 30, 30, 32, 32, 40, 40);

  @TempDir private static Path folder;

  private final TinyModels models = new TinyModels(folder);

  @AfterEach
  void close() {
    models.close();
    assertThat(NativeObjects.open()).isZero();
  }

  private static TinyOnnx guns() {
    return TinyOnnx.takes("images", TinyOnnx.FLOAT, List.of(1, 3, 64, 64))
        .metadata("names", "['gun', 'knife']");
  }

  /** Boxes of 8 × 8 around their cells, {@code each} for every cell, of so many numbers. */
  private static float[] rows(int each, int columns) {
    float[] rows = new float[each * CELLS * columns];
    int row = 0;
    for (int stride : new int[] {16, 32}) {
      int n = 64 / stride;
      for (int i = 0; i < each * n * n; i++, row++) {
        rows[row * columns] = (i % n + 0.5f) * stride;
        rows[row * columns + 1] = (i / n % n + 0.5f) * stride;
        rows[row * columns + 2] = 8;
        rows[row * columns + 3] = 8;
      }
    }
    return rows;
  }

  private static float[] down(float[] rows, int columns) {
    float[] down = new float[rows.length];
    int count = rows.length / columns;
    for (int i = 0; i < rows.length; i++) {
      down[i % columns * count + i / columns] = rows[i];
    }
    return down;
  }

  @Test
  void rows_of_three_a_cell_are_read_once_their_numbers_are_boxes() throws IOException {
    float[] rows = rows(3, 7);
    // Of stride 32, the second prediction of the cell of column 1, row 1.
    int row = 3 * 16 + 4 + 3;
    rows[row * 7 + 4] = 0.9f;
    rows[row * 7 + 6] = 0.9f;
    Path file = guns().gives("output", List.of(1, 60, 7), rows).write(folder.resolve("v3.onnx"));
    List<Detection> found = models.detect(file, Map.of(), 128, 128);
    assertThat(found).hasSize(1);
    TinyModels.assertDetection(found.getFirst(), "knife", 0.81, new Box(88, 88, 16, 16));
    assertThat(models.facts(file, Map.of()))
        .containsEntry("layout", "yolov5")
        .containsEntry("told_by", "three rows for each cell of the grids");
  }

  @Test
  void columns_and_rows_of_one_a_cell_are_read_likewise() throws IOException {
    float[] rows = rows(1, 6);
    rows[6 * 6 + 5] = 0.7f; // stride 16, column 2, row 1
    Path columns =
        guns().gives("output", List.of(1, 6, 20), down(rows, 6)).write(folder.resolve("v3u.onnx"));
    TinyModels.assertDetection(
        models.detect(columns, Map.of(), 64, 64).getFirst(), "knife", 0.7, new Box(36, 20, 8, 8));
    assertThat(models.facts(columns, Map.of())).containsEntry("layout", "yolov8");
    Path across = guns().gives("output", List.of(1, 20, 6), rows).write(folder.resolve("v3r.onnx"));
    // Twenty rows of six may also be what a model kept by itself.
    assertThatThrownBy(() -> models.detect(across, Map.of(), 64, 64))
        .hasMessageContaining("params.layout: yolov10, detr-rows, yolov8-rows, detr");
    TinyModels.assertDetection(
        models.detect(across, Map.of("layout", "yolov8-rows"), 64, 64).getFirst(),
        "knife",
        0.7,
        new Box(36, 20, 8, 8));
  }

  @ParameterizedTest
  @CsvSource({
    "shares, 0, 0.0078125", // centres from 0 to 1
    "shares, 1, 0.0078125",
    "raw-size, 2, -1",
    "raw-size, 3, -1",
    "raw-objectness, 4, 40",
  })
  void rows_whose_numbers_are_no_boxes_are_refused(String what, int column, float factor)
      throws IOException {
    float[] rows = rows(3, 7);
    for (int row = 0; row < 60; row++) {
      rows[row * 7 + 4] = 0.1f;
      rows[row * 7 + column] *= factor;
    }
    Path file =
        guns()
            .gives("output", List.of(1, 60, 7), rows)
            .write(folder.resolve("%s-%d.onnx".formatted(what, column)));
    assertThatThrownBy(() -> models.detect(file, Map.of(), 64, 64))
        .isInstanceOf(DetectorException.class)
        .hasMessageContaining("raw numbers, or shares of the input?")
        .hasMessageContaining("params.layout: yolov5");
    assertThat(models.facts(file, Map.of("layout", "yolov5"))).containsEntry("layout", "yolov5");
  }

  /** Maps of 21 numbers a cell; column 2, row 1 of stride 16 sees a knife with its last anchor. */
  private static TinyOnnx maps(float filler, float... prediction) {
    TinyOnnx onnx = guns();
    for (int stride : new int[] {32, 16}) {
      int n = 64 / stride;
      float[] map = new float[21 * n * n];
      java.util.Arrays.fill(map, filler);
      for (int c = 0; stride == 16 && c < prediction.length; c++) {
        map[((2 * 7 + c) * n + 1) * n + 2] = prediction[c];
      }
      onnx.gives("map" + stride, List.of(1, 21, n, n), map);
    }
    return onnx;
  }

  @Test
  void maps_are_read_as_what_they_are_said_to_be() throws IOException {
    float half = (float) Math.log(0.5);
    Path file =
        maps(-9, NINE_TENTHS, -NINE_TENTHS, 0, half, NINE_TENTHS, -9, NINE_TENTHS)
            .write(folder.resolve("maps.onnx"));
    Map<String, Object> anchors = Map.of("anchors", ANCHORS);
    assertThatThrownBy(() -> models.detect(file, anchors, 64, 64))
        .hasMessageContaining("params.layout: yolov5-maps, yolov3-maps");
    // Darknet: centre 2.9 and 1.1 cells of 16, as wide as the anchor and half as high.
    TinyModels.assertDetection(
        models.detect(file, Map.of("anchors", ANCHORS, "layout", "yolov3-maps"), 64, 64).getFirst(),
        "knife",
        0.81,
        new Box(46.4 - 8, 17.6 - 2, 16, 4));
    // YOLOv5: centre 2 × 0.9 − 0.5 and 2 × 0.1 − 0.5 further; a third is the sigmoid of log 0.5.
    double high = 8 * 4 / 9.0;
    TinyModels.assertDetection(
        models.detect(file, Map.of("anchors", ANCHORS, "layout", "yolov5-maps"), 64, 64).getFirst(),
        "knife",
        0.81,
        new Box(52.8 - 8, 11.2 - high / 2, 16, high));
    assertThatThrownBy(
            () -> models.detect(file, Map.of("anchors", "yolov5", "layout", "yolov3-maps"), 64, 64))
        .hasMessageContaining("anchors of 3 maps, its outputs are 2");
    assertThatThrownBy(() -> models.detect(file, Map.of("layout", "yolov3-maps"), 64, 64))
        .hasMessageContaining("three widths and heights in pixels for each of the 2 maps");
  }

  @Test
  void darknets_sizes_are_exponents_with_the_sigmoids_applied_too() throws IOException {
    Path file =
        maps(0, 0.9f, 0.1f, 0, (float) Math.log(2), 0.9f, 0, 0.9f)
            .write(folder.resolve("sigmoids.onnx"));
    TinyModels.assertDetection(
        models.detect(file, Map.of("anchors", ANCHORS, "layout", "yolov3-maps"), 64, 64).getFirst(),
        "knife",
        0.81,
        new Box(46.4 - 8, 17.6 - 8, 16, 16));
  }

  @Test
  void maps_of_bins_are_told_by_their_channels() throws IOException {
    TinyOnnx onnx = guns();
    for (int stride : new int[] {16, 32}) {
      int n = 64 / stride;
      float[] map = new float[66 * n * n];
      java.util.Arrays.fill(map, -9);
      int[] sides = {1, 0, 2, 3};
      for (int s = 0; stride == 16 && s < 4; s++) {
        map[(s * 16 + sides[s]) * n * n + n + 2] = 30;
        map[65 * n * n + n + 2] = NINE_TENTHS;
      }
      onnx.gives("map" + stride, List.of(1, 66, n, n), map);
    }
    Path file = onnx.write(folder.resolve("bins.onnx"));
    TinyModels.assertDetection(
        models.detect(file, Map.of(), 64, 64).getFirst(), "knife", 0.9, new Box(24, 24, 40, 40));
    assertThat(models.facts(file, Map.of())).containsEntry("layout", "yolov8-maps");
  }
}
