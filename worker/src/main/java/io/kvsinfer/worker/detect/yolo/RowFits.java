package io.kvsinfer.worker.detect.yolo;

import io.kvsinfer.worker.detect.yolo.Reading.Clear;
import java.util.ArrayList;
import java.util.List;

/** Ways to read one output of rows or columns, {@code [1, a, b]} or {@code [rows, columns]}. */
final class RowFits {
  private static final int END_TO_END_COLUMNS = 6;
  private static final int NMS_COLUMNS = 7;

  /** What Ultralytics calls the last part of an RT-DETR, in the metadata of its exports. */
  private static final String DETR_HEAD = "RTDETRDecoder";

  private final ModelFacts facts;
  private final boolean said;
  private final List<Clear> fits = new ArrayList<>();

  /**
   * @param said whether the layout is known anyway, so that unlikely ones count too
   */
  RowFits(ModelFacts facts, boolean said) {
    this.facts = facts;
    this.said = said;
  }

  /** Every way to read an output of rows, likely ones first. */
  List<Clear> of(int output) {
    List<Integer> shape = facts.shape(output);
    if (shape.size() == 2) {
      suppressed(output, shape.get(1));
    } else {
      grids(output, shape.get(1), shape.get(2));
    }
    return List.copyOf(fits);
  }

  /** Whether an output is of rows; there may be none of them where the model suppresses itself. */
  static boolean isRows(List<Integer> shape) {
    return shape.size() == 3 && shape.get(0) > 0 && shape.get(1) >= 0 && shape.get(2) > 0;
  }

  /** Whether an output is of the rows of all pictures one after the other. */
  static boolean isRowsOfAll(List<Integer> shape) {
    return shape.size() == 2 && (shape.get(1) == NMS_COLUMNS || shape.get(1) == END_TO_END_COLUMNS);
  }

  private void suppressed(int output, int columns) {
    if (columns == END_TO_END_COLUMNS) {
      if (facts.sized() || said) {
        open(Layout.PADDLE, output);
      }
      return;
    }
    boolean flat = facts.outputs().get(output).name().contains("flat_predictions");
    if (!flat || said) {
      open(Layout.YOLOV7_NMS, output);
    }
    if (flat || said || facts.shape(output).getFirst() > 0) {
      open(Layout.YOLO_NAS_FLAT, output);
    }
  }

  private void open(Layout layout, int output) {
    fits.add(new Clear(layout, output, Integer.MAX_VALUE, ""));
  }

  private void grids(int output, int a, int b) {
    if (sorted(output, a, b)) {
      return;
    }
    if (facts.isGrid(b) || said) {
      columns(output, a);
    }
    if (facts.isGrid(a) || said) {
      add(Layout.YOLOV8_ROWS, output, b - 4);
      if (a == facts.cells(ModelFacts.STRIDES.getFirst())) {
        add(Layout.YOLOX, output, b - 5);
        add(Layout.YOLOX_DECODED, output, b - 5);
      }
      add(Layout.YOLOV6, output, b - 5);
    }
    if (facts.isThreeGrids(a) || said) {
      add(Layout.YOLOV5, output, b - 5);
      for (int points = 4; points <= 5; points++) {
        int classes = b - 5 - 2 * points;
        boolean counted =
            facts.labels() > 0 ? classes == facts.labels() : points == 4 || classes == 1;
        if (classes > 0 && (said || counted) && b != ModelFacts.COCO + 5) {
          fits.add(new Clear(Layout.YOLOV5_FACE, List.of(output), classes, "", points, 2));
        }
      }
    }
    boolean few = a > 0 && a <= ModelFacts.MOST_QUERIES;
    boolean cells = !facts.isTwoGrids(a) && facts.isGrid(a);
    if (said || (few && !cells && !facts.isGrid(b) && facts.labels() > 0)) {
      add(Layout.DETR, output, b - 4);
    }
  }

  /**
   * Rows from which the model has already taken the duplicates: of corners in pixels, or of centres
   * and sizes from 0 to 1.
   *
   * @return whether they can be nothing else
   */
  private boolean sorted(int output, int a, int b) {
    boolean told = facts.saysSuppressed();
    boolean cells = facts.isGrid(a) || facts.isThreeGrids(a);
    boolean either = facts.isTwoGrids(a);
    boolean few = a <= ModelFacts.MOST_QUERIES && (either || !cells);
    int[] points = facts.points();
    if (b != END_TO_END_COLUMNS + points[0] * points[1] || !(said || told || few)) {
      return false;
    }
    String head = facts.metadata().getOrDefault("head", "");
    boolean detr = head.equals(DETR_HEAD);
    if (said || !detr) {
      fits.add(
          new Clear(
              Layout.END_TO_END, List.of(output), Integer.MAX_VALUE, "", points[0], points[1]));
    }
    if (a > 0 && points[0] == 0 && (said || detr || (!told && head.isEmpty()))) {
      open(Layout.DETR_ROWS, output);
    }
    boolean scores = either || facts.labels() == END_TO_END_COLUMNS - 4;
    return a == 0 || (!said && (told || points[0] > 0 || !scores));
  }

  private void columns(int output, int a) {
    int[] points = facts.points();
    int classes = a - 4 - points[0] * points[1];
    if (classes > 0 && (said || facts.mayHave(classes))) {
      fits.add(
          points[0] > 0
              ? new Clear(Layout.YOLOV8_POSE, List.of(output), classes, "", points[0], points[1])
              : new Clear(Layout.YOLOV8, output, classes, ""));
    }
  }

  /**
   * Adds a layout whose columns make so many classes: as many as there are labels; where none are
   * known, those of COCO if they are some layout's, else any; any too where it was said.
   */
  private void add(Layout layout, int output, int classes) {
    int columns = facts.shape(output).get(2);
    boolean coco = columns == ModelFacts.COCO + 4 || columns == ModelFacts.COCO + 5;
    boolean counted =
        facts.labels() > 0 ? classes == facts.labels() : !coco || classes == ModelFacts.COCO;
    if (classes > 0 && (said || counted)) {
      fits.add(new Clear(layout, output, classes, ""));
    }
  }
}
