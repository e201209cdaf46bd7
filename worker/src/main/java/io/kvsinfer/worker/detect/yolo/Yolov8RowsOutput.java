package io.kvsinfer.worker.detect.yolo;

/**
 * YOLOv8 and its like, transposed by the export: {@code [1, rows, 4 + classes]}, a row being centre
 * x, centre y, width, height in pixels, class scores.
 */
record Yolov8RowsOutput(int rows, int classes) implements OutputReader {
  @Override
  public void read(float[] output, float[] thresholds, Candidates into) {
    int columns = 4 + classes;
    for (int row = 0, at = 0; row < rows; row++, at += columns) {
      int label = OutputReader.best(output, at + 4, classes);
      float confidence = output[at + 4 + label];
      if (confidence >= thresholds[label]) {
        into.addCentre(
            output[at], output[at + 1], output[at + 2], output[at + 3], confidence, label, row);
      }
    }
  }
}
