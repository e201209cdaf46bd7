package io.kvsinfer.worker.detect.yolo;

import io.kvsinfer.worker.detect.Network;
import io.kvsinfer.worker.detect.yolo.Reading.Clear;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Tells layouts of the same shape apart by what the model answers to a grey picture: decoded boxes
 * lie where their cells are, class scores lie from 0 to 1, landmarks are pixels, classes are whole
 * numbers. Nothing is told where the numbers fit neither.
 */
final class LayoutProbe {
  private static final int STRIDE = 8;

  /** Cells nearer to the left and upper edge have decoded centres as small as offsets are. */
  private static final int FIRST_CELL = 4;

  /** Strides by which a box's centre may be beside its cell. */
  private static final double BESIDE = 3;

  private static final double OFFSET = 4;
  private static final double MOST = 0.9;

  /** Layouts of rows that the model has sorted out itself, or scores for each of few classes. */
  private static final Set<Layout> SORTED_OUT =
      EnumSet.of(Layout.END_TO_END, Layout.DETR_ROWS, Layout.DETR);

  /** Columns of a row that the model has sorted out itself: box, score, class. */
  private static final int SORTED = 6;

  /** By how much a box that is a share of the input may be beyond it. */
  private static final double SLACK = 0.5;

  /** By how much a score of a quantized model may be beyond 0..1. */
  private static final double ROUNDING = 0.05;

  private LayoutProbe() {}

  /**
   * Whether what is taken for scores of classes can be some: landmarks, masks and angles, which
   * stand in the same place in models of other tasks, are soon beyond 0..1.
   */
  static boolean hasScores(Clear layout, Network.Output output) {
    int columns = output.shape().getLast();
    int rows = output.shape().get(output.shape().size() - 2);
    boolean down = layout.layout() == Layout.YOLOV8;
    int first = layout.layout() == Layout.YOLOV5 ? 5 : 4;
    for (int p = 0; p < (down ? columns : rows); p++) {
      for (int c = first; c < first + layout.classes(); c++) {
        float value = output.values()[down ? c * columns + p : p * columns + c];
        if (!isScore(value)) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Whether rows or columns of cells are boxes in pixels, as far as one picture shows: their
   * centres reach from edge to edge of the input, no size is below 0, and objectness lies from 0 to
   * 1. Of raw numbers and of shares of the input none is so.
   */
  static boolean isDecoded(Clear layout, Network.Output output, int width, int height) {
    int columns = output.shape().getLast();
    int rows = output.shape().get(output.shape().size() - 2);
    boolean down = layout.layout() == Layout.YOLOV8;
    int boxes = down ? columns : rows;
    int step = down ? columns : 1;
    boolean objectness = layout.layout() == Layout.YOLOV5;
    float[] last = new float[2];
    float[] values = output.values();
    for (int p = 0; p < boxes; p++) {
      int at = down ? p : p * columns;
      for (int side = 0; side < 2; side++) {
        last[side] = Math.max(last[side], values[at + side * step]);
        if (!(values[at + (side + 2) * step] >= 0)) {
          return false;
        }
      }
      if (objectness && !isScore(values[at + 4])) {
        return false;
      }
    }
    return last[0] > width / 2f && last[1] > height / 2f;
  }

  private static boolean isScore(float value) {
    return value >= -ROUNDING && value <= 1 + ROUNDING;
  }

  /** Whether a run may tell these apart. */
  static boolean mayTell(List<Layout> choices) {
    return (choices.contains(Layout.DETR_ROWS) && SORTED_OUT.containsAll(choices))
        || choices.contains(Layout.YOLOX)
        || choices.contains(Layout.YOLOV8_SPLIT)
        || choices.contains(Layout.YOLO_NAS_FLAT)
        || (choices.contains(Layout.DETR_BOXES) && choices.size() == 2)
        || (choices.contains(Layout.YOLOV5_FACE) && choices.size() == 2);
  }

  /**
   * Those of {@code choices} that the numbers leave; all of them where they say nothing.
   *
   * @param output the answer's rows or boxes
   * @param width of the input in pixels
   * @param height of the input in pixels
   */
  static List<Layout> left(List<Layout> choices, Network.Output output, int width, int height) {
    float[] values = output.values();
    int columns = output.shape().getLast();
    int rows = output.shape().get(output.shape().size() - 2);
    if (choices.contains(Layout.YOLOV8_SPLIT)) {
      return boxes(choices, values, rows, width, height);
    }
    if (choices.contains(Layout.YOLO_NAS_FLAT)) {
      return suppressed(choices, values, rows);
    }
    Optional<Layout> told;
    if (choices.contains(Layout.DETR_ROWS)) {
      told = sorted(choices, values, rows);
    } else if (choices.contains(Layout.YOLOX)) {
      told = yolox(choices, values, rows, columns, width, height);
    } else if (choices.contains(Layout.DETR_BOXES)) {
      told = shares(values, rows, columns) ? Optional.of(Layout.DETR_BOXES) : Optional.empty();
    } else {
      told = face(values, rows, columns);
    }
    return told.map(List::of).orElse(choices);
  }

  /**
   * Boxes of a DETR are shares of the input. Of all cells' boxes the middle lies near the cell: the
   * mean of both corners, or else the first two numbers.
   */
  private static List<Layout> boxes(
      List<Layout> choices, float[] values, int rows, int width, int height) {
    if (shares(values, rows, 4)) {
      return choices.contains(Layout.DETR) ? List.of(Layout.DETR) : choices;
    }
    int cells = 0;
    int corners = 0;
    int centres = 0;
    for (int y = FIRST_CELL; y < height / STRIDE; y++) {
      for (int x = FIRST_CELL; x < width / STRIDE; x++) {
        int at = (y * (width / STRIDE) + x) * 4;
        if (at + 4 > values.length) {
          return choices;
        }
        float a = values[at];
        float b = values[at + 1];
        float c = values[at + 2];
        float d = values[at + 3];
        cells++;
        corners += c > a && d > b && beside((a + c) / 2, x) && beside((b + d) / 2, y) ? 1 : 0;
        centres += c > 0 && d > 0 && beside(a, x) && beside(b, y) ? 1 : 0;
      }
    }
    boolean cornered = cells > 0 && corners >= MOST * cells;
    boolean centred = cells > 0 && centres >= MOST * cells;
    if (!cornered && !centred) {
      return choices;
    }
    // Of a centre and a size the size is hardly ever beyond the centre, as it would be in corners.
    return choices.stream()
        .filter(c ->
            cornered ? c == Layout.YOLO_NAS || c == Layout.DAMO_YOLO : c == Layout.YOLOV8_SPLIT)
        .toList();
  }

  /** Whether boxes are shares of the input rather than pixels, and not just nothing. */
  private static boolean shares(float[] values, int rows, int columns) {
    boolean shares = rows > 0;
    boolean nothing = true;
    for (int row = 0; row < rows; row++) {
      for (int c = 0; c < 4; c++) {
        float value = values[row * columns + c];
        shares &= value > -SLACK && value < 1 + SLACK;
        nothing &= value == 0;
      }
    }
    return shares && !nothing;
  }

  /** A class is a whole number, a score is one from 0 to 1. */
  private static List<Layout> suppressed(List<Layout> choices, float[] values, int rows) {
    boolean scoreLast = true;
    boolean classLast = true;
    for (int row = 0; row < rows; row++) {
      float a = values[row * 7 + 5];
      float b = values[row * 7 + 6];
      scoreLast &= isIndex(a) && b >= 0 && b <= 1;
      classLast &= isIndex(b) && a >= 0 && a <= 1;
    }
    boolean told = scoreLast != classLast;
    Layout one = scoreLast ? Layout.YOLOV7_NMS : Layout.YOLO_NAS_FLAT;
    return told && choices.contains(one) ? List.of(one) : choices;
  }

  private static boolean isIndex(float value) {
    return value >= 0 && value == Math.rint(value);
  }

  private static Optional<Layout> yolox(
      List<Layout> choices, float[] values, int rows, int columns, int width, int height) {
    if (IntStream.range(0, rows).allMatch(row -> values[row * columns + 4] == 1)) {
      // Only YOLOv6 has an objectness that is none.
      return Optional.of(Layout.YOLOV6);
    }
    int cells = 0;
    int offsets = 0;
    int centres = 0;
    int objectness = 0;
    for (int y = FIRST_CELL; y < height / STRIDE; y++) {
      for (int x = FIRST_CELL; x < width / STRIDE; x++) {
        int at = (y * (width / STRIDE) + x) * columns;
        cells++;
        offsets += Math.abs(values[at]) <= OFFSET && Math.abs(values[at + 1]) <= OFFSET ? 1 : 0;
        centres += beside(values[at], x) && beside(values[at + 1], y) ? 1 : 0;
        objectness += values[at + 4] >= 0 && values[at + 4] <= 1 ? 1 : 0;
      }
    }
    if (cells == 0 || objectness < cells || choices.contains(Layout.YOLOV8_ROWS)) {
      // Rows with and without objectness look alike.
      return Optional.empty();
    }
    if (offsets >= MOST * cells) {
      return Optional.of(Layout.YOLOX);
    }
    return centres >= MOST * cells ? Optional.of(Layout.YOLOX_DECODED) : Optional.empty();
  }

  private static boolean beside(float centre, int cell) {
    return Math.abs(centre - (cell + 0.5) * STRIDE) <= BESIDE * STRIDE;
  }

  /**
   * A class index is a whole number; a model that gives scores of its classes instead has two of
   * them. Boxes of a DETR lie from 0 to 1 and are as many as it has rows; corners are pixels, and
   * rows without an object are all zero.
   */
  private static Optional<Layout> sorted(List<Layout> choices, float[] values, int rows) {
    boolean index = true;
    boolean shares = true;
    boolean pixels = false;
    boolean nothing = true;
    for (int at = 0; at < rows * SORTED; at += SORTED) {
      index &= isIndex(values[at + 5]);
      for (int c = 0; c < 4; c++) {
        float value = values[at + c];
        shares &= value > 0 && value < 1 + SLACK;
        pixels |= Math.abs(value) > 1 + SLACK;
        nothing &= value == 0;
      }
    }
    if (!index) {
      return choices.stream().filter(c -> c == Layout.DETR).findFirst();
    }
    if (shares) {
      return Optional.of(Layout.DETR_ROWS);
    }
    return (pixels || nothing) && choices.contains(Layout.END_TO_END)
        ? Optional.of(Layout.END_TO_END)
        : Optional.empty();
  }

  /** Class scores are never above 1; of landmarks in pixels, hardly one is below. */
  private static Optional<Layout> face(float[] values, int rows, int columns) {
    boolean scores = true;
    boolean pixels = false;
    for (int row = 0; row < rows; row++) {
      for (int c = 5; c < columns; c++) {
        float value = values[row * columns + c];
        scores &= value >= 0 && value <= 1;
        pixels |= c < 13 && Math.abs(value) > 2;
      }
    }
    if (scores) {
      return Optional.of(Layout.YOLOV5);
    }
    return pixels ? Optional.of(Layout.YOLOV5_FACE) : Optional.empty();
  }
}
