package io.kvsinfer.worker.detect.yolo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One map of a head before its decoder: a cell for each step of its stride over the input, and for
 * each cell the numbers of one or three predictions.
 *
 * @param output index of the output
 * @param stride pixels of the input from cell to cell
 * @param rows of cells
 * @param columns of cells
 * @param channels numbers of a cell, those of all its predictions together
 * @param order how they lie in memory
 */
record GridMap(int output, int stride, int rows, int columns, int channels, Order order) {
  /** Predictions of a cell where there are anchors. */
  static final int ANCHORS = 3;

  private static final int LEAST_STRIDE = 4;
  private static final int MOST_STRIDE = 64;

  /** How the numbers of the cells lie in memory. */
  enum Order {
    /** {@code [1, channels, rows, columns]}. */
    PLANES,
    /** {@code [1, rows, columns, channels]}. */
    TOGETHER,
    /** {@code [1, anchors, rows, columns, channels / anchors]}. */
    BY_ANCHOR
  }

  /**
   * The maps that all outputs are, the finest first; empty where some are none or their strides are
   * no usual ones.
   *
   * @param width of the input in pixels
   * @param height of the input in pixels
   */
  static List<GridMap> all(List<List<Integer>> shapes, int width, int height) {
    for (Order order : Order.values()) {
      List<GridMap> maps = new ArrayList<>();
      for (int i = 0; i < shapes.size(); i++) {
        of(i, shapes.get(i), order, width, height).ifPresent(maps::add);
      }
      maps.sort(Comparator.comparingInt(GridMap::stride));
      List<Integer> strides = maps.stream().map(GridMap::stride).toList();
      boolean alike = maps.stream().map(GridMap::channels).distinct().count() == 1;
      if (maps.size() == shapes.size() && alike && ModelFacts.STRIDES.contains(strides)) {
        return List.copyOf(maps);
      }
    }
    return List.of();
  }

  private static Optional<GridMap> of(
      int output, List<Integer> shape, Order order, int width, int height) {
    int dimensions = order == Order.BY_ANCHOR ? 5 : 4;
    if (shape.size() != dimensions || (dimensions == 5 && shape.get(1) != ANCHORS)) {
      return Optional.empty();
    }
    int rows = shape.get(order == Order.TOGETHER ? 1 : 2);
    int columns = shape.get(order == Order.TOGETHER ? 2 : 3);
    int channels = order == Order.PLANES ? shape.get(1) : shape.getLast();
    for (int stride = LEAST_STRIDE; stride <= MOST_STRIDE; stride *= 2) {
      if (height / stride == rows && width / stride == columns) {
        int all = order == Order.BY_ANCHOR ? channels * ANCHORS : channels;
        return Optional.of(new GridMap(output, stride, rows, columns, all, order));
      }
    }
    return Optional.empty();
  }

  /**
   * Where a number stands in the output's values.
   *
   * @param anchor prediction of the cell
   * @param of how many predictions a cell has
   * @param channel number of the prediction
   */
  int at(int anchor, int of, int channel, int y, int x) {
    int each = channels / of;
    return switch (order) {
      case PLANES -> ((anchor * each + channel) * rows + y) * columns + x;
      case TOGETHER -> (y * columns + x) * channels + anchor * each + channel;
      case BY_ANCHOR -> ((anchor * rows + y) * columns + x) * each + channel;
    };
  }
}
