package io.kvsinfer.worker.detect.yolo;

import io.kvsinfer.worker.detect.yolo.Reading.Clear;
import io.kvsinfer.worker.detect.yolo.Reading.Unclear;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Tells a model's layout from its metadata, else from its shapes. The number of predictions tells
 * YOLOX (one for each cell of the grids) from YOLOv5 (three), whose shapes are alike otherwise; the
 * number of labels, where it is known, tells the rest. Where several layouts fit, they are the
 * choices of what is unclear: {@link LayoutProbe} may still tell them apart by their numbers.
 */
final class LayoutRules {
  /** Part of the input's sides that the masks of a segmentation cover, in pixels for each. */
  private static final int MASK_STRIDE = 4;

  private final ModelFacts facts;

  private LayoutRules(ModelFacts facts) {
    this.facts = facts;
  }

  /**
   * Looks at one model.
   *
   * @param said layout of the settings or the manifest, which wins; null = none said
   */
  static Reading read(ModelFacts facts, @Nullable Layout said) {
    LayoutRules rules = new LayoutRules(facts);
    if (facts.wanted() != null && facts.wantedOutput().isEmpty()) {
      return new Unclear(
          "params.output = %s: its outputs are %s".formatted(facts.wanted(), facts.outputs()),
          List.of());
    }
    Layout told =
        said != null ? said : Layout.find(facts.metadata().getOrDefault("layout", "")).orElse(null);
    return told != null
        ? rules.asSaid(told, said != null ? "said so" : "metadata")
        : rules.byShape();
  }

  private Reading asSaid(Layout said, String why) {
    List<Clear> fits = fits(true).stream().filter(f -> f.layout() == said).toList();
    if (fits.isEmpty()) {
      return new Unclear(
          "layout %s does not fit its outputs %s at input %d×%d"
              .formatted(said.id(), facts.shapes(), facts.width(), facts.height()),
          List.of());
    }
    Optional<Clear> counted =
        fits.stream()
            .filter(f -> f.classes() == (facts.labels() > 0 ? facts.labels() : ModelFacts.COCO))
            .findFirst();
    List<Integer> numbers = fits.stream().map(Clear::classes).distinct().toList();
    if (counted.isEmpty() && numbers.size() > 1 && facts.labels() == 0) {
      return new Unclear(
          "layout %s fits its outputs %s with any of %s classes: say which by giving as many params.names"
              .formatted(said.id(), facts.shapes(), numbers),
          List.of());
    }
    return counted.orElse(fits.getFirst()).because(why);
  }

  private Reading byShape() {
    String task = facts.metadata().getOrDefault("task", "detect");
    if (!task.equals("detect") && !task.equals("pose")) {
      return new Unclear(
          "its metadata say task %s: only models of the tasks detect and pose are read"
              .formatted(task),
          List.of());
    }
    if (hasMasks()) {
      return new Unclear(
          "outputs %s have masks beside their rows: a model of segmentation, and only those of detection and pose are read"
              .formatted(facts.shapes()),
          List.of());
    }
    List<String> alike = alike();
    if (!alike.isEmpty()) {
      return new Unclear(
          "outputs %s have the same shape: say which is to be read with params.output"
              .formatted(alike),
          List.of());
    }
    List<Clear> fits = fits(false);
    List<Layout> choices = fits.stream().map(Clear::layout).distinct().toList();
    if (choices.size() == 1
        && facts.onTwoGrids(fits.getFirst())
        && !choices.getFirst().knownOnTwoGrids()) {
      return new Unclear(
          "outputs %s at input %d×%d are those of two grids, on which no model of layout %s is known"
              .formatted(facts.shapes(), facts.width(), facts.height(), choices.getFirst().id()),
          choices);
    }
    if (choices.size() == 1) {
      return fits.getFirst().because(why(choices.getFirst()));
    }
    String where =
        "outputs %s at input %d×%d%s"
            .formatted(
                facts.shapes(),
                facts.width(),
                facts.height(),
                facts.labels() > 0 ? " with " + facts.labels() + " labels" : "");
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
      case YOLOX, YOLOX_DECODED, YOLOV6 -> "one row for each cell of the grids";
      case YOLOV5_FACE -> "three rows a cell, landmarks in them";
      case YOLOV7_NMS -> "rows of picture, x1, y1, x2, y2, class, score";
      case YOLO_NAS_FLAT -> "rows of picture, x1, y1, x2, y2, score, class, by the output's name";
      case BOXES -> "boxes, scores and classes in outputs of their own";
      case YOLOV5_MAPS -> "a map for each stride, three predictions a cell";
      case YOLOV3_MAPS -> "a map for each stride, three predictions a cell, as Darknet has them";
      case YOLOV8_MAPS -> "a map for each stride, bins of four sides and the classes";
      case YOLOX_MAPS -> "a map for each stride, box, objectness and the classes";
      case YOLOV8_SPLIT -> "boxes of all cells in one output, scores in another";
      case YOLO_NAS, DAMO_YOLO -> "corners of all cells in one output, scores in another";
      case PP_YOLOE -> "boxes of all cells in one output, scores by class in another";
      case PADDLE -> "rows of class, score, x1, y1, x2, y2, and an input for the frame's size";
      case DETR -> "few rows of boxes and as many of scores";
      case DETR_BOXES -> "labels, boxes and scores, and an input for the frame's size";
    };
  }

  /**
   * Every way in which the outputs fit.
   *
   * @param said whether the layout is known anyway, so that unlikely ones count too
   */
  private List<Clear> fits(boolean said) {
    List<Clear> fits = new ArrayList<>(new PairFits(facts, said).all());
    int[] rows = rows();
    if (rows.length > 0 && (fits.isEmpty() || said)) {
      // Exports with several heads put the joined one first.
      fits.addAll(new RowFits(facts, said).of(facts.wantedOutput().orElse(rows[0])));
    }
    for (int i = 0; i < facts.outputs().size() && rows.length == 0; i++) {
      if (RowFits.isRowsOfAll(facts.shape(i)) && (fits.isEmpty() || said)) {
        fits.addAll(new RowFits(facts, said).of(i));
      }
    }
    if (fits.isEmpty() || said) {
      fits.addAll(new MapFits(facts, said).all());
    }
    return fits;
  }

  private int[] rows() {
    return IntStream.range(0, facts.outputs().size())
        .filter(i -> RowFits.isRows(facts.shape(i)))
        .toArray();
  }

  private boolean hasMasks() {
    return rows().length > 0
        && facts.shapes().stream()
            .anyMatch(s ->
                s.size() == 4
                    && s.get(2) == facts.height() / MASK_STRIDE
                    && s.get(3) == facts.width() / MASK_STRIDE);
  }

  /**
   * Outputs of all cells that cannot be told from each other, as YOLOv9 has two while it trains.
   */
  private List<String> alike() {
    int[] rows = rows();
    if (rows.length < 2 || facts.wanted() != null) {
      return List.of();
    }
    List<Integer> first = facts.shape(rows[0]);
    boolean grid = facts.isGrid(first.get(1)) || facts.isGrid(first.get(2));
    List<String> same =
        IntStream.of(rows)
            .filter(i -> facts.shape(i).equals(first))
            .mapToObj(i -> facts.outputs().get(i).name())
            .toList();
    return grid && same.size() > 1 ? same : List.of();
  }
}
