package io.kvsinfer.worker.detect.yolo;

import static io.kvsinfer.worker.detect.yolo.Layout.DETR;
import static io.kvsinfer.worker.detect.yolo.Layout.DETR_ROWS;
import static io.kvsinfer.worker.detect.yolo.Layout.END_TO_END;
import static io.kvsinfer.worker.detect.yolo.Layout.YOLOV5;
import static io.kvsinfer.worker.detect.yolo.Layout.YOLOV5_FACE;
import static io.kvsinfer.worker.detect.yolo.Layout.YOLOV7_NMS;
import static io.kvsinfer.worker.detect.yolo.Layout.YOLOV8;
import static io.kvsinfer.worker.detect.yolo.Layout.YOLOV8_POSE;
import static io.kvsinfer.worker.detect.yolo.Layout.YOLOV8_ROWS;
import static io.kvsinfer.worker.detect.yolo.Layout.YOLOX;
import static io.kvsinfer.worker.detect.yolo.Layout.YOLOX_DECODED;

import io.kvsinfer.worker.detect.yolo.Reading.Clear;
import io.kvsinfer.worker.detect.yolo.Reading.Unclear;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Tells a model's layout from its metadata, else from its shapes. The number of predictions tells
 * YOLOX (one for each cell of the grids) from YOLOv5 (three), whose shapes are alike otherwise; the
 * number of labels, where it is known, tells the rest. Where several layouts fit, they are the
 * choices of what is unclear: {@link LayoutProbe} may still tell them apart by their numbers.
 */
public final class LayoutRules {
  private static final int COCO = 80;
  private static final int END_TO_END_COLUMNS = 6;
  private static final int NMS_COLUMNS = 7;

  /** What Ultralytics calls the last part of an RT-DETR, in the metadata of its exports. */
  private static final String DETR_HEAD = "RTDETRDecoder";

  private static final int MOST_QUERIES = 1000;

  /** Strides of the grids that exports use: usual, with P6, with P2. */
  private static final List<List<Integer>> STRIDES =
      List.of(List.of(8, 16, 32), List.of(8, 16, 32, 64), List.of(4, 8, 16, 32));

  private final List<List<Integer>> shapes;
  private final int width;
  private final int height;
  private final int labels;
  private final Map<String, String> metadata;

  private LayoutRules(
      List<List<Integer>> shapes, int width, int height, int labels, Map<String, String> metadata) {
    this.shapes = shapes;
    this.width = width;
    this.height = height;
    this.labels = labels;
    this.metadata = metadata;
  }

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
    LayoutRules rules = new LayoutRules(shapes, width, height, classes, metadata);
    Layout told =
        said != null ? said : Layout.find(metadata.getOrDefault("layout", "")).orElse(null);
    return told != null
        ? rules.asSaid(told, said != null ? "said so" : "metadata")
        : rules.byShape();
  }

  /** A way to read the outputs, however likely. */
  private record Fit(Layout layout, int output, int classes, int points, int numbers, int scores) {
    static Fit plain(Layout layout, int output, int classes) {
      return new Fit(layout, output, classes, 0, 0, output);
    }

    Clear because(String why) {
      return new Clear(layout, output, classes, why, points, numbers, scores);
    }
  }

  private Reading asSaid(Layout said, String why) {
    for (Fit fit : fits(true)) {
      if (fit.layout == said) {
        return fit.because(why);
      }
    }
    return new Unclear(
        "layout %s does not fit its outputs %s at input %d×%d"
            .formatted(said.id(), shapes, width, height),
        List.of());
  }

  private Reading byShape() {
    String task = metadata.getOrDefault("task", "detect");
    if (!task.equals("detect") && !task.equals("pose")) {
      return new Unclear(
          "its metadata say task %s: only models of the tasks detect and pose are read"
              .formatted(task),
          List.of());
    }
    List<Fit> fits = fits(false);
    List<Layout> choices = fits.stream().map(Fit::layout).distinct().toList();
    if (choices.size() == 1) {
      return fits.getFirst().because(why(choices.getFirst()));
    }
    String where =
        "outputs %s at input %d×%d%s"
            .formatted(shapes, width, height, labels > 0 ? " with " + labels + " labels" : "");
    return choices.isEmpty()
        ? new Unclear(where + " fit no known layout", List.of(Layout.values()))
        : new Unclear(where + " fit more than one layout", choices);
  }

  private static String why(Layout layout) {
    return switch (layout) {
      case YOLOV5 -> "three rows for each cell of the grids";
      case YOLOV8 -> "one column for each cell of the grids";
      case YOLOV8_ROWS -> "one row for each cell of the grids, of 4 columns and the labels";
      case YOLOV8_POSE -> "one column for each cell of the grids, landmarks by kpt_shape";
      case END_TO_END -> "few rows of x1, y1, x2, y2, score, class";
      case DETR_ROWS -> "few rows of centre, size, score, class of a DETR";
      case YOLOX, YOLOX_DECODED -> "one row for each cell of the grids";
      case YOLOV5_FACE -> "three rows a cell, landmarks in them";
      case YOLOV7_NMS -> "rows of picture, x1, y1, x2, y2, class, score";
      case DETR -> "few rows of boxes and as many of scores";
    };
  }

  /**
   * Every way in which the outputs fit.
   *
   * @param said whether the layout is known anyway, so that unlikely ones count too
   */
  private List<Fit> fits(boolean said) {
    List<Fit> fits = new ArrayList<>();
    pairs(fits);
    int[] rows =
        IntStream.range(0, shapes.size()).filter(i -> isBatchOfRows(shapes.get(i))).toArray();
    if (rows.length > 0 && fits.isEmpty()) {
      // Exports with several heads put the joined one first.
      int output = rows[0];
      grids(fits, output, shapes.get(output).get(1), shapes.get(output).get(2), said);
    }
    for (int i = 0; i < shapes.size() && rows.length == 0; i++) {
      if (shapes.get(i).size() == 2 && shapes.get(i).get(1) == NMS_COLUMNS) {
        fits.add(Fit.plain(YOLOV7_NMS, i, Integer.MAX_VALUE));
      }
    }
    return fits;
  }

  private static boolean isBatchOfRows(List<Integer> shape) {
    return shape.size() == 3 && shape.stream().allMatch(d -> d > 0);
  }

  /** Boxes and scores in two outputs. */
  private void pairs(List<Fit> fits) {
    for (int i = 0; i < shapes.size(); i++) {
      for (int j = 0; j < shapes.size(); j++) {
        if (i != j
            && isBatchOfRows(shapes.get(i))
            && isBatchOfRows(shapes.get(j))
            && shapes.get(i).get(1).equals(shapes.get(j).get(1))
            && shapes.get(i).get(1) <= MOST_QUERIES
            && shapes.get(i).get(2) == 4
            && (labels > 0 ? shapes.get(j).get(2) == labels : shapes.get(j).get(2) != 4)) {
          fits.add(new Fit(DETR, i, shapes.get(j).get(2), 0, 0, j));
        }
      }
    }
  }

  private void grids(List<Fit> fits, int output, int a, int b, boolean said) {
    if (sorted(fits, output, a, b, said)) {
      return;
    }
    if (isGrid(b) || said) {
      columns(fits, output, a, said);
    }
    if (isGrid(a) || said) {
      add(fits, YOLOV8_ROWS, output, b - 4, said);
      if (a == cells(STRIDES.getFirst(), width, height)) {
        add(fits, YOLOX, output, b - 5, said);
        add(fits, YOLOX_DECODED, output, b - 5, said);
      }
    }
    if (isThreeGrids(a) || said) {
      add(fits, YOLOV5, output, b - 5, said);
      for (int points = 4; points <= 5; points++) {
        int classes = b - 5 - 2 * points;
        boolean counted = labels > 0 ? classes == labels : points == 4 || classes == 1;
        if (classes > 0 && (said || counted) && b != COCO + 5) {
          fits.add(new Fit(YOLOV5_FACE, output, classes, points, 2, output));
        }
      }
    }
    if (said || (a <= MOST_QUERIES && !isGrid(a) && !isGrid(b) && labels > 0)) {
      add(fits, DETR, output, b - 4, said);
    }
  }

  /**
   * Rows from which the model has already taken the duplicates: of corners in pixels, or of centres
   * and sizes from 0 to 1.
   *
   * @return whether they can be nothing else
   */
  private boolean sorted(List<Fit> fits, int output, int a, int b, boolean said) {
    boolean told =
        metadata.getOrDefault("end2end", "").equalsIgnoreCase("true")
            || metadata.getOrDefault("args", "").contains("'nms': True");
    boolean few = a <= MOST_QUERIES && !isGrid(a) && !isThreeGrids(a);
    int[] points = points();
    if (b != END_TO_END_COLUMNS + points[0] * points[1] || !(said || told || few)) {
      return false;
    }
    String head = metadata.getOrDefault("head", "");
    boolean detr = head.equals(DETR_HEAD);
    if (said || !detr) {
      fits.add(new Fit(END_TO_END, output, Integer.MAX_VALUE, points[0], points[1], output));
    }
    if (points[0] == 0 && (said || detr || (!told && head.isEmpty()))) {
      fits.add(Fit.plain(DETR_ROWS, output, Integer.MAX_VALUE));
    }
    return !said && (told || points[0] > 0 || labels != END_TO_END_COLUMNS - 4);
  }

  private void columns(List<Fit> fits, int output, int a, boolean said) {
    int[] points = points();
    int classes = a - 4 - points[0] * points[1];
    boolean counted = said || labels == 0 || labels == classes;
    if (points[0] > 0 && classes > 0 && counted) {
      fits.add(new Fit(YOLOV8_POSE, output, classes, points[0], points[1], output));
    } else if (points[0] == 0 && classes > 0 && counted) {
      fits.add(Fit.plain(YOLOV8, output, classes));
    }
  }

  /** Landmarks and numbers of each, as Ultralytics' exports tell them. */
  private int[] points() {
    String[] shape =
        metadata.getOrDefault("kpt_shape", "").replaceAll("[\\[\\]() ]", "").split(",", -1);
    return shape.length == 2 && shape[0].matches("\\d{1,2}") && shape[1].matches("[23]")
        ? new int[] {Integer.parseInt(shape[0]), Integer.parseInt(shape[1])}
        : new int[] {0, 0};
  }

  /**
   * Adds a layout whose columns make so many classes: as many as there are labels; where none are
   * known, those of COCO if they are some layout's, else any; any too where it was said.
   */
  private void add(List<Fit> fits, Layout layout, int output, int classes, boolean said) {
    int columns = shapes.get(output).get(2);
    boolean coco = columns == COCO + 4 || columns == COCO + 5;
    boolean counted = labels > 0 ? classes == labels : !coco || classes == COCO;
    if (classes > 0 && (said || counted)) {
      fits.add(Fit.plain(layout, output, classes));
    }
  }

  private boolean isGrid(int rows) {
    return STRIDES.stream().anyMatch(s -> rows == cells(s, width, height));
  }

  private boolean isThreeGrids(int rows) {
    return STRIDES.stream().anyMatch(s -> rows == 3 * cells(s, width, height));
  }

  /** Cells of the grids of {@code strides} over the input. */
  static int cells(List<Integer> strides, int width, int height) {
    return strides.stream().mapToInt(s -> (width / s) * (height / s)).sum();
  }
}
