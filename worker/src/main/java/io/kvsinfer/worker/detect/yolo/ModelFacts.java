package io.kvsinfer.worker.detect.yolo;

import io.kvsinfer.worker.detect.TensorInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the rules of layouts look at.
 *
 * @param outputs with their shapes, nothing open
 * @param sized whether an input tells the model how large the frame is, so that boxes are of it
 * @param width of the input in pixels
 * @param height of the input in pixels
 * @param labels how many are known; 0 = none are
 * @param metadata of the file
 * @param wanted name of the output that is to be read; null = nothing said
 */
record ModelFacts(
    List<TensorInfo> outputs,
    boolean sized,
    int width,
    int height,
    int labels,
    Map<String, String> metadata,
    @Nullable String wanted) {
  static final int COCO = 80;

  /** Queries that a DETR has at most, and rows that other models keep. */
  static final int MOST_QUERIES = 1000;

  /** Strides of the grids of YOLOv3-tiny. */
  static final List<Integer> TWO_GRIDS = List.of(16, 32);

  /** Strides of the grids that exports use: usual, with P6, with P2, tiny. */
  static final List<List<Integer>> STRIDES =
      List.of(List.of(8, 16, 32), List.of(8, 16, 32, 64), List.of(4, 8, 16, 32), TWO_GRIDS);

  ModelFacts {
    outputs = List.copyOf(outputs);
    metadata = Map.copyOf(metadata);
  }

  List<Integer> shape(int output) {
    return outputs.get(output).shape();
  }

  List<List<Integer>> shapes() {
    return outputs.stream().map(TensorInfo::shape).toList();
  }

  /** Whether so many rows are the cells of the grids. */
  boolean isGrid(int rows) {
    return STRIDES.stream().anyMatch(s -> rows == cells(s));
  }

  /** Whether so many rows are three for each cell of the grids. */
  boolean isThreeGrids(int rows) {
    return STRIDES.stream().anyMatch(s -> rows == 3 * cells(s));
  }

  /**
   * Whether so many rows are the cells of two grids, or three for each of them. They may be just as
   * many as a model keeps by itself, as others hardly are.
   */
  boolean isTwoGrids(int rows) {
    return rows == cells(TWO_GRIDS) || rows == 3 * cells(TWO_GRIDS);
  }

  /** Whether the outputs that a layout reads have two grids. */
  boolean onTwoGrids(Reading.Clear clear) {
    List<Integer> shape = shape(clear.output());
    return switch (shape.size()) {
      case 3 -> isTwoGrids(shape.get(1)) || isTwoGrids(shape.get(2));
      case 4, 5 -> clear.outputs().size() == TWO_GRIDS.size();
      default -> false;
    };
  }

  /** Cells of the grids of {@code strides} over the input. */
  int cells(List<Integer> strides) {
    return strides.stream().mapToInt(s -> (width / s) * (height / s)).sum();
  }

  /** Landmarks of a prediction and numbers of each, as Ultralytics' exports tell them. */
  int[] points() {
    String[] shape =
        metadata.getOrDefault("kpt_shape", "").replaceAll("[\\[\\]() ]", "").split(",", -1);
    return shape.length == 2 && shape[0].matches("\\d{1,2}") && shape[1].matches("[23]")
        ? new int[] {Integer.parseInt(shape[0]), Integer.parseInt(shape[1])}
        : new int[] {0, 0};
  }

  /** Whether the metadata say that the model suppresses duplicates itself. */
  boolean saysSuppressed() {
    return metadata.getOrDefault("end2end", "").equalsIgnoreCase("true")
        || metadata.getOrDefault("args", "").matches("(?is).*['\"]nms['\"]\\s*:\\s*true.*");
  }

  /** Index of the output that was asked for. */
  Optional<Integer> wantedOutput() {
    for (int i = 0; i < outputs.size(); i++) {
      if (outputs.get(i).name().equals(wanted)) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  /** Whether nothing speaks against so many classes. */
  boolean mayHave(int classes) {
    return classes > 0 && (labels == 0 || labels == classes);
  }
}
