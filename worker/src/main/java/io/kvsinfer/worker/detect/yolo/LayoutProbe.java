package io.kvsinfer.worker.detect.yolo;

import io.kvsinfer.worker.detect.Network;
import java.util.List;
import java.util.Optional;

/**
 * Tells layouts of the same shape apart by what the model answers to a grey picture: decoded boxes
 * lie where their cells are, class scores lie from 0 to 1, landmarks are pixels. Nothing is told
 * where the numbers fit neither.
 */
final class LayoutProbe {
  private static final int STRIDE = 8;

  /** Cells nearer to the left and upper edge have decoded centres as small as offsets are. */
  private static final int FIRST_CELL = 4;

  /** Strides by which a box's centre may be beside its cell. */
  private static final double BESIDE = 3;

  private static final double OFFSET = 4;
  private static final double MOST = 0.9;

  /** Columns of a row that the model has sorted out itself: box, score, class. */
  private static final int SORTED = 6;

  /** By how much a box that is a share of the input may be beyond it. */
  private static final double SLACK = 0.5;

  private LayoutProbe() {}

  /** Whether a run may tell these apart. */
  static boolean mayTell(List<Layout> choices) {
    return (choices.contains(Layout.DETR_ROWS) && choices.size() <= 3)
        || (choices.contains(Layout.YOLOX) && choices.size() == 2)
        || (choices.contains(Layout.YOLOV5_FACE) && choices.size() == 2);
  }

  /**
   * The one of {@code choices} that the numbers speak for.
   *
   * @param output rows of the answer
   * @param width of the input in pixels
   * @param height of the input in pixels
   */
  static Optional<Layout> tell(List<Layout> choices, Network.Output output, int width, int height) {
    int rows = output.shape().get(1);
    int columns = output.shape().get(2);
    if (choices.contains(Layout.DETR_ROWS)) {
      return sorted(choices, output.values(), rows);
    }
    if (choices.contains(Layout.YOLOX)) {
      return yolox(choices, output.values(), columns, width, height);
    }
    if (choices.contains(Layout.YOLOV5_FACE)) {
      return face(output.values(), rows, columns);
    }
    return Optional.empty();
  }

  private static Optional<Layout> yolox(
      List<Layout> choices, float[] values, int columns, int width, int height) {
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
      index &= values[at + 5] >= 0 && values[at + 5] == Math.rint(values[at + 5]);
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
