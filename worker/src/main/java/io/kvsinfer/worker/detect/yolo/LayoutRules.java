package io.kvsinfer.worker.detect.yolo;

import static io.kvsinfer.worker.detect.yolo.Layout.END_TO_END;
import static io.kvsinfer.worker.detect.yolo.Layout.YOLOV5;
import static io.kvsinfer.worker.detect.yolo.Layout.YOLOV5_FACE;
import static io.kvsinfer.worker.detect.yolo.Layout.YOLOV8;
import static io.kvsinfer.worker.detect.yolo.Layout.YOLOX;
import static io.kvsinfer.worker.detect.yolo.Layout.YOLOX_DECODED;

import io.kvsinfer.worker.detect.yolo.Reading.Clear;
import io.kvsinfer.worker.detect.yolo.Reading.Unclear;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Tells a model's layout from its metadata, else from its shapes. The number of predictions tells
 * YOLOX (one for each cell of the grids) from YOLOv5 (three), whose shapes are alike otherwise.
 */
public final class LayoutRules {
  private static final int FACE_COLUMNS_BEFORE_CLASSES = 13;
  private static final int FACE_COLUMNS = 15;
  private static final int END_TO_END_COLUMNS = 6;

  /** Strides of the grids that exports use: usual, with P6, with P2. */
  private static final List<List<Integer>> STRIDES =
      List.of(List.of(8, 16, 32), List.of(8, 16, 32, 64), List.of(4, 8, 16, 32));

  private LayoutRules() {}

  /**
   * Looks at one model.
   *
   * @param shapes of the outputs, nothing open
   * @param width of the input in pixels
   * @param height of the input in pixels
   * @param classes how many labels are known; 0 = none are
   * @param metadata of the file
   * @param said layout of the settings or the manifest, which wins; null = none said
   */
  public static Reading read(
      List<List<Integer>> shapes,
      int width,
      int height,
      int classes,
      Map<String, String> metadata,
      @Nullable Layout said) {
    String task = metadata.getOrDefault("task", "detect");
    if (!task.equals("detect") && said == null) {
      return new Unclear(
          "its metadata say task %s: only models of task detect are read".formatted(task),
          List.of());
    }
    int[] boxes =
        IntStream.range(0, shapes.size()).filter(i -> isBatchOfRows(shapes.get(i))).toArray();
    if (boxes.length == 0) {
      return new Unclear(
          "outputs %s: one of shape [1, rows, columns] is needed".formatted(shapes), List.of());
    }
    // Exports with several heads put the joined one first.
    int output = boxes[0];
    int a = shapes.get(output).get(1);
    int b = shapes.get(output).get(2);
    return said != null
        ? asSaid(said, output, a, b, width, height)
        : byShape(output, a, b, width, height, classes, metadata);
  }

  private static boolean isBatchOfRows(List<Integer> shape) {
    return shape.size() == 3 && shape.get(0) == 1 && shape.get(1) > 0 && shape.get(2) > 0;
  }

  private static Reading asSaid(Layout said, int output, int a, int b, int width, int height) {
    int classes =
        switch (said) {
          case YOLOV5, YOLOX, YOLOX_DECODED -> b - 5;
          case YOLOV8 -> a - 4;
          case END_TO_END -> b == END_TO_END_COLUMNS ? Integer.MAX_VALUE : 0;
          case YOLOV5_FACE -> b - FACE_COLUMNS_BEFORE_CLASSES;
        };
    boolean gridFits = said != YOLOX || a == cells(STRIDES.getFirst(), width, height);
    if (classes < 1 || !gridFits) {
      return new Unclear(
          "layout %s does not fit its output [1, %d, %d] at input %d×%d"
              .formatted(said.id(), a, b, width, height),
          List.of());
    }
    return new Clear(said, output, classes, "said so");
  }

  private static Reading byShape(
      int output, int a, int b, int width, int height, int classes, Map<String, String> metadata) {
    boolean known = classes > 0;
    boolean endToEnd = metadata.getOrDefault("end2end", "").equalsIgnoreCase("true");
    if (b == END_TO_END_COLUMNS && (endToEnd || (a <= 1000 && !isGrid(a, width, height)))) {
      return new Clear(
          END_TO_END, output, Integer.MAX_VALUE, "few rows of x1, y1, x2, y2, score, class");
    }
    if (STRIDES.stream().anyMatch(s -> b == cells(s, width, height))
        && a > 4
        && (!known || a == 4 + classes)) {
      return new Clear(YOLOV8, output, a - 4, "one column for each cell of the grids");
    }
    if (a == cells(STRIDES.getFirst(), width, height) && b > 5 && (!known || b == 5 + classes)) {
      return new Clear(
          YOLOX,
          output,
          b - 5,
          "one row for each cell of the grids; an export with its decoder needs params.layout: "
              + YOLOX_DECODED.id());
    }
    if (STRIDES.stream().anyMatch(s -> a == 3 * cells(s, width, height)) && b > 5) {
      if (known ? b == FACE_COLUMNS_BEFORE_CLASSES + classes : b == FACE_COLUMNS) {
        return new Clear(
            YOLOV5_FACE,
            output,
            b - FACE_COLUMNS_BEFORE_CLASSES,
            "three rows a cell, corners in them"
                + (known ? "" : "; a YOLOv5 of ten classes needs params.layout: " + YOLOV5.id()));
      }
      if (!known || b == 5 + classes) {
        return new Clear(YOLOV5, output, b - 5, "three rows for each cell of the grids");
      }
    }
    return new Unclear(
        "output [1, %d, %d] at input %d×%d%s fits no known layout"
            .formatted(a, b, width, height, known ? " with " + classes + " labels" : ""),
        List.of(Layout.values()));
  }

  private static boolean isGrid(int rows, int width, int height) {
    return rows == cells(STRIDES.getFirst(), width, height)
        || rows == 3 * cells(STRIDES.getFirst(), width, height);
  }

  /** Cells of the grids of {@code strides} over the input. */
  static int cells(List<Integer> strides, int width, int height) {
    return strides.stream().mapToInt(s -> (width / s) * (height / s)).sum();
  }
}
