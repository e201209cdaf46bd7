package io.kvsinfer.worker.detect.yolo;

import io.kvsinfer.contract.geometry.Point;
import io.kvsinfer.media.frame.Letterbox;
import java.util.ArrayList;
import java.util.List;

/**
 * Plate detectors of the YOLOv5-face kind: {@code [1, rows, 13 + classes]}, a row being centre x,
 * centre y, width, height in pixels, objectness, four corners as x, y in pixels (top-left,
 * top-right, bottom-right, bottom-left of the plate), class scores.
 */
record PlateCornersOutput(int rows, int classes) implements OutputReader {
  private static final int CORNERS = 5;
  private static final int SCORES = 13;

  @Override
  public void read(float[] output, float[] thresholds, Candidates into) {
    float least = OutputReader.least(thresholds);
    int columns = SCORES + classes;
    for (int row = 0, at = 0; row < rows; row++, at += columns) {
      float objectness = output[at + 4];
      if (objectness >= least) {
        int label = OutputReader.best(output, at + SCORES, classes);
        float confidence = objectness * output[at + SCORES + label];
        if (confidence >= thresholds[label]) {
          into.addCentre(
              output[at], output[at + 1], output[at + 2], output[at + 3], confidence, label, row);
        }
      }
    }
  }

  /** The corners of one row in pixels of the picture; may lie a little outside of it. */
  List<Point> corners(float[] output, int row, Letterbox letterbox) {
    int at = row * (SCORES + classes) + CORNERS;
    List<Point> corners = new ArrayList<>(4);
    for (int i = 0; i < 4; i++) {
      corners.add(
          new Point(
              letterbox.toSourceX(output[at + 2 * i]),
              letterbox.toSourceY(output[at + 2 * i + 1])));
    }
    return corners;
  }
}
